"""Index tables of an instance as integer arrays: what may serve what, where, and with which figures. Nothing here is by slot.

A *bucket* b is (workload, bucket of it); a *want* q = 2 b + class is what must be served; a *line* is a want on a deployment in a
pool, a *pair* a deployment in a pool. Slots of a stage share this structure; only demand and hours differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.deployments.types import Candidates, ServeKind
from solver.finance.activities import Activities
from solver.finance.ledger import busy_kw, egress_gb_per_request
from solver.instance.resolved import ResolvedInstance
from solver.instance.schema.sites import OnDemand
from solver.instance.timeline import SlotKind
from solver.model.assembly.moments import Moments, all_moments
from solver.model.facts import Facts, LineKey
from solver.model.matrix import FloatArray
from solver.model.names import IntArray

BoolArray = NDArray[np.bool_]
KINDS = (ServeKind.REAL_TIME, ServeKind.BATCH)
"""A class is its position here."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Services in pools, ordered by (deployment, pool). `key` (L, 5): workload, bucket, class, deployment, pool.

    `want`, `pair` (L,): positions in those tables. `load` replicas and `busy_kw` per request/s; `quality` NaN where not known.
    `at_stress`: whether it may serve in stress slots.
    """

    key: IntArray
    want: IntArray
    pair: IntArray
    load: FloatArray
    busy_kw: FloatArray
    quality: FloatArray
    at_stress: BoolArray


@dataclass(frozen=True, slots=True)
class Calls:
    """Wants at endpoints. `key` (C, 4): workload, bucket, class, endpoint."""

    key: IntArray
    want: IntArray
    quality: FloatArray
    at_stress: BoolArray


@dataclass(frozen=True, slots=True)
class Buckets:
    """`key` (B, 2): workload and bucket; `share` of the workload's requests; `egress_gb` an answer."""

    key: IntArray
    share: FloatArray
    egress_gb: FloatArray


@dataclass(frozen=True, slots=True)
class Loads:
    """Of some lines by want: `load` and `serves` (1) of every pair (wants, R), `heaviest` accelerators per request/s (wants, P)."""

    load: sp.csr_array
    serves: sp.csr_array
    heaviest: sp.csr_array


