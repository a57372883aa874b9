"""Every scenario's own optimum: exact where scenarios are small, else between the relaxed optimum and the plans known."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray

from .aims import Aim, ExpectedAndTail
from .integer_recourse import WHOLE_UP_TO
from .lshaped import Decided, Search
from .setting import Setting


@dataclass(frozen=True, slots=True)
class OwnOptima:
    """Proven interval of every scenario's optimum, USD; `x`: purchases of the plan found, where it was solved."""

    low: FloatArray
    high: FloatArray
    x: tuple[FloatArray | None, ...]


def exact(setting: Setting) -> bool:
    """Whether scenarios are small enough to be solved one by one."""
    shapes = setting.session.shapes
    return max(shape.hourly_integers for shape in shapes) <= WHOLE_UP_TO


def least_of_one(setting: Setting, scenario: int, limits: Limits) -> Decided:
    """Purchases that suit one scenario best. Where it is large its recourse is relaxed; `bound` is proven either way."""
    session = setting.session
    if exact(setting):
        answers = session.pool.ask({scenario: ("alone", (limits,))}, session.cancel)
        found, x = answers.get(scenario, (None, None))
        if found is None or x is None:
            return Decided(None, None, None, None, infeasible=bool(found and found.infeasible))
        return Decided(x, None, found.objective, found.bound)
    return relaxed_optimum(setting, scenario, limits)


def relaxed_optimum(setting: Setting, scenario: int, limits: Limits) -> Decided:
    """Whole purchases that are best for one scenario with its recourse relaxed; the bound holds for the exact scenario."""
    weights = np.zeros(setting.session.scenarios)
    weights[scenario] = 1.0
    aim = ExpectedAndTail(tuple(float(weight) for weight in weights))
    return Search(setting.session, aim, limits, only=(scenario,)).relaxed_only()


def wait_and_see(setting: Setting, aim: Aim, best: Decided, limits: Limits, count: int) -> OwnOptima:
    """Optima of the first `count` scenarios; those after them stand at 0, as their probability is."""
    session = setting.session
    low, high = np.zeros(session.scenarios), np.zeros(session.scenarios)
    plans: list[FloatArray | None] = [None] * session.scenarios
    until = time.monotonic() + limits.time_limit_seconds
    low[:count], high[:count] = -np.inf, np.inf
    for costs in session.evaluated:
        high[:count] = np.fmin(high[:count], costs.objective[:count])
    if exact(setting):
        part = replace(limits, time_limit_seconds=max(2.0, limits.time_limit_seconds / count))
        for scenario, (found, x) in enumerate(session.alone(part, range(count))):
            if found.objective is not None:
                high[scenario] = min(high[scenario], found.objective)
            if found.bound is not None:
                low[scenario] = found.bound
            plans[scenario] = x
        return OwnOptima(np.minimum(low, high), high, tuple(plans))
    for scenario in range(count):
        if time.monotonic() > until or session.cancel.asked:
            break
        own = relaxed_optimum(setting, scenario, replace(limits, time_limit_seconds=max(1.0, until - time.monotonic())))
        if own.bound is not None:
            low[scenario] = own.bound
        plans[scenario] = own.x
    return OwnOptima(np.minimum(low, high), high, tuple(plans))
