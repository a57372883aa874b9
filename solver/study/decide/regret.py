"""Minimax regret: the purchases whose largest regret over the scenarios is least, and every candidate in every scenario.

    min r   s.t.   C_s(x) - opt_s <= r   for every scenario s

opt_s lies between a proven bound and the cost of a plan. With the plan's cost as reference the bound on r is proven; the regret
of a plan is reported against the bound, so that it is never told too small.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from solver.instance.diagnostics import InstanceError
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import FAILED, OK, Row, row_from
from solver.study.runner import Runner
from solver.study.scenario import Scenario
from solver.study.schema.decide import Regret
from solver.study.task import Answer

from .aims import ExpectedAndTail, LargestRegret
from .answers import between, fleet, number, purchases, remembered, usd
from .perfect import OwnOptima, exact, wait_and_see
from .pool import ScenarioError
from .problem import UnservableError
from .session import Costs
from .setting import Setting, open_setting
from .stochastic import limits_of, probabilities

STOCHASTIC = "stochastic plan"
MINIMAX = "minimax-regret plan"
NOISE_USD = 0.01


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """Minimax regret over a study's scenarios."""
    asked = study.study.study
    assert isinstance(asked, Regret)
    answer = remembered(study, runner, "regret", lambda: _decided(study, asked, runner))
    return _result(study.scenarios, answer)


def _decided(study: LoadedStudy, asked: Regret, runner: Runner) -> dict[str, Any]:
    try:
        resolved = [study.base.resolve(scenario) for scenario in study.scenarios]
        setting = open_setting(resolved, asked.solver, processes=runner.engine.slots, cancel=runner.cancel)
    except (InstanceError, UnservableError, ScenarioError, ValueError) as error:
        return {"failure": str(error), "complete": True}
    try:
        return compared(setting, probabilities(study.scenarios), limits_of(study), [s.name for s in study.scenarios])
    finally:
        setting.close()


def compared(setting: Setting, weights: FloatArray, limits: Limits, names: Sequence[str]) -> dict[str, Any]:
    """Candidates, their costs in every scenario, their regrets, and the plan of least regret with its bound."""
    session, count = setting.session, len(weights)
    began = time.monotonic()
    third = replace(limits, time_limit_seconds=limits.time_limit_seconds / 3)
    expected = ExpectedAndTail(tuple(float(weight) for weight in weights))
    average = setting.decide(expected, third)
    if average.x is None:
        word = "no purchases suit every scenario" if average.infeasible else "no plan within the limits"
        return {"failure": word, "complete": not session.cancel.asked}
    own = wait_and_see(setting, expected, average, third, count)
    candidates: dict[str, FloatArray] = {}
    for name, x in zip(names, own.x, strict=True):
        if x is not None:
            candidates[f"best for {name}"] = x
    candidates[STOCHASTIC] = average.x
    costs = {name: session.evaluate(x, third) for name, x in candidates.items()}
    own = _closer(own, list(costs.values()))
    least = setting.decide(LargestRegret(tuple(float(high) for high in own.high)), third, average.x)
    if least.x is not None and least.costs is not None:
        candidates[MINIMAX], costs[MINIMAX] = least.x, least.costs
    table = {name: _regrets(found, own) for name, found in costs.items()}
    best = min(table, key=lambda name: (table[name]["largest"], name != MINIMAX))
    return {
        "complete": not session.cancel.asked,
        "optima_low_usd": [number(value) for value in own.low],
        "optima_high_usd": [number(value) for value in own.high],
        "optima_exact": exact(setting),
        "candidates": {
            name: {
                "costs_usd": [number(value) for value in costs[name].objective],
                "bounds_usd": [number(value) for value in costs[name].bound],
                "regrets_usd": [number(value) for value in table[name]["each"]],
                "largest_regret_usd": number(table[name]["largest"]),
                "expected_usd": number(float(weights @ costs[name].objective)),
                "purchases": purchases(session.shared.names, candidates[name]),
            }
            for name in candidates
        },
        "best": best,
        "regret_usd": number(table[best]["largest"]),
        "regret_bound_usd": number(None if least.bound is None else max(0.0, min(least.bound, table[best]["largest"]))),
        "probabilities": [float(p) for p in weights],
        "seconds": time.monotonic() - began,
    }


def _closer(own: OwnOptima, known: Sequence[Costs]) -> OwnOptima:
    """Optima can be no dearer than any plan known."""
    high = own.high.copy()
    for costs in known:
        high = np.fmin(high, costs.objective)
    return replace(own, high=high, low=np.minimum(own.low, high))


def _regrets(costs: Costs, own: OwnOptima) -> dict[str, Any]:
    """Against the optima's bounds: never told too small. A scenario without a plan is an infinite regret."""
    each = np.where(np.isfinite(costs.objective), costs.objective - own.low, np.inf)
    each = np.where(np.abs(each) <= NOISE_USD, 0.0, each)
    return {"each": each, "largest": float(np.max(each))}


def _result(scenarios: Sequence[Scenario], answer: Answer) -> StudyResult:
    if "failure" in answer:
        failed = [Row(s.index, s.name, dict(s.inputs), FAILED, str(answer["failure"])) for s in scenarios]
        return StudyResult("regret", failed, [str(answer["failure"])], dict(answer), complete=bool(answer["complete"]))
    rows: list[Row] = []
    table: list[dict[str, Any]] = []
    bought: list[dict[str, Any]] = []
    for name, found in answer["candidates"].items():
        bought.extend({"candidate": name, **line} for line in found["purchases"])
        for at, scenario in enumerate(scenarios):
            cost, bound = found["costs_usd"][at], found["bounds_usd"][at]
            line = {"candidate": name, "scenario": scenario.name, "cost_usd": cost, "bound_usd": bound}
            table.append({**line, "regret_usd": found["regrets_usd"][at]})
            rows.append(
                row_from(
                    {
                        "index": len(rows),
                        "scenario": scenario.name,
                        "inputs": {**scenario.inputs, "candidate": name, "regret_usd": found["regrets_usd"][at]},
                        "status": OK if cost is not None else FAILED,
                        "reason": "" if cost is not None else "these purchases are impossible in this scenario",
                        "termination": "FEASIBLE" if cost is not None else "INFEASIBLE",
                        "lifecycle_usd": cost,
                        "bound_usd": bound,
                        "relative_gap": None
                        if cost is None or bound is None
                        else max(0.0, cost - bound) / abs(cost or 1.0),
                        "fleet": fleet(found["purchases"]),
                    }
                )
            )
    figures = {key: value for key, value in answer.items() if key != "candidates"}
    tables = {"candidates": table, "purchases": bought}
    return StudyResult("regret", rows, _words(answer), figures, tables, complete=bool(answer["complete"]))


def _words(answer: Answer) -> list[str]:
    best = answer["candidates"][answer["best"]]
    words = [
        f"Least largest regret: {answer['best']} ({fleet(best['purchases'])}).",
        f"Its largest regret is {usd(answer['regret_usd'])}; no purchases can do better than "
        f"{usd(answer['regret_bound_usd'])} (proven {between(answer['regret_bound_usd'], answer['regret_usd'])}).",
    ]
    for name, found in answer["candidates"].items():
        largest = found["largest_regret_usd"]
        told = "impossible in at least one scenario" if largest is None else f"largest regret {usd(largest)}"
        words.append(f"{name}: {told}, expected cost {usd(found['expected_usd'])}.")
    return words
