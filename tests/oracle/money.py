"""Present values and emissions of one unit of every decision, written down from the money table of FORMULATION.md.

Deliberately plain: loops over months, no sharing with `solver.finance`, so that a slip in either shows as a difference.
"""

from __future__ import annotations

import itertools

from solver.deployments.types import Call, Deployment, ServeKind, Service
from solver.instance.resolved import Pool, ResolvedInstance, ResolvedOffer
from solver.instance.schema.finance import ResidualMode
from solver.instance.schema.sites import Existing, Lease, Purchase, Reserved
from solver.instance.timeline import Slot, Stage

from .facts import leave_month

HOURS = 730.0


def growth(rate: float, month: float) -> float:
    """`chg(g, i)`."""
    return (1.0 + rate) ** (month / 12.0)


def on_curve(points: list[tuple[float, float]], age: float) -> float:
    """Linear between points, constant outside them."""
    if age <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in itertools.pairwise(points):
        if age <= right:
            return low + (high - low) * (age - left) / (right - left)
    return points[-1][1]


class Money:
    """Coefficients of the objective and of the carbon cap. Everything is a present value in USD or total tonnes."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.resolved = resolved
        self.finance = resolved.instance.finance
        self.months = resolved.instance.horizon.months
        self.carbon_price = resolved.policy.carbon_price_usd_per_tonne
        self.tax_rate = self.finance.tax.rate if self.finance.tax else 0.0
        self.after_tax = 1.0 - self.tax_rate

    def discount(self, index: int) -> float:
        """`DF[j]`."""
        return (1.0 + self.finance.discount_rate) ** (-index / 12.0)

    def electricity(self, pool: Pool, month: int) -> float:
        """USD/kWh in a month."""
        terms = pool.site.electricity
        rate = terms.escalation_per_year
        if rate is None:
            rate = self.finance.electricity_escalation_per_year
        return terms.usd_per_kwh * growth(rate, month)

    @staticmethod
    def power(pool: Pool) -> tuple[float, float]:
        """(full, idle) kW of one server."""
        full = pool.server.power_kw or 0.0
        idle = pool.server.idle_power_kw
        return full, 0.3 * full if idle is None else idle

    def tonnes(self, pool: Pool, kwh: float) -> float:
        """Emissions of IT energy, facility included."""
        return kwh * pool.site.pue * pool.site.carbon_g_per_kwh / 1e6

    def hosting(self, offer: ResolvedOffer, first: int, leave: int) -> tuple[float, float]:
        """(USD, tonnes) of keeping one server of a standing hosted offer for months first..leave-1."""
        pool = self.resolved.pools[offer.pool]
        terms = offer.terms
        full, idle = self.power(pool)
        list_price = terms.usd_per_server or 0.0 if isinstance(terms, Purchase | Existing) else 0.0
        usd = tonnes = 0.0
        for month in range(first, leave):
            monthly = idle * pool.site.pue * HOURS * self.electricity(pool, month)
            monthly += full * pool.site.colocation_usd_per_kw_month
            monthly += terms.maintenance_share_per_year / 12 * list_price
            monthly += pool.site.staff_usd_per_server_month * growth(self.finance.wage_escalation_per_year, month)
            monthly += terms.software_usd_per_accelerator_year / 12 * pool.server.accelerators
            emitted = self.tonnes(pool, idle * HOURS)
            usd += self.discount(month + 1) * (monthly + self.carbon_price * emitted) * self.after_tax
            tonnes += emitted
        return usd, tonnes

    def price_paid(self, offer: ResolvedOffer, start: Stage, servers: int) -> float:
        """USD for each server of an order of so many."""
        terms = offer.terms
        discount = 0.0
        for tier in terms.tiers:
            if servers >= tier.from_servers:
                discount = max(discount, tier.discount)
        order = start.first_month - terms.lead_time_months
        return terms.usd_per_server * growth(terms.price_change_per_year, order) * (1 - discount)

    def residual(self, terms: Purchase, paid: float, age: int) -> float:
        """Value of one server when it leaves."""
        if self.finance.residual is ResidualMode.NONE:
            return 0.0
        if self.finance.residual is ResidualMode.MARKET:
            return paid * on_curve([(point.age_months, point.share) for point in terms.resale], age)
        life = terms.life_months
        rate = (1 + self.finance.discount_rate) ** (1 / 12) - 1
        if rate == 0:
            return paid * (life - age) / life
        payment = paid * rate / (1 - (1 + rate) ** -life)
        return payment * (1 - (1 + rate) ** -(life - age)) / rate

    def purchase(self, offer: ResolvedOffer, start: Stage, servers: int) -> float:
        """USD of one bought server, hosting apart, in an order of so many."""
        terms = offer.terms
        first, leave = start.first_month, leave_month(self.resolved, offer, start)
        paid = self.price_paid(offer, start, servers)
        value = self.residual(terms, paid, leave - first)
        usd = paid * self.discount(first - terms.lead_time_months) - value * self.discount(leave)
        if self.finance.tax:
            book = paid
            for age in range(min(leave - first, self.finance.tax.depreciation_months)):
                written_off = paid / self.finance.tax.depreciation_months
                usd -= self.tax_rate * written_off * self.discount(first + age + 1)
                book -= written_off
            usd += self.tax_rate * (value - book) * self.discount(leave)
        return usd

    def standing(self, offer: ResolvedOffer, start: Stage, servers: int) -> tuple[float, float]:
        """(USD, tonnes) of `servers` servers of a standing offer that start service with `start`."""
        if servers == 0:
            return 0.0, 0.0
        terms = offer.terms
        first, leave = start.first_month, leave_month(self.resolved, offer, start)
        if isinstance(terms, Reserved):
            usd, tonnes = self.commitment(offer, start)
            return usd * servers, tonnes * servers
        usd, tonnes = self.hosting(offer, first, leave)
        if isinstance(terms, Purchase):
            usd += self.purchase(offer, start, servers)
        elif isinstance(terms, Lease):
            monthly = terms.usd_per_server_month * growth(terms.price_change_per_year, first - terms.lead_time_months)
            usd += self.after_tax * sum(monthly * self.discount(month + 1) for month in range(first, leave))
        return usd * servers, tonnes * servers

    def commitment(self, offer: ResolvedOffer, start: Stage) -> tuple[float, float]:
        """(USD, tonnes) of one reserved server: upfront share at the start, the rest monthly, unexpired upfront back."""
        terms = offer.terms
        pool = self.resolved.pools[offer.pool]
        first, term = start.first_month, terms.term_months
        end = min(first + term, self.months)
        monthly = terms.usd_per_hour * growth(terms.price_change_per_year, first) * HOURS
        upfront = terms.upfront_share * monthly * term
        usd = upfront * self.discount(first) * self.after_tax
        emitted = self.tonnes(pool, self.power(pool)[1] * HOURS)
        for month in range(first, end):
            running = (1 - terms.upfront_share) * monthly + self.carbon_price * emitted
            usd += running * self.discount(month + 1) * self.after_tax
        if first + term > self.months and self.finance.residual is not ResidualMode.NONE:
            usd -= upfront * (first + term - self.months) / term * self.discount(self.months) * self.after_tax
        return usd, emitted * (end - first)

    def rent(self, offer: ResolvedOffer, stage: Stage, slot: Slot) -> tuple[float, float]:
        """(USD, tonnes) of one server rented in a slot in every month of a stage."""
        terms = offer.terms
        pool = self.resolved.pools[offer.pool]
        emitted = self.tonnes(pool, self.power(pool)[1] * slot.hours_per_month)
        usd = 0.0
        for month in range(stage.first_month, stage.end_month):
            price = terms.usd_per_hour * growth(terms.price_change_per_year, month) * slot.hours_per_month
            usd += (price + self.carbon_price * emitted) * self.discount(month + 1) * self.after_tax
        return usd, emitted * stage.months

    def serve(
        self, service: Service, deployment: Deployment, pool: Pool, stage: Stage, slot: Slot
    ) -> tuple[float, float]:
        """(USD, tonnes) of one request/s served from a pool in a slot in every month of a stage."""
        full, idle = self.power(pool)
        hours = slot.hours_per_month
        kwh = service.busy * deployment.accelerators * max(0.0, full - idle) / pool.server.accelerators * hours
        emitted = self.tonnes(pool, kwh)
        bucket = self.resolved.workloads[service.workload].buckets[service.bucket]
        egress = 3600 * hours * bucket.output_tokens * 4 / 1e9 * pool.site.egress_usd_per_gb
        usd = 0.0
        for month in range(stage.first_month, stage.end_month):
            power = kwh * pool.site.pue * self.electricity(pool, month) if pool.hosted else 0.0
            usd += (power + egress + self.carbon_price * emitted) * self.discount(month + 1) * self.after_tax
        return usd, emitted * stage.months

    def call(self, call: Call, stage: Stage, slot: Slot) -> tuple[float, float]:
        """(USD, tonnes) of one request/s sent to an API in a slot in every month of a stage."""
        endpoint = self.resolved.endpoints[call.endpoint]
        workload = self.resolved.workloads[call.workload]
        bucket = workload.buckets[call.bucket]
        requests = 3600 * slot.hours_per_month
        above = [tier for tier in endpoint.tiers if bucket.input_tokens > tier.above_input_tokens]
        prices = above[-1] if above else endpoint
        batch_in, batch_out = prices.batch_usd_per_million_input_tokens, prices.batch_usd_per_million_output_tokens
        waits = call.kind is ServeKind.BATCH and endpoint.batch_turnaround_hours <= workload.deadline_hours
        if waits and batch_in is not None and batch_out is not None:
            request_usd = (bucket.input_tokens * batch_in + bucket.output_tokens * batch_out) / 1e6
        else:
            hit = workload.prefix_cache_hit_rate
            cached_usd = prices.usd_per_million_cached_input_tokens
            input_usd = (1 - hit) * prices.usd_per_million_input_tokens
            input_usd += hit * (prices.usd_per_million_input_tokens if cached_usd is None else cached_usd)
            output_usd = bucket.output_tokens * prices.usd_per_million_output_tokens
            request_usd = (bucket.input_tokens * input_usd + output_usd) / 1e6
        grams = (bucket.input_tokens + bucket.output_tokens) / 1e6 * endpoint.carbon_g_per_million_tokens
        emitted = requests * grams / 1e6
        usd = 0.0
        for month in range(stage.first_month, stage.end_month):
            price = requests * request_usd * growth(endpoint.price_change_per_year, month)
            usd += (price + self.carbon_price * emitted) * self.discount(month + 1) * self.after_tax
        return usd, emitted * stage.months
