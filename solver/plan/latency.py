"""Waiting in a plan: at the fullest slot of every group of replicas, the exact pooled queue against the linear form.

A group is a deployment in a pool and stage. All its real-time requests share one queue before n replicas, so with s_i
requests/s of a service that holds a place for T_i and keeps a replica busy for b_i:

    T = sum s T / sum s,   places = n sum s T / sum s b,   Cs^2 = max(1, sum s T^2 sum s / (sum s T)^2 - 1)
    Ca^2 = sum s Ca^2 / sum s

Requests that may wait give way to real-time ones and are not counted. Peaks inside the hour are those of the workloads by
their share of the load, all at the same time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from solver.deployments.types import ServeKind, Service
from solver.instance.resolved import Workload
from solver.instance.schema.policy import Queueing, Spare
from solver.instance.schema.workload import ShortPeak
from solver.performance.peaks import Peak, mean_utilisation
from solver.performance.queueing import utilisation_limit, wait_at_percentile, wait_exceeds
from solver.plan.plan import Plan
from solver.plan.served import Flow, Own, flows

CURVE_REPLICAS = 32
"""Pool sizes up to which the curve is given one by one; beyond, only the group's own."""


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """A workload on the replicas of a deployment in a pool and stage, at their fullest slot.

    `replicas`: running then, a spare one not counted; `places`: sequences that these hold at once. Utilisations are shares
    of the planned rate of these replicas: by real-time requests (`used`), the most that the linear form of the model allows
    with this mix (`linear`), and the most at which the exact queue keeps the target (`exact`). `slack`: exact less linear;
    negative where requests of different lengths hinder each other more than the linear form counts on.
    `percentile_reached` and `wait_ms` are at the mean load of the hour; `wait_ms` is not finite at a full pool.
    """

    stage: str
    site: str
    server: str
    deployment: str
    workload: str
    slot: str
    replicas: int
    places: int
    service_seconds: float
    percentile: float
    percentile_reached: float
    wait_allowance_ms: float
    wait_ms: float
    ttft_ms: float | None
    utilisation_used: float
    utilisation_linear: float
    utilisation_exact: float
    slack: float
    curve_replicas: tuple[int, ...]
    curve_utilisation: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Queue:
    """The pooled queue of a group's real-time requests."""

    places_per_replica: float
    service_s: float
    service_cv: float
    arrival_cv: float
    peaks: tuple[Peak, ...]

    def places(self, replicas: int) -> int:
        return max(1, math.floor(replicas * self.places_per_replica + 1e-9))

    def limit(self, replicas: int, allowed_wait_s: float, percentile: float) -> float:
        places = self.places(replicas)

        def within(wait_s: float) -> float:
            return utilisation_limit(places, self.service_s, wait_s, percentile, self.arrival_cv, self.service_cv)

        return mean_utilisation(within, allowed_wait_s, self.peaks)


