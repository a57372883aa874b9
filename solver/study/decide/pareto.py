"""The front of least cost against another measure, by limits on that measure (epsilon-constraint; Haimes et al., 1971).

Each limit is a solve of its own: any plan that keeps the limit costs at least its proven bound. A point is the plan found with
the figure it really has, which may be below the limit. Points that another one beats in one respect and does not lose to in the
other are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from solver.study.loaded import LoadedStudy
from solver.study.planning import Overrides
from solver.study.result import StudyResult
from solver.study.row import FAILED, OK, Row, row_from
from solver.study.runner import Runner
from solver.study.scenario import Scenario
from solver.study.schema.decide import Measure, Pareto
from solver.study.task import Outcome

from .answers import share, usd
from .work import Adaptation, adapted_task

UNITS = {
    Measure.CAPEX: "USD of capex",
    Measure.CARBON: "t CO2e",
    Measure.POWER: "kW",
    Measure.TTFT: "ms TTFT",
    Measure.QUALITY: "quality",
}
RISING = frozenset({Measure.QUALITY})
"""Measures of which more is better."""
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """A plan on trial for the front: `figure` is what it has, `limit` what it was held to (None: no limit)."""

    limit: float | None
    figure: float
    cost_usd: float
    bound_usd: float | None


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """A front for every scenario of the study."""
    asked = study.study.study
    assert isinstance(asked, Pareto)
    rows: list[Row] = []
    words: list[str] = []
    fronts: list[dict[str, Any]] = []
    for scenario in study.scenarios:
        found, line, told = _front(study, asked, runner, scenario, len(rows))
        rows += found
        fronts += line
        words += told
    return StudyResult(
        "pareto", rows, words, {"against": str(asked.against)}, {"front": fronts}, complete=not runner.cancelled
    )


def _front(
    study: LoadedStudy, asked: Pareto, runner: Runner, scenario: Scenario, first: int
) -> tuple[list[Row], list[dict[str, Any]], list[str]]:
    limits = replace(study.limits, baselines=False)
    seconds = limits.time_limit_seconds or study.base.resolved.instance.solve.time_limit_seconds
    document = study.base.changed(scenario)
    plain = asked.against in (Measure.CAPEX, Measure.CARBON, Measure.POWER)
    outcomes: list[tuple[float | None, Outcome]] = []
    if plain:
        task = adapted_task(0, f"{scenario.name}: least cost", document, Adaptation(), limits, seconds)
        outcomes += [(None, outcome) for outcome in runner.run([task])]
    levels = list(asked.limits)
    if not levels and outcomes and outcomes[0][1].answer and "measures" in outcomes[0][1].answer:
        most = float(outcomes[0][1].answer["measures"][asked.against.value] or 0.0)
        levels = [most * at / (asked.points - 1) for at in range(asked.points - 1)]
    tasks = [
        adapted_task(
            at + 1,
            f"{scenario.name}: {asked.against} at {level:g}",
            document,
            Adaptation(measure=asked.against, limit=float(level), workloads=asked.workloads),
            limits,
            seconds,
        )
        for at, level in enumerate(levels)
    ]
    done = {outcome.task.key: outcome for outcome in runner.run(tasks)}
    outcomes += [(level, done[task.key]) for level, task in zip(levels, tasks, strict=True) if task.key in done]
    points = [_point(asked.against, level, outcome) for level, outcome in outcomes]
    on_front = undominated([point for point in points if point is not None], rising=asked.against in RISING)
    gap = _gap(study, limits)
    rows = [
        _row(first + at, scenario, asked.against, level, outcome, point in on_front)
        for at, ((level, outcome), point) in enumerate(zip(outcomes, points, strict=True))
    ]
    lines = [_line(scenario.name, asked.against, point, gap) for point in on_front]
    return rows, lines, _words(scenario.name, asked.against, on_front, outcomes, gap)


def undominated(points: Sequence[Point], *, rising: bool = False) -> list[Point]:
    """Points that no other beats in one respect without losing to it in the other, by cost; of equals the first.

    >>> [p.figure for p in undominated([Point(None, 5.0, 10.0, 10.0), Point(4.0, 3.0, 12.0, 12.0), Point(3.5, 3.0, 13.0, 13.0)])]
    [5.0, 3.0]
    """
    sign = -1.0 if rising else 1.0
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost_usd, sign * p.figure)):
        if all(sign * point.figure < sign * other.figure - NOISE * max(1.0, abs(other.figure)) for other in kept):
            kept.append(point)
    return kept


def _point(measure: Measure, limit: float | None, outcome: Outcome) -> Point | None:
    answer = outcome.answer
    if answer is None or answer.get("status") != OK or answer.get("lifecycle_usd") is None:
        return None
    figure = limit if measure in (Measure.TTFT, Measure.QUALITY) else answer["measures"][measure.value]
    if figure is None:
        return None
    return Point(limit, float(figure), float(answer["lifecycle_usd"]), answer.get("bound_usd"))


def _gap(study: LoadedStudy, limits: Overrides) -> float:
    return study.base.resolved.instance.solve.relative_gap if limits.relative_gap is None else limits.relative_gap


def _is_proven(point: Point, gap: float) -> bool:
    return point.bound_usd is not None and point.cost_usd - point.bound_usd <= gap * abs(point.cost_usd) + 1e-6


def _line(scenario: str, measure: Measure, point: Point, gap: float) -> dict[str, Any]:
    left = None if point.bound_usd is None else (point.cost_usd - point.bound_usd) / max(abs(point.cost_usd), 1e-12)
    return {
        "scenario": scenario,
        "measure": str(measure),
        "limit": point.limit,
        "figure": point.figure,
        "cost_usd": point.cost_usd,
        "bound_usd": point.bound_usd,
        "relative_gap": left,
        "proven": _is_proven(point, gap),
    }


def _row(
    index: int, scenario: Scenario, measure: Measure, limit: float | None, outcome: Outcome, on_front: bool
) -> Row:
    inputs = {**scenario.inputs, f"{measure} limit": limit, "on front": on_front}
    head: dict[str, Any] = {"index": index, "scenario": scenario.name, "inputs": inputs}
    if outcome.answer is None:
        return row_from({**head, "status": FAILED, "reason": outcome.failure})
    figure = (outcome.answer.get("measures") or {}).get(measure.value)
    if figure is not None:
        inputs[str(measure)] = figure
    return row_from({**outcome.answer, **head})


def _words(
    scenario: str,
    measure: Measure,
    front: Sequence[Point],
    outcomes: Sequence[tuple[float | None, Outcome]],
    gap: float,
) -> list[str]:
    words = []
    for point in front:
        proven = "proven" if _is_proven(point, gap) else "only within a gap"
        left = None if point.bound_usd is None else (point.cost_usd - point.bound_usd) / max(abs(point.cost_usd), 1e-12)
        words.append(
            f"{scenario}: {point.figure:,.6g} {UNITS[measure]} costs {usd(point.cost_usd)} ({proven}: {share(left)})."
        )
    impossible = [
        limit for limit, outcome in outcomes if outcome.answer and outcome.answer.get("termination") == "INFEASIBLE"
    ]
    if impossible:
        shown = ", ".join(f"{limit:g}" for limit in impossible if limit is not None)
        words.append(f"{scenario}: proven impossible at a limit of {shown} {UNITS[measure]}.")
    return words
