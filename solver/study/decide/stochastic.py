"""The stochastic plan: purchases and commitments here and now, all else when it is known which scenario came.

    RP     least  E[C] + weight CVaR[C]  over purchases that are the same in every scenario        the plan asked for
    EEV    the same figure of the purchases that suit the mean of all scenarios best
    WS     the same figure of every scenario's own optimum: perfect information
    VSS  = EEV - RP     EVPI = RP - WS     (Birge and Louveaux, Introduction to Stochastic Programming, chapter 4)

Every solve has a bound, so each of them comes as an interval.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from solver.instance.diagnostics import InstanceError
from solver.instance.resolved import ResolvedInstance
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.study.base import resolved_of
from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import FAILED, OK, Row, row_from
from solver.study.runner import Runner
from solver.study.scenario import Scenario
from solver.study.schema.decide import Solver, Stochastic
from solver.study.task import Answer

from .aims import ExpectedAndTail
from .answers import between, fleet, number, purchases, remembered, share, usd
from .lshaped import Decided
from .perfect import OwnOptima, least_of_one, wait_and_see
from .pool import ScenarioError
from .problem import UnservableError
from .session import Costs
from .setting import Setting, mean_document, open_setting

DEFAULT_SECONDS = 300.0
REST_SHARE = 0.5
"""Share of the time limit that mean-value plan and perfect information may take beside the plan."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What two solves prove of a figure, USD; `value` is that of the plans in hand."""

    value: float | None
    low: float | None
    high: float | None

    def plain(self) -> dict[str, float | None]:
        """JSON."""
        return {"value": number(self.value), "low": number(self.low), "high": number(self.high)}


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """The stochastic plan of a study's scenarios, weighted, or of samples of what is uncertain in each."""
    asked = study.study.study
    assert isinstance(asked, Stochastic)
    scenarios = scenarios_of(study, asked)
    answer = remembered(study, runner, "plan", lambda: _decided(study, asked, scenarios, runner))
    return _result(scenarios, answer)


def scenarios_of(study: LoadedStudy, asked: Stochastic) -> tuple[Scenario, ...]:
    """Named scenarios, or every sample of each."""
    if asked.samples is None:
        return study.scenarios
    from solver.study.sampling.draw import sampled

    return sampled(study, asked.samples, asked.method)


def probabilities(scenarios: Sequence[Scenario]) -> FloatArray:
    """Weights as probabilities."""
    weights = np.array([scenario.weight for scenario in scenarios], dtype=float)
    return np.asarray(weights / weights.sum())


def limits_of(study: LoadedStudy) -> Limits:
    """Gap and time for the whole decision."""
    own = study.base.resolved.instance.solve
    asked = study.limits
    gap = own.relative_gap if asked.relative_gap is None else asked.relative_gap
    seconds = asked.time_limit_seconds or max(own.time_limit_seconds, DEFAULT_SECONDS)
    return Limits(gap, seconds, asked.threads or own.threads, own.seed)


def _decided(study: LoadedStudy, asked: Stochastic, scenarios: Sequence[Scenario], runner: Runner) -> dict[str, Any]:
    began = time.monotonic()
    try:
        documents = [study.base.changed(scenario) for scenario in scenarios]
        resolved = [resolved_of(document) for document in documents]
        mean = resolved_of(mean_document(documents, probabilities(scenarios)))
        hedging: dict[str, Any] | None = None
        if asked.solver is Solver.PROGRESSIVE_HEDGING:
            from .hedging import hedged

            hedging = hedged(documents, probabilities(scenarios), asked, limits_of(study))
        # The mean's problem goes along as one more scenario: its purchases are then in the same columns.
        setting = open_setting(
            [*resolved, mean], asked.solver, processes=runner.engine.slots, wait=asked.wait, cancel=runner.cancel
        )
    except (InstanceError, UnservableError, ScenarioError, ValueError) as error:
        return {"failure": str(error), "complete": True}
    built = time.monotonic() - began
    try:
        return {
            **_all_figures(setting, asked, probabilities(scenarios), limits_of(study), runner, hedging, resolved[0]),
            "build_seconds": built,
        }
    finally:
        setting.close()


def _all_figures(
    setting: Setting,
    asked: Stochastic,
    weights: FloatArray,
    limits: Limits,
    runner: Runner,
    hedging: dict[str, Any] | None,
    first: ResolvedInstance,
) -> dict[str, Any]:
    """RP first, then what it is held against."""
    session, count = setting.session, len(weights)
    began = time.monotonic()
    aim = ExpectedAndTail((*(float(p) for p in weights), 0.0), asked.cvar_weight, asked.cvar_level)
    quick = replace(limits, time_limit_seconds=limits.time_limit_seconds * REST_SHARE / 2)
    middle = least_of_one(setting, count, quick)
    real = tuple(range(count))
    if hedging is None:
        best = setting.decide(aim, limits, middle.x, real)
    else:
        from .hedging import completed

        best = completed(setting, first, weights, hedging, limits)
    plan_seconds = time.monotonic() - began
    if best.x is None or best.costs is None:
        word = "no purchases suit every scenario" if best.infeasible else "no plan within the limits"
        return {"failure": word, "bound_usd": number(best.bound), "complete": not runner.cancelled}
    checked = _verified(setting, best, limits, count) if asked.verify else {}
    fixed = session.evaluate(middle.x, limits, real) if middle.x is not None else None
    alone = wait_and_see(setting, aim, best, quick, count)
    own = alone.low[:count]
    return {
        "complete": not runner.cancelled,
        "objective_usd": number(best.objective),
        "bound_usd": number(best.bound),
        "relative_gap": number(best.relative_gap),
        "expected_usd": number(float(weights @ best.costs.objective[:count])),
        "cvar_usd": number(aim.tail(best.costs.objective)),
        "relaxed_usd": number(best.relaxed),
        "purchases": purchases(session.shared.names, best.x),
        "mean_purchases": None if middle.x is None else purchases(session.shared.names, middle.x),
        "missing": [name.shown for name in session.shared.missing if name.component == "buy"],
        "costs_usd": [number(value) for value in best.costs.objective[:count]],
        "bounds_usd": [number(value) for value in best.costs.bound[:count]],
        "alone_low_usd": [number(value) for value in own],
        "alone_high_usd": [number(value) for value in alone.high[:count]],
        "mean_plan_usd": None if fixed is None else [number(value) for value in fixed.objective[:count]],
        "vss": vss(aim, best, fixed).plain(),
        "mean_plan_infeasible": fixed is not None and bool(np.isinf(fixed.objective[:count]).any()),
        "evpi": evpi(aim, best, alone).plain(),
        "verified": checked,
        "probabilities": [float(p) for p in weights],
        "plan_seconds": plan_seconds,
        "seconds": time.monotonic() - began,
        "progressive_hedging": hedging,
        "hourly_integers": setting.hourly_integers,
    }


