"""Most replicas and servers that can be of use; the arithmetic of `solver.model.indices` on arrays.

run[t,r]   <= ceil( sum_q load[r,q] most[t,q] ) + what redundancy asks for
need[t,p]   = ceil( ( sum_q most[t,q] max_{r in p} acc[r] load[r,q] + rounding ) / A[p] )     servers
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from solver.instance.resolved import ResolvedOffer
from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Lease, Purchase, Spot
from solver.model.assembly.moments import Moments
from solver.model.assembly.tables import BoolArray, Tables
from solver.model.matrix import FloatArray

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Needs:
    """By moment: `runs` whether a pair can run (T, R), `most_runs` replicas (T, R), `servers` of a pool (T, P), 0 where nothing runs."""

    runs: BoolArray
    most_runs: FloatArray
    servers: FloatArray


def needs(tables: Tables, moments: Moments) -> Needs:
    """Needs of some moments."""
    policy = tables.resolved.policy
    extra = 1 if policy.spare is Spare.N_PLUS_1 else 0
    wanted = tables.wanted(moments)
    most = np.where(wanted, tables.by_want(moments.most_real_time, moments.most_batch), 0.0)
    regular = tables.regular_slot[moments.slot]
    shape = (len(moments), len(tables.pairs))
    runs, load = np.zeros(shape, dtype=bool), np.zeros(shape)
    worst = np.zeros((len(moments), len(tables.resolved.pools)))
    for at, stress in ((regular, False), (~regular, True)):
        if at.any():
            by_want = tables.stress_loads if stress else tables.usual_loads
            runs[at] = (wanted[at].astype(float) @ by_want.serves) > 0
            load[at] = most[at] @ by_want.load
            worst[at] = most[at] @ by_want.heaviest
    if tables.keeps_replicas:
        runs |= tables.used_in_stage[moments.stage]
    replica = tables.replica_accelerators.astype(float)
    rounded = np.zeros((len(tables.pairs), worst.shape[1]))
    rounded[np.arange(len(tables.pairs)), tables.pairs[:, 1]] = replica * (extra + max(1, policy.minimum_replicas))
    total = worst + runs.astype(float) @ rounded
    servers = np.ceil(total / tables.server_accelerators - ROUNDING)
    most_runs = np.maximum(np.ceil(load - ROUNDING) + extra, policy.minimum_replicas)
    return Needs(runs, most_runs, servers)


class ServerBounds:
    """Most servers of standing offers that can be of use at any time, from the demand of the whole instance."""

    def __init__(self, tables: Tables, servers: FloatArray) -> None:
        """`servers`: of every moment of the instance, as in `Needs`."""
        self._tables = tables
        spot = {offer.pool for offer in tables.resolved.offers if isinstance(offer.terms, Spot)}
        in_spot = np.array([pool.index in spot for pool in tables.resolved.pools], dtype=bool)
        self._need = servers.max(axis=0, initial=0.0)
        held = np.where((servers > 0) & in_spot, (servers + 1) * tables.server_accelerators, 0.0)
        highest = float(held.sum(axis=1).max(initial=0.0))
        least = min((o.terms.availability for o in tables.resolved.offers if isinstance(o.terms, Spot)), default=1.0)
        self._spot = math.ceil(highest / least)
        self._found: dict[int, int] = {}

    def of(self, offer: ResolvedOffer) -> int:
        """Most servers of an offer: more than is needed where a tier, a minimum order or a spot share may ask for it."""
        if offer.index not in self._found:
            self._found[offer.index] = self._of(offer)
        return self._found[offer.index]

    def _of(self, offer: ResolvedOffer) -> int:
        terms, policy = offer.terms, self._tables.resolved.policy
        availability = getattr(terms, "availability", 1.0)
        most = math.ceil(self._need[offer.pool] / availability - ROUNDING)
        if policy.spot_share:
            accelerators = int(self._tables.server_accelerators[offer.pool])
            most = max(most, math.ceil(self._spot / policy.spot_share / accelerators))
        if isinstance(terms, Purchase):
            most = max(most, *(tier.from_servers for tier in terms.tiers), 0)
        if isinstance(terms, Purchase | Lease):
            most = max(most, terms.minimum_order)
        limit = terms.stock if isinstance(terms, Purchase | Lease) else getattr(terms, "max_servers", None)
        return int(most if limit is None else min(most, limit))


def rent_bounds(tables: Tables, servers: FloatArray, bounds: ServerBounds) -> FloatArray:
    """Most servers of every hourly offer in every moment, (T, hourly offers); `servers` as in `Needs`."""
    offers = [tables.resolved.offers[o] for o in tables.hourly]
    found = np.zeros((len(servers), len(offers)))
    for at, offer in enumerate(offers):
        if tables.resolved.policy.spot_share:
            found[:, at] = bounds.of(offer)
            continue
        availability = getattr(offer.terms, "availability", 1.0)
        found[:, at] = np.ceil(servers[:, offer.pool] / availability - ROUNDING)
        limit = getattr(offer.terms, "max_servers", None)
        if limit is not None:
            found[:, at] = np.minimum(found[:, at], limit)
    return found
