"""One pass over the decisions: every key is checked, every request/s is added to all the sums that it takes part in."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from solver.catalog.entries import ApiPriceTier
from solver.decisions import Decisions
from solver.deployments.types import Call, Candidates, ServeKind, Service
from solver.instance.resolved import ResolvedEndpoint, ResolvedInstance
from solver.instance.schema.sites import Existing
from solver.instance.schema.workload import QualityMode
from solver.instance.timeline import SlotKind

from .facts import is_standing, power, span
from .places import Places
from .services import ServiceChecks
from .verdict import TOLERANCE, Family, Ledger


@dataclass(slots=True)
class Totals:
    """Sums of the decisions. Keys are indices as in `Decisions`; what is missing is zero.

    `served`: requests/s by (w, k, class, s, h). `load`, `real_time_load`: replicas by (d, p, s, h). `busy_kwh`: IT energy
    above idle, kWh a month by (p, s). `egress_gb`: GB a month by (p, s). `quality_points`, `quality_requests`: sum of
    H q x and of H x by (w, s). `call_rps`: requests/s by (e, s, h). `call_usd`, `call_million_tokens`: a month, at the
    prices of month 0, by (e, s).
    """

    buy: dict[tuple[int, int], float] = field(default_factory=dict)
    rent: dict[tuple[int, int, int], float] = field(default_factory=dict)
    run: dict[tuple[int, int, int, int], float] = field(default_factory=dict)
    backlog: dict[tuple[int, int, int, int], float] = field(default_factory=dict)
    served: dict[tuple[int, int, ServeKind, int, int], float] = field(default_factory=lambda: defaultdict(float))
    load: dict[tuple[int, int, int, int], float] = field(default_factory=lambda: defaultdict(float))
    real_time_load: dict[tuple[int, int, int, int], float] = field(default_factory=lambda: defaultdict(float))
    busy_kwh: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    egress_gb: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    quality_points: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    quality_requests: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    call_rps: dict[tuple[int, int, int], float] = field(default_factory=lambda: defaultdict(float))
    call_usd: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    call_million_tokens: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))


def count(value: float) -> float:
    """A count without the noise of a solver, so that a tier or a minimum order is not missed by 1e-9."""
    nearest = float(round(value)) if math.isfinite(value) else value
    return nearest if abs(value - nearest) <= TOLERANCE else float(value)


def usd_per_request(resolved: ResolvedInstance, endpoint: ResolvedEndpoint, w: int, k: int, kind: ServeKind) -> float:
    """Price of one call at month 0, at the tier that its input reaches. Batch prices count where both exist and the answer
    is promised within the deadline; they know no cached input."""
    workload = resolved.workloads[w]
    bucket = workload.buckets[k]
    tier: ResolvedEndpoint | ApiPriceTier = endpoint
    for each in sorted(endpoint.tiers, key=lambda one: one.above_input_tokens):
        if bucket.input_tokens > each.above_input_tokens:
            tier = each
    batch_input, batch_output = tier.batch_usd_per_million_input_tokens, tier.batch_usd_per_million_output_tokens
    in_time = kind is ServeKind.BATCH and not endpoint.batch_turnaround_hours > workload.deadline_hours
    if in_time and batch_input is not None and batch_output is not None:
        return (bucket.input_tokens * batch_input + bucket.output_tokens * batch_output) / 1e6
    cached = workload.prefix_cache_hit_rate * bucket.input_tokens
    cached_price = tier.usd_per_million_cached_input_tokens
    if cached_price is None:
        cached_price = tier.usd_per_million_input_tokens
    return (
        (bucket.input_tokens - cached) * tier.usd_per_million_input_tokens
        + cached * cached_price
        + bucket.output_tokens * tier.usd_per_million_output_tokens
    ) / 1e6


@dataclass(slots=True)
class Reader:
    """Reads the decisions key by key into `totals`; what cannot exist goes into the ledger and counts for nothing."""

    resolved: ResolvedInstance
    candidates: Candidates
    ledger: Ledger
    places: Places
    totals: Totals = field(default_factory=Totals)

    def read(self, decisions: Decisions) -> Totals:
        """All decisions."""
        self._buy(decisions.buy)
        self._rent(decisions.rent)
        checks = ServiceChecks(self.resolved, self.candidates, self.ledger, self.places)
        self._run(decisions.run, checks)
        self._serve(decisions.serve, checks)
        self._call(decisions.call, checks)
        self._backlog(decisions.backlog)
        return self.totals

    def _time_exists(self, s: int, h: int) -> bool:
        return 0 <= s < len(self.resolved.stages) and 0 <= h < len(self.resolved.slots)

    def _buy(self, buy: dict[tuple[int, int], int]) -> None:
        """An order exists for a standing offer that is not existing, ordered not before month 0, serving a whole stage."""
        for (o, s), servers in buy.items():
            self.ledger.whole(servers, self.places.offer_stage, o, s)
            self.ledger.at_least(Family.NON_NEGATIVE, servers, 0.0, self.places.offer_stage, o, s)
            note = self._why_not_bought(o, s)
            if note:
                self.ledger.absent(Family.EXISTENCE, servers, note, self.places.offer_stage, o, s)
            else:
                self.totals.buy[o, s] = count(servers)

    def _why_not_bought(self, o: int, s: int) -> str:
        if not (0 <= o < len(self.resolved.offers) and 0 <= s < len(self.resolved.stages)):
            return "no such offer or stage"
        offer = self.resolved.offers[o]
        if not is_standing(offer) or isinstance(offer.terms, Existing):
            return "this offer is not bought"
        months = span(self.resolved, offer, s)
        if months.order < 0:
            return "would have to be ordered before the horizon"
        return "" if months.leave > months.first else "does not serve a whole stage"

    def _rent(self, rent: dict[tuple[int, int, int], int]) -> None:
        for (o, s, h), servers in rent.items():
            self.ledger.whole(servers, self.places.offer_time, o, s, h)
            self.ledger.at_least(Family.NON_NEGATIVE, servers, 0.0, self.places.offer_time, o, s, h)
            known = 0 <= o < len(self.resolved.offers) and self._time_exists(s, h)
            if known and not is_standing(self.resolved.offers[o]):
                self.totals.rent[o, s, h] = count(servers)
            else:
                note = "this offer is not rented by the hour" if known else "no such offer, stage or slot"
                self.ledger.absent(Family.EXISTENCE, servers, note, self.places.offer_time, o, s, h)

    def _run(self, run: dict[tuple[int, int, int, int], int], checks: ServiceChecks) -> None:
        seen: set[tuple[int, int]] = set()
        for (d, p, s, h), replicas in run.items():
            self.ledger.whole(replicas, self.places.replicas, d, p, s, h)
            self.ledger.at_least(Family.NON_NEGATIVE, replicas, 0.0, self.places.replicas, d, p, s, h)
            known = 0 <= d < len(self.candidates.deployments) and 0 <= p < len(self.resolved.pools)
            if not (known and self._time_exists(s, h)):
                note = "no such deployment, pool, stage or slot"
                self.ledger.absent(Family.EXISTENCE, replicas, note, self.places.replicas, d, p, s, h)
                continue
            self.totals.run[d, p, s, h] = count(replicas)
            if replicas > TOLERANCE and (d, p) not in seen:
                seen.add((d, p))
                checks.pool(d, p)

    def _serve(self, serve: dict[tuple[int, int, ServeKind, int, int, int, int], float], checks: ServiceChecks) -> None:
        services: dict[tuple[int, int, ServeKind, int], Service] = {
            (service.workload, service.bucket, service.kind, deployment.index): service
            for deployment in self.candidates.deployments
            for service in deployment.services
        }
        checked: set[tuple[int, int, ServeKind, int]] = set()
        checked_in_pool: set[tuple[int, int, ServeKind, int, int]] = set()
        hours = [slot.hours_per_month for slot in self.resolved.slots]
        kw_above_idle = self._kw_above_idle()
        averaged = self._averaged()
        totals = self.totals
        for key, rate in serve.items():
            w, k, kind, d, p, s, h = key
            self.ledger.at_least(Family.NON_NEGATIVE, rate, 0.0, self.places.serving, *key)
            service = services.get((w, k, kind, d))
            if service is None or not 0 <= p < len(self.resolved.pools) or not self._time_exists(s, h):
                note = "the deployment offers no such service, or there is no such pool, stage or slot"
                self.ledger.absent(Family.EXISTENCE, rate, note, self.places.serving, *key)
                continue
            if rate > TOLERANCE:
                if (w, k, kind, d) not in checked:
                    checked.add((w, k, kind, d))
                    checks.service(service, d)
                if (w, k, kind, d, p) not in checked_in_pool:
                    checked_in_pool.add((w, k, kind, d, p))
                    checks.service_in_pool(service, d, p)
            totals.served[w, k, kind, s, h] += rate
            totals.load[d, p, s, h] += service.load * rate
            if kind is ServeKind.REAL_TIME:
                totals.real_time_load[d, p, s, h] += service.load * rate
            accelerators = self.candidates.deployments[d].accelerators
            requests = hours[h] * rate
            totals.busy_kwh[p, s] += service.busy * requests * accelerators * kw_above_idle[p]
            totals.egress_gb[p, s] += (
                3600.0 * requests * self.resolved.workloads[w].buckets[k].output_tokens * 4.0 / 1e9
            )
            if w in averaged and service.quality is not None:
                totals.quality_points[w, s] += requests * service.quality
                totals.quality_requests[w, s] += requests

    def _kw_above_idle(self) -> list[float]:
        """kW of one busy accelerator above its idle draw, by pool."""
        figures = [power(pool) for pool in self.resolved.pools]
        return [
            max(0.0, figure.full - figure.idle) / pool.server.accelerators
            for figure, pool in zip(figures, self.resolved.pools, strict=True)
        ]

    def _averaged(self) -> set[int]:
        """Workloads whose quality counts on average."""
        floors = [(workload.index, workload.quality) for workload in self.resolved.workloads]
        return {w for w, floor in floors if floor is not None and floor.mode is QualityMode.AVERAGE}

    def _call(self, call: dict[tuple[int, int, ServeKind, int, int, int], float], checks: ServiceChecks) -> None:
        calls: dict[tuple[int, int, ServeKind, int], Call] = {
            (known.workload, known.bucket, known.kind, known.endpoint): known for known in self.candidates.calls
        }
        prices: dict[tuple[int, int, ServeKind, int], float] = {}
        checked: set[tuple[int, int, ServeKind, int]] = set()
        averaged = self._averaged()
        totals = self.totals
        for key, rate in call.items():
            w, k, kind, e, s, h = key
            self.ledger.at_least(Family.NON_NEGATIVE, rate, 0.0, self.places.calling, *key)
            known = calls.get((w, k, kind, e))
            if known is None or not 0 <= e < len(self.resolved.endpoints) or not self._time_exists(s, h):
                note = "the endpoint takes no such call, or there is no such stage or slot"
                self.ledger.absent(Family.EXISTENCE, rate, note, self.places.calling, *key)
                continue
            if rate > TOLERANCE and (w, k, kind, e) not in checked:
                checked.add((w, k, kind, e))
                checks.call(known)
            if (w, k, kind, e) not in prices:
                prices[w, k, kind, e] = usd_per_request(self.resolved, self.resolved.endpoints[e], w, k, kind)
            bucket = self.resolved.workloads[w].buckets[k]
            requests = 3600.0 * self.resolved.slots[h].hours_per_month * rate
            totals.served[w, k, kind, s, h] += rate
            totals.call_rps[e, s, h] += rate
            totals.call_usd[e, s] += requests * prices[w, k, kind, e]
            totals.call_million_tokens[e, s] += requests * (bucket.input_tokens + bucket.output_tokens) / 1e6
            if w in averaged and known.quality is not None:
                totals.quality_points[w, s] += self.resolved.slots[h].hours_per_month * rate * known.quality
                totals.quality_requests[w, s] += self.resolved.slots[h].hours_per_month * rate

    def _backlog(self, backlog: dict[tuple[int, int, int, int], float]) -> None:
        """Requests wait for buckets that exist, in regular slots."""
        for key, waiting in backlog.items():
            w, k, s, h = key
            self.ledger.at_least(Family.NON_NEGATIVE, waiting, 0.0, self.places.demand, *key)
            known = 0 <= w < len(self.resolved.workloads) and 0 <= k < len(self.resolved.workloads[w].buckets)
            if known and self._time_exists(s, h) and self.resolved.slots[h].kind is SlotKind.REGULAR:
                self.totals.backlog[key] = waiting
            else:
                note = "no such bucket or stage, or not a regular slot"
                self.ledger.absent(Family.EXISTENCE, waiting, note, self.places.demand, *key)
