"""Stress slots cost nothing, so a solver may rent any number of servers there. This leaves what is needed.

Replicas are cut to their load, then hourly servers to what those replicas need beyond the standing ones, from an
on-demand offer without limit. Where a pool is short and has no such offer, or where redundancy keeps replicas, the slot
stays as it was solved. Stress slots have no weight: no cost changes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace

from solver.decisions import Decisions, RentKey, RunKey
from solver.instance.schema.sites import OnDemand
from solver.instance.timeline import SlotKind
from solver.model.facts import Facts

ROUNDING = 1e-7


def trimmed(decisions: Decisions, indices: Facts) -> Decisions:
    """The same plan with no more than needed in stress slots."""
    stress = [slot.index for slot in indices.resolved.slots if slot.kind is not SlotKind.REGULAR]
    if not stress or indices.keeps_replicas:
        return decisions
    load: dict[RunKey, float] = defaultdict(float)
    for (w, k, kind, d, p, s, h), rate in decisions.serve.items():
        if h in stress:
            load[d, p, s, h] += indices.service[w, k, kind, d].load * rate
    run, rent = dict(decisions.run), dict(decisions.rent)
    for stage in indices.resolved.stages:
        for h in stress:
            here = {key: math.ceil(value - ROUNDING) for key, value in load.items() if key[2:] == (stage.index, h)}
            needed = _rent(indices, decisions, here, stage.index, h)
            if needed is None:
                continue
            run = {key: count for key, count in run.items() if key[2:] != (stage.index, h)} | here
            rent = {key: count for key, count in rent.items() if key[1:] != (stage.index, h)} | needed
    return replace(decisions, run={k: v for k, v in run.items() if v}, rent={k: v for k, v in rent.items() if v})


def _rent(indices: Facts, decisions: Decisions, run: dict[RunKey, int], s: int, h: int) -> dict[RentKey, int] | None:
    """On-demand servers that replicas need beyond the standing ones; None where a pool cannot rent without limit."""
    resolved, stage = indices.resolved, indices.resolved.stages[s]
    found: dict[RentKey, int] = {}
    for pool in resolved.pools:
        accelerators = sum(
            indices.candidates.deployments[key[0]].accelerators * count
            for key, count in run.items()
            if key[1] == pool.index
        )
        offers = indices.offers_of(pool)
        standing = sum(indices.existing(offer, stage) for offer in offers) + sum(
            decisions.buy.get(key, 0) for offer in offers for key in indices.starts(offer, stage)
        )
        short = math.ceil(accelerators / pool.server.accelerators - ROUNDING) - standing
        if short <= 0:
            continue
        free = [o.index for o in offers if isinstance(o.terms, OnDemand) and o.terms.max_servers is None]
        if not free:
            return None
        found[free[0], s, h] = short
    return found
