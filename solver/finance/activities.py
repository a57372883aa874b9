"""Unit cash flows of every decision: the only place where prices turn into money over time.

The model takes its objective coefficients from here (present values), the cash-flow table its amounts (levels times
flows), so the two cannot disagree. Amounts follow the money table of solver/model/FORMULATION.md row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from solver.deployments.types import Call, ServeKind
from solver.finance.discounting import discount_factors
from solver.finance.hardware import value_at_age
from solver.finance.streams import FloatArray, Stream, UnitFlow
from solver.finance.taxation import with_tax
from solver.instance.resolved import Pool, ResolvedInstance, ResolvedOffer
from solver.instance.schema.sites import Existing, Lease, OnDemand, Purchase, Reserved, Spot
from solver.instance.timeline import HOURS_PER_MONTH, Stage

SECONDS_PER_HOUR = 3600.0
BYTES_PER_TOKEN = 4.0


def change(rate_per_year: float, months: float | FloatArray) -> float | FloatArray:
    """Price relative to the horizon's start: (1 + g)^(i / 12)."""
    return (1.0 + rate_per_year) ** (months / 12.0)


class Activities:
    """Unit flows of one resolved instance. Results are cached; arrays are read-only by convention."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.resolved = resolved
        self.months = resolved.months
        self.finance = resolved.instance.finance
        self.factors = discount_factors(self.finance.discount_rate, self.months)
        self._month = np.arange(self.months, dtype=float)
        self.busy_kwh: Callable[[int, int], UnitFlow] = cache(self._busy_kwh)
        self.egress_gb: Callable[[int, int], UnitFlow] = cache(self._egress_gb)
        self.rented_hour: Callable[[int, int], UnitFlow] = cache(self._rented_hour)

    def zeros(self) -> FloatArray:
        """A flow of nothing, month indices 0..M."""
        return np.zeros(self.months + 1)

    def arrears(self, first: int, end: int, amount_by_month: FloatArray | float) -> FloatArray:
        """Operating cost of months first..end-1, each paid at the index after it. `amount_by_month` covers 0..M-1."""
        flow = self.zeros()
        every = np.broadcast_to(np.asarray(amount_by_month, dtype=float), (self.months,))
        flow[first + 1 : end + 1] = every[first:end]
        return flow

    def standing(self, offer: ResolvedOffer, start: Stage, tier_discount: float = 0.0) -> UnitFlow:
        """One server of a standing offer that starts service with `start` (existing: stage 0)."""
        pool = self.resolved.pools[offer.pool]
        leave = self.resolved.service_end_month(offer, start)
        terms = offer.terms
        flows: dict[Stream, FloatArray] = {}
        tonnes = 0.0
        if pool.hosted:
            tonnes = self._hosting(flows, offer, pool, start.first_month, leave)
        if isinstance(terms, Purchase):
            return self._purchase(flows, offer, start, tier_discount, tonnes)
        if isinstance(terms, Lease):
            order = self.resolved.order_month(offer, start)
            payment = terms.usd_per_server_month * float(change(terms.price_change_per_year, order))
            flows[Stream.LEASE] = self.arrears(start.first_month, leave, payment)
        elif isinstance(terms, Reserved):
            tonnes = self._commitment(flows, terms, pool, start)
        return self._finish(flows, tonnes)

    def _hosting(
        self, flows: dict[Stream, FloatArray], offer: ResolvedOffer, pool: Pool, first: int, leave: int
    ) -> float:
        """What a server in one's own room costs each month it stands there; returns its idle emissions, tonnes."""
        terms, site, server = offer.terms, pool.site, pool.server
        assert isinstance(terms, Existing | Purchase | Lease)
        idle_kwh = (server.idle_power_kw or 0.0) * site.pue * HOURS_PER_MONTH
        flows[Stream.POWER] = self.arrears(first, leave, idle_kwh * self.usd_per_kwh(pool))
        colocation = (server.power_kw or 0.0) * site.colocation_usd_per_kw_month
        flows[Stream.COLOCATION] = self.arrears(first, leave, colocation)
        list_price = 0.0 if isinstance(terms, Lease) else terms.usd_per_server or 0.0
        flows[Stream.MAINTENANCE] = self.arrears(first, leave, terms.maintenance_share_per_year / 12 * list_price)
        wages = change(self.finance.wage_escalation_per_year, self._month)
        flows[Stream.STAFF] = self.arrears(first, leave, site.staff_usd_per_server_month * wages)
        licences = terms.software_usd_per_accelerator_year / 12 * server.accelerators
        flows[Stream.SOFTWARE] = self.arrears(first, leave, licences)
        tonnes_per_month = idle_kwh * site.carbon_g_per_kwh / 1e6
        flows[Stream.CARBON] = self.arrears(first, leave, tonnes_per_month * self._carbon_price)
        return tonnes_per_month * (leave - first)

    def _purchase(
        self,
        flows: dict[Stream, FloatArray],
        offer: ResolvedOffer,
        start: Stage,
        tier_discount: float,
        tonnes: float,
    ) -> UnitFlow:
        terms = offer.terms
        assert isinstance(terms, Purchase)
        order, leave = self.resolved.order_month(offer, start), self.resolved.service_end_month(offer, start)
        age = leave - start.first_month
        paid = self.purchase_price(offer, start, tier_discount)
        value = value_at_age(terms, paid, age, self.finance)
        flows[Stream.CAPEX] = self.zeros()
        flows[Stream.CAPEX][order] = paid
        flows[Stream.RESIDUAL] = self.zeros()
        flows[Stream.RESIDUAL][leave] = -value
        if self.finance.tax is None:
            return UnitFlow(flows, tonnes)
        taxed = with_tax(
            flows, self.finance.tax, price_paid=paid, value=value, first=start.first_month, leave=leave, bought=True
        )
        return UnitFlow(taxed, tonnes)

    def purchase_price(self, offer: ResolvedOffer, start: Stage, tier_discount: float = 0.0) -> float:
        """Price paid for one server at its order month, after the volume discount; what capex budgets count."""
        terms = offer.terms
        assert isinstance(terms, Purchase)
        order = self.resolved.order_month(offer, start)
        trend = float(change(terms.price_change_per_year, order))
        return (terms.usd_per_server or 0.0) * trend * (1 - tier_discount)

    def _commitment(self, flows: dict[Stream, FloatArray], terms: Reserved, pool: Pool, start: Stage) -> float:
        """Reserved capacity: upfront share at the start, the rest monthly to the term's or the horizon's end."""
        first, term = start.first_month, terms.term_months
        end = min(first + term, self.months)
        monthly = (terms.usd_per_hour or 0.0) * float(change(terms.price_change_per_year, first)) * HOURS_PER_MONTH
        flows[Stream.COMMITMENT] = self.arrears(first, end, (1 - terms.upfront_share) * monthly)
        flows[Stream.COMMITMENT][first] += terms.upfront_share * monthly * term
        unexpired = first + term - end
        if unexpired and self.finance.residual != "none":
            flows[Stream.RESIDUAL] = self.zeros()
            flows[Stream.RESIDUAL][self.months] = -terms.upfront_share * monthly * unexpired
        tonnes_per_month = self._idle_tonnes_per_hour(pool) * HOURS_PER_MONTH
        flows[Stream.CARBON] = self.arrears(first, end, tonnes_per_month * self._carbon_price)
        return tonnes_per_month * (end - first)

    def _rented_hour(self, offer_index: int, stage_index: int) -> UnitFlow:
        """One server of an hourly offer for one hour of every month of a stage."""
        offer, stage = self.resolved.offers[offer_index], self.resolved.stages[stage_index]
        terms = offer.terms
        assert isinstance(terms, OnDemand | Spot)
        price = (terms.usd_per_hour or 0.0) * change(terms.price_change_per_year, self._month)
        tonnes = self._idle_tonnes_per_hour(self.resolved.pools[offer.pool])
        flows = {
            Stream.RENT: self.arrears(stage.first_month, stage.end_month, price),
            Stream.CARBON: self.arrears(stage.first_month, stage.end_month, tonnes * self._carbon_price),
        }
        return self._finish(flows, tonnes * stage.months)

    def _busy_kwh(self, pool_index: int, stage_index: int) -> UnitFlow:
        """One kWh of IT energy in every month of a stage: electricity where one's own, and emissions."""
        pool, stage = self.resolved.pools[pool_index], self.resolved.stages[stage_index]
        facility_kwh = pool.site.pue
        tonnes = facility_kwh * pool.site.carbon_g_per_kwh / 1e6
        first, end = stage.first_month, stage.end_month
        flows = {Stream.CARBON: self.arrears(first, end, tonnes * self._carbon_price)}
        if pool.hosted:
            flows[Stream.POWER] = self.arrears(first, end, facility_kwh * self.usd_per_kwh(pool))
        return self._finish(flows, tonnes * stage.months)

    def _egress_gb(self, pool_index: int, stage_index: int) -> UnitFlow:
        """One GB leaving a site in every month of a stage."""
        pool, stage = self.resolved.pools[pool_index], self.resolved.stages[stage_index]
        flow = self.arrears(stage.first_month, stage.end_month, pool.site.egress_usd_per_gb)
        return self._finish({Stream.EGRESS: flow}, 0.0)

    def request(self, call: Call, stage: Stage) -> UnitFlow:
        """One request to an API endpoint in every month of a stage."""
        return self.api_flow(call.endpoint, stage, *self.request_figures(call))

    def request_figures(self, call: Call) -> tuple[float, float]:
        """USD, at the horizon's first prices, and tonnes of CO2e of one request to an API endpoint."""
        endpoint = self.resolved.endpoints[call.endpoint]
        workload = self.resolved.workloads[call.workload]
        bucket = workload.buckets[call.bucket]
        prices = endpoint.prices(bucket.input_tokens)
        batch = (prices.batch_input, prices.batch_output)
        waits = call.kind is ServeKind.BATCH and endpoint.answers_in_time(workload)
        if waits and batch[0] is not None and batch[1] is not None:
            usd = (bucket.input_tokens * batch[0] + bucket.output_tokens * batch[1]) / 1e6
        else:
            cached = workload.prefix_cache_hit_rate * bucket.input_tokens
            usd = (
                (bucket.input_tokens - cached) * prices.input
                + cached * prices.cached_input
                + bucket.output_tokens * prices.output
            ) / 1e6
        tokens = bucket.input_tokens + bucket.output_tokens
        return usd, endpoint.carbon_g_per_million_tokens * tokens / 1e6 / 1e6

    def api_flow(self, endpoint_index: int, stage: Stage, usd: float, tonnes: float) -> UnitFlow:
        """Calls of `usd`, at the horizon's first prices, and `tonnes` in every month of a stage; linear in both."""
        trend = change(self.resolved.endpoints[endpoint_index].price_change_per_year, self._month)
        flows = {
            Stream.API_TOKENS: self.arrears(stage.first_month, stage.end_month, usd * trend),
            Stream.CARBON: self.arrears(stage.first_month, stage.end_month, tonnes * self._carbon_price),
        }
        return self._finish(flows, tonnes * stage.months)

    def usd_per_kwh(self, pool: Pool) -> FloatArray:
        """Electricity price in each month 0..M-1."""
        electricity = pool.site.electricity
        escalation = electricity.escalation_per_year
        if escalation is None:
            escalation = self.finance.electricity_escalation_per_year
        return np.asarray(electricity.usd_per_kwh * change(escalation, self._month))

    @property
    def _carbon_price(self) -> float:
        return self.resolved.policy.carbon_price_usd_per_tonne

    def _idle_tonnes_per_hour(self, pool: Pool) -> float:
        return (pool.server.idle_power_kw or 0.0) * pool.site.pue * pool.site.carbon_g_per_kwh / 1e6

    def _finish(self, flows: dict[Stream, FloatArray], tonnes: float) -> UnitFlow:
        if self.finance.tax is not None:
            flows = with_tax(flows, self.finance.tax)
        return UnitFlow({stream: flow for stream, flow in flows.items() if flow.any()}, tonnes)