def vss(aim: ExpectedAndTail, best: Decided, fixed: Costs | None) -> Interval:
    """Value of the stochastic solution: what planning for the mean alone costs more. Never negative."""
    assert best.objective is not None
    if fixed is None:
        return Interval(None, 0.0, None)
    high = aim.value(fixed.objective) if not np.isnan(fixed.objective).any() else None
    low = aim.value(fixed.bound) if np.isfinite(fixed.bound).all() else None
    if high is not None and np.isinf(high):
        return Interval(None, 0.0, None)
    value = None if high is None else max(0.0, high - best.objective)
    least = 0.0 if low is None else max(0.0, low - best.objective)
    most = None if high is None or best.bound is None else max(0.0, high - best.bound)
    return Interval(value, least, most)


def evpi(aim: ExpectedAndTail, best: Decided, alone: OwnOptima) -> Interval:
    """Expected value of perfect information: what knowing the scenario beforehand would save. Never negative."""
    assert best.objective is not None
    low, high = alone.low, alone.high
    below = aim.value(low) if np.isfinite(low).all() else None
    above = aim.value(high) if np.isfinite(high).all() else None
    value = None if above is None else max(0.0, best.objective - above)
    least = 0.0 if above is None or best.bound is None else max(0.0, best.bound - above)
    most = None if below is None else max(0.0, best.objective - below)
    return Interval(value, least, most)


def _verified(setting: Setting, best: Decided, limits: Limits, count: int) -> dict[str, Any]:
    """The last plans evaluated are those of the purchases chosen only where they were evaluated last."""
    assert best.x is not None
    answers = setting.session.pool.ask(
        dict.fromkeys(range(count), ("verified_at", (best.x, limits))), setting.session.cancel
    )
    passed = [answers[s] is not None and answers[s][0] for s in sorted(answers)]
    return {"scenarios": len(passed), "passed": sum(passed)}


def _result(scenarios: Sequence[Scenario], answer: Answer) -> StudyResult:
    if "failure" in answer:
        rows = [
            Row(scenario.index, scenario.name, dict(scenario.inputs), FAILED, str(answer["failure"]))
            for scenario in scenarios
        ]
        return StudyResult(
            "stochastic", rows, [str(answer["failure"])], dict(answer), complete=bool(answer["complete"])
        )
    bought = list(answer["purchases"])
    rows = [_row(scenario, answer, at, fleet(bought)) for at, scenario in enumerate(scenarios)]
    figures = {key: value for key, value in answer.items() if key not in ("costs_usd", "bounds_usd")}
    return StudyResult(
        "stochastic",
        rows,
        _words(answer, bought),
        figures,
        {"purchases": bought},
        complete=bool(answer["complete"]),
    )


def _row(scenario: Scenario, answer: Answer, at: int, servers: str) -> Row:
    cost, bound = answer["costs_usd"][at], answer["bounds_usd"][at]
    gap = None if cost is None or bound is None else max(0.0, cost - bound) / max(abs(cost), 1e-12)
    return row_from(
        {
            "index": scenario.index,
            "scenario": scenario.name,
            "inputs": {**scenario.inputs, "probability": answer["probabilities"][at]},
            "status": OK,
            "termination": "FEASIBLE",
            "lifecycle_usd": cost,
            "bound_usd": bound,
            "relative_gap": gap,
            "fleet": servers,
            "verified": bool(answer["verified"].get("passed") == len(answer["costs_usd"]))
            if answer["verified"]
            else None,
        }
    )


def _words(answer: Answer, bought: list[dict[str, Any]]) -> list[str]:
    words = [
        f"Decide now: {fleet(bought)}.",
        f"Expected cost {usd(answer['expected_usd'])}; the dearest tail costs {usd(answer['cvar_usd'])} on average.",
        f"Objective {usd(answer['objective_usd'])}, proven bound {usd(answer['bound_usd'])} "
        f"(gap {share(answer['relative_gap'])}).",
    ]
    if answer["mean_plan_infeasible"]:
        words.append("The plan for the mean scenario is impossible in at least one scenario.")
    else:
        value = answer["vss"]
        words.append(
            f"Planning for the mean alone would cost {usd(value['value'])} more "
            f"(value of the stochastic solution, proven {between(value['low'], value['high'])})."
        )
    value = answer["evpi"]
    words.append(
        f"Knowing the scenario beforehand would save {usd(value['value'])} "
        f"(value of perfect information, proven {between(value['low'], value['high'])})."
    )
    if answer["missing"]:
        words.append(f"Not available in every scenario, so not bought: {', '.join(answer['missing'])}.")
    return words
