"""A plan at once, where APIs can carry everything: poor, but there whatever happens next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.decisions import Decisions
from solver.model.assembly.tables import KINDS
from solver.model.assembly.template import Template


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """Decisions and their cost, USD."""

    decisions: Decisions
    objective: float


def by_calls(template: Template) -> FirstPlan | None:
    """Every want at its cheapest API without a rate limit, as it arrives; None where one has none, or where use is counted."""
    tables, policy = template.tables, template.tables.resolved.policy
    unlimited = np.array([e.max_requests_per_second is None for e in tables.resolved.endpoints], dtype=bool)
    if policy.max_models is not None or policy.max_vendors is not None or not unlimited.any():
        return None
    moments, calls = tables.moments, tables.calls
    wanted = tables.wanted(moments)
    rate = tables.by_want(moments.real_time, moments.batch)
    usable = unlimited[calls.key[:, 3]]
    found = Decisions()
    objective = template.costs.fixed
    wants = range(wanted.shape[1])
    own = [np.flatnonzero((calls.want == want) & usable) for want in wants]
    for at in range(len(moments)):
        stage, slot = int(moments.stage[at]), int(moments.slot[at])
        regular = bool(tables.regular_slot[slot])
        for want in np.flatnonzero(wanted[at] & (rate[at] > 0)).tolist():
            choices = own[want] if regular else own[want][calls.at_stress[own[want]]]
            if not len(choices):
                return None
            cost = template.costs.call[choices, stage]
            best = int(choices[int(cost.argmin())])
            w, k, kind, endpoint = calls.key[best].tolist()
            found.call[w, k, KINDS[kind], endpoint, stage, slot] = float(rate[at, want])
            objective += float(cost.min() * rate[at, want] * moments.hours[at])
    return FirstPlan(found, objective)