@dataclass
class Tables(Facts):
    """All index tables of a problem, and its unit cash flows."""

    activities: Activities = field(kw_only=True)
    buckets: Buckets = field(kw_only=True)
    lines: Lines = field(kw_only=True)
    calls: Calls = field(kw_only=True)
    pairs: IntArray = field(kw_only=True)
    """(R, 2): deployment, pool; sorted."""
    replica_accelerators: IntArray = field(kw_only=True)
    """(R,): accelerators a replica of the pair's deployment takes."""

    @cached_property
    def moments(self) -> Moments:
        """Every slot of every stage."""
        return all_moments(self.resolved)

    @cached_property
    def regular_slot(self) -> BoolArray:
        """Whether a slot carries weight, (H,)."""
        return np.array([slot.kind is SlotKind.REGULAR for slot in self.resolved.slots], dtype=bool)

    @cached_property
    def takes_batch(self) -> BoolArray:
        """Where batch demand exists, (slots, workloads): not in the peak slot."""
        waits = np.array([workload.batch_share > 0 for workload in self.resolved.workloads], dtype=bool)
        peak = np.array([slot.kind is SlotKind.PEAK for slot in self.resolved.slots], dtype=bool)
        found: BoolArray = ~peak[:, None] & waits[None, :]
        return found

    @cached_property
    def usual_loads(self) -> Loads:
        """Of all lines."""
        return self._loads(np.arange(len(self.lines.want)))

    @cached_property
    def stress_loads(self) -> Loads:
        """Of the lines that may serve in stress slots."""
        return self._loads(np.flatnonzero(self.lines.at_stress))

    def _loads(self, at: NDArray[np.int64]) -> Loads:
        lines, wants = self.lines, 2 * len(self.buckets.share)
        load, serves = (
            sp.csr_array((figures, (lines.want[at], lines.pair[at])), shape=(wants, len(self.pairs)))
            for figures in (lines.load[at], np.ones(len(at)))
        )
        heaviest = np.zeros((wants, len(self.resolved.pools)))
        weight = lines.load * self.replica_accelerators[lines.pair]
        np.maximum.at(heaviest, (lines.want[at], lines.key[at, 4]), weight[at])
        return Loads(load, serves, sp.csr_array(heaviest))

    @cached_property
    def hourly(self) -> IntArray:
        """Indices of hourly offers."""
        return np.array([offer.index for offer in self.resolved.offers if offer.hourly], dtype=np.int32)

    @cached_property
    def offer_pool(self) -> IntArray:
        """Pool of every offer."""
        return np.array([offer.pool for offer in self.resolved.offers], dtype=np.int32)

    @cached_property
    def server_accelerators(self) -> IntArray:
        """Accelerators a server of every pool has."""
        return np.array([pool.server.accelerators for pool in self.resolved.pools], dtype=np.int32)

    def line_keys(self) -> set[LineKey]:
        """What may serve what, in any slot."""
        found, _ = self.ever
        return {(w, k, KINDS[c], d, p) for w, k, c, d, p in self.lines.key[found].tolist()}

    @cached_property
    def ever(self) -> tuple[BoolArray, BoolArray]:
        """Which lines and which calls exist in any slot."""
        regular = self.regular_slot[self.moments.slot]
        usual = np.logical_or.reduce(self.wanted(self.moments.take(regular)))
        stress = np.logical_or.reduce(self.wanted(self.moments.take(~regular)))
        return (
            usual[self.lines.want] | (stress[self.lines.want] & self.lines.at_stress),
            usual[self.calls.want] | (stress[self.calls.want] & self.calls.at_stress),
        )

    @cached_property
    def used_in_stage(self) -> BoolArray:
        """Whether a pair can serve anything in any slot of a stage, (stages, R)."""
        moments, lines = self.moments, self.lines
        found = np.zeros((len(self.resolved.stages), len(self.pairs)), dtype=bool)
        wanted, regular = self.wanted(moments), self.regular_slot[moments.slot]
        for s in range(len(found)):
            here = moments.stage == s
            usual, stress = wanted[here & regular].any(axis=0), wanted[here & ~regular].any(axis=0)
            served = usual[lines.want] | (stress[lines.want] & lines.at_stress)
            found[s, lines.pair[served]] = True
        return found

    def wanted(self, moments: Moments) -> BoolArray:
        """Which wants exist in which moments, (T, 2 B)."""
        workload = self.buckets.key[:, 0]
        found = np.empty((len(moments), 2 * len(workload)), dtype=bool)
        found[:, 0::2] = (moments.real_time > 0)[:, workload]
        found[:, 1::2] = self.takes_batch[moments.slot][:, workload]
        return found

    def by_want(self, real_time: FloatArray, batch: FloatArray) -> FloatArray:
        """Requests/s of workloads, (T, W) each, as those of wants, (T, 2 B)."""
        workload, share = self.buckets.key[:, 0], self.buckets.share
        found = np.empty((len(real_time), 2 * len(workload)))
        found[:, 0::2] = real_time[:, workload] * share
        found[:, 1::2] = batch[:, workload] * share
        return found


def build_tables(resolved: ResolvedInstance, candidates: Candidates) -> Tables:
    """All tables of an instance with its candidates."""
    buckets = _buckets(resolved)
    first = np.cumsum([0, *(len(workload.buckets) for workload in resolved.workloads)])
    activities = Activities(resolved)
    calls = _calls(candidates, first)
    lines, pairs = _lines(resolved, candidates, first)
    calls, lines = _with_relief(resolved, calls, lines)
    order = np.lexsort((lines.key[:, 4], lines.key[:, 3]))
    lines = Lines(*(getattr(lines, name)[order] for name in Lines.__slots__))
    replica = np.array([deployment.accelerators for deployment in candidates.deployments], dtype=np.int32)
    return Tables(
        resolved,
        candidates,
        {
            (service.workload, service.bucket, service.kind, deployment.index): service
            for deployment in candidates.deployments
            for service in deployment.services
        },
        activities=activities,
        buckets=buckets,
        lines=lines,
        calls=calls,
        pairs=pairs,
        replica_accelerators=replica[pairs[:, 0]] if len(pairs) else np.zeros(0, dtype=np.int32),
    )