def latency_rows(plan: Plan) -> list[LatencyRow]:
    """Rows by stage, pool, deployment and workload; none where queueing is off or no target limits the wait."""
    if plan.resolved.policy.queueing is Queueing.OFF:
        return []
    groups: dict[tuple[int, int, int], dict[int, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    for flow in flows(plan):
        if isinstance(flow.route, Own) and flow.kind is ServeKind.REAL_TIME and flow.requests_per_second > 0:
            key = (flow.stage, flow.route.pool.index, flow.route.deployment.index)
            groups[key][flow.slot].append(flow)
    spare = 1 if plan.resolved.policy.spare is Spare.N_PLUS_1 else 0
    rows: list[LatencyRow] = []
    for (s, p, d), by_slot in sorted(groups.items()):
        running = {h: plan.chosen.run.get((d, p, s, h), 0) - spare for h in by_slot}
        slots = [h for h in by_slot if running[h] > 0]
        if slots:
            fullest = max(slots, key=lambda h: _load(by_slot[h]) / running[h])
            rows += _rows(plan, by_slot[fullest], running[fullest])
    return rows


def _rows(plan: Plan, members: list[Flow], replicas: int) -> list[LatencyRow]:
    own = _own(members[0])
    queue = _queue(plan, members)
    used = sum(flow.requests_per_second * _service(flow).busy for flow in members) / replicas
    linear = used * replicas / _load(members)
    places = queue.places(replicas)
    rows: list[LatencyRow] = []
    for w in sorted({flow.workload for flow in members}):
        workload = plan.resolved.workloads[w]
        mine = [_service(flow) for flow in members if flow.workload == w]
        left = [
            ms
            for flow, service in zip(_of(members, w), mine, strict=True)
            if (ms := _left_ms(workload, flow, service)) is not None
        ]
        if not left:
            continue
        allowance_s, percentile = min(left) / 1000.0, workload.latency.percentile
        how = (queue.service_s, queue.arrival_cv, queue.service_cv)
        late = wait_exceeds(places, used, how[0], allowance_s, how[1], how[2])
        wait_ms = 1000.0 * wait_at_percentile(places, used, how[0], percentile, how[1], how[2])
        first = max((service.point.ttft_ms for service in mine if service.point.ttft_ms is not None), default=None)
        sizes = tuple(dict.fromkeys([*range(1, min(replicas, CURVE_REPLICAS) + 1), replicas]))
        curve = tuple(queue.limit(n, allowance_s, percentile) for n in sizes)
        rows.append(
            LatencyRow(
                stage=plan.resolved.stages[members[0].stage].name,
                site=own.pool.site.name,
                server=own.pool.server.name,
                deployment=own.deployment.name,
                workload=workload.name,
                slot=plan.resolved.slots[members[0].slot].name,
                replicas=replicas,
                places=places,
                service_seconds=queue.service_s,
                percentile=percentile,
                percentile_reached=100.0 * (1.0 - late),
                wait_allowance_ms=1000.0 * allowance_s,
                wait_ms=wait_ms,
                ttft_ms=None if first is None else first + wait_ms,
                utilisation_used=used,
                utilisation_linear=linear,
                utilisation_exact=curve[-1],
                slack=curve[-1] - linear,
                curve_replicas=sizes,
                curve_utilisation=curve,
            )
        )
    return rows


def _queue(plan: Plan, members: list[Flow]) -> _Queue:
    rates = [flow.requests_per_second for flow in members]
    services = [_service(flow) for flow in members]
    times = [service.point.concurrency * service.busy for service in services]
    total = sum(rates)
    held = sum(rate * time for rate, time in zip(rates, times, strict=True))
    busy = sum(rate * service.busy for rate, service in zip(rates, services, strict=True))
    squared = sum(rate * time**2 for rate, time in zip(rates, times, strict=True))
    workloads = [plan.resolved.workloads[flow.workload] for flow in members]
    arriving = sum(rate * workload.arrival_cv**2 for rate, workload in zip(rates, workloads, strict=True)) / total
    shares: dict[int, float] = defaultdict(float)
    for flow, service in zip(members, services, strict=True):
        shares[flow.workload] += flow.requests_per_second * service.busy / busy
    return _Queue(
        places_per_replica=held / busy,
        service_s=held / total,
        service_cv=math.sqrt(max(1.0, squared * total / held**2 - 1.0)),
        arrival_cv=math.sqrt(arriving),
        peaks=_peaks([(plan.resolved.workloads[w].short_peaks, share) for w, share in shares.items()]),
    )


def _peaks(stated: Sequence[tuple[tuple[ShortPeak, ...], float]]) -> tuple[Peak, ...]:
    windows = sorted({peak.seconds for peaks, _ in stated for peak in peaks})
    return tuple(
        Peak(seconds, 1.0 + sum(share * (_ratio(peaks, seconds) - 1.0) for peaks, share in stated))
        for seconds in windows
    )


def _ratio(peaks: tuple[ShortPeak, ...], seconds: float) -> float:
    """Ratio over a window: that of the longest stated window not longer, since ratios fall with the window."""
    shorter = [peak.ratio for peak in peaks if peak.seconds <= seconds]
    return shorter[-1] if shorter else peaks[0].ratio if peaks else 1.0


def _left_ms(workload: Workload, flow: Flow, service: Service) -> float | None:
    """What the targets leave for waiting at the operating point; None where none limits it."""
    target, output = workload.latency, workload.buckets[flow.bucket].output_tokens
    first = service.point.ttft_ms or 0.0
    whole = first + (output - 1) * (service.point.tpot_ms or 0.0)
    left = [limit - at for limit, at in ((target.ttft_ms, first), (target.end_to_end_ms, whole)) if limit is not None]
    return max(0.0, min(left)) if left else None


def _load(members: list[Flow]) -> float:
    return sum(flow.requests_per_second * _service(flow).load for flow in members)


def _of(members: list[Flow], workload: int) -> list[Flow]:
    return [flow for flow in members if flow.workload == workload]


def _own(flow: Flow) -> Own:
    assert isinstance(flow.route, Own)
    return flow.route


def _service(flow: Flow) -> Service:
    return _own(flow).service