def _buckets(resolved: ResolvedInstance) -> Buckets:
    rows = [
        (w, k, bucket.share, egress_gb_per_request(bucket.output_tokens))
        for w, workload in enumerate(resolved.workloads)
        for k, bucket in enumerate(workload.buckets)
    ]
    return Buckets(
        np.array([row[:2] for row in rows], dtype=np.int32).reshape(-1, 2),
        np.array([row[2] for row in rows], dtype=float),
        np.array([row[3] for row in rows], dtype=float),
    )


def _wants(key: IntArray, first: NDArray[np.int64]) -> IntArray:
    found: IntArray = (2 * (first[key[:, 0]] + key[:, 1]) + key[:, 2]).astype(np.int32)
    return found


def _calls(candidates: Candidates, first: NDArray[np.int64]) -> Calls:
    key = np.array(
        [(call.workload, call.bucket, KINDS.index(call.kind), call.endpoint) for call in candidates.calls],
        dtype=np.int32,
    ).reshape(-1, 4)
    quality = np.array([np.nan if call.quality is None else call.quality for call in candidates.calls], dtype=float)
    return Calls(key, _wants(key, first), quality, np.ones(len(key), dtype=bool))


def _lines(resolved: ResolvedInstance, candidates: Candidates, first: NDArray[np.int64]) -> tuple[Lines, IntArray]:
    """Every service with every pool it may use and that something is offered into."""
    offered = {offer.pool for offer in resolved.offers}
    keys: list[tuple[int, int, int, int, int]] = []
    figures: list[tuple[float, float, float]] = []
    for deployment in candidates.deployments:
        for p in deployment.pools:
            if p not in offered:
                continue
            pool = resolved.pools[p]
            for service in deployment.services:
                if (service.workload, p) in candidates.service_pools:
                    kind = 0 if service.kind is ServeKind.REAL_TIME else 1
                    keys.append((service.workload, service.bucket, kind, deployment.index, p))
                    quality = np.nan if service.quality is None else service.quality
                    figures.append((service.load, busy_kw(service, deployment, pool), quality))
    key = np.array(keys, dtype=np.int32).reshape(-1, 5)
    figure = np.array(figures, dtype=float).reshape(-1, 3)
    pairs, pair = np.unique(key[:, 3:5], axis=0, return_inverse=True)
    lines = Lines(
        key=key,
        want=_wants(key, first),
        pair=pair.reshape(-1).astype(np.int32),
        load=figure[:, 0],
        busy_kw=figure[:, 1],
        quality=figure[:, 2],
        at_stress=np.ones(len(key), dtype=bool),
    )
    return lines, pairs.astype(np.int32)


def _with_relief(resolved: ResolvedInstance, calls: Calls, lines: Lines) -> tuple[Calls, Lines]:
    """Stress slots leave a want its relief alone where it has one: see `solver.model.indices.free_relief`."""
    policy = resolved.policy
    counted = policy.max_models is not None or policy.max_vendors is not None
    if counted or Facts(resolved, Candidates((), (), frozenset())).keeps_replicas:
        return calls, lines
    unlimited = np.array([e.max_requests_per_second is None for e in resolved.endpoints], dtype=bool)
    rentable = np.zeros(len(resolved.pools), dtype=bool)
    for offer in resolved.offers:
        if isinstance(offer.terms, OnDemand) and offer.terms.max_servers is None:
            rentable[offer.pool] = True
    count = 1 + max([-1, *calls.want.tolist(), *lines.want.tolist()])
    free_calls = np.flatnonzero(unlimited[calls.key[:, 3]]) if len(calls.key) else np.zeros(0, dtype=np.int64)
    free_lines = np.flatnonzero(rentable[lines.key[:, 4]]) if len(lines.key) else np.zeros(0, dtype=np.int64)
    call_of, line_of = np.full(count, -1), np.full(count, -1)
    call_of[calls.want[free_calls][::-1]] = free_calls[::-1]
    line_of[lines.want[free_lines][::-1]] = free_lines[::-1]
    line_of[call_of >= 0] = -1
    bound = (call_of >= 0) | (line_of >= 0)
    calls.at_stress[:] = ~bound[calls.want] | (call_of[calls.want] == np.arange(len(calls.want)))
    lines.at_stress[:] = ~bound[lines.want] | (line_of[lines.want] == np.arange(len(lines.want)))
    return calls, lines
