"""`kind: monte_carlo`: the distribution of cost and payback over what is uncertain, and what drives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from solver.study.analysis.outcomes import ScenarioOutcome, outcome_of
from solver.study.analysis.pairs import Pair, pairs
from solver.study.analysis.sobol import SobolIndex, sobol_indices
from solver.study.analysis.tornado import Swing, swings, tornado_scenarios
from solver.study.loaded import LoadedStudy
from solver.study.pictures.bars import histogram, tornado
from solver.study.pictures.text import text_histogram, text_tornado
from solver.study.result import StudyResult
from solver.study.row import Row
from solver.study.runner import Runner
from solver.study.sampling.draw import sampled
from solver.study.scenario import Scenario
from solver.study.schema.kinds import MonteCarlo
from solver.study.schema.uncertain import Method
from solver.study.words import between, cost_words, percent, usd


def scenarios(study: LoadedStudy) -> tuple[Scenario, ...]:
    """Samples, then the tornado's points."""
    asked = _asked(study)
    drawn = sampled(study, asked.samples, asked.method)
    return (*drawn, *(tornado_scenarios(study, len(drawn)) if asked.tornado else ()))


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """Rows of all samples; statistics by named scenario and point of the grid."""
    asked = _asked(study)
    points = scenarios(study)
    rows = runner.rows(study, points)
    by_index = {row.index: row for row in rows}
    count = len(study.scenarios)
    drawn = [point for point in points if "sample" in point.inputs]
    moved = swings(study, points[len(drawn) :], rows) if asked.tornado else []
    factors = [factor.name for factor in study.study.uncertain]
    found: list[ScenarioOutcome] = []
    indices: dict[str, list[SobolIndex]] = {}
    seen: list[list[Row]] = []
    for position, scenario in enumerate(study.scenarios):
        mine = [by_index[point.index] for point in drawn[position::count] if point.index in by_index]
        seen.append(_independent(mine, asked, len(factors)))
        outcome = outcome_of(scenario, seen[-1], factors, asked)
        found.append(outcome)
        if asked.method is Method.SALTELLI and len(mine) == len(drawn) // count and all(row.ok for row in mine):
            cost = np.array([row.lifecycle_usd for row in mine], dtype=np.float64)
            indices[outcome.title] = sobol_indices(
                factors, cost, confidence=asked.confidence, resamples=asked.resamples, seed=study.study.seed
            )
    against = pairs([outcome.title for outcome in found], seen, asked.confidence)
    return _result(study, rows, found, moved, indices, against, complete=len(rows) == len(points))


def _independent(rows: Sequence[Row], asked: MonteCarlo, factors: int) -> list[Row]:
    """Of a Saltelli design only its two independent samples: the rows between them repeat the values of both."""
    if asked.method is not Method.SALTELLI:
        return list(rows)
    return [row for row in rows if _sample(row) % (factors + 2) in (0, factors + 1)]


def _sample(row: Row) -> int:
    value = row.inputs["sample"]
    assert isinstance(value, int)
    return value


def _asked(study: LoadedStudy) -> MonteCarlo:
    asked = study.study.study
    assert isinstance(asked, MonteCarlo)
    return asked


def _result(
    study: LoadedStudy,
    rows: Sequence[Row],
    found: list[ScenarioOutcome],
    moved: list[Swing],
    indices: dict[str, list[SobolIndex]],
    against: list[Pair],
    *,
    complete: bool,
) -> StudyResult:
    words: list[str] = []
    pictures: dict[str, str] = {}
    drawings: list[str] = []
    for outcome in found:
        words += _words(outcome, [s for s in moved if s.scenario == outcome.title], indices.get(outcome.title))
        if outcome.cost is None:
            continue
        values = np.array(outcome.costs)
        pictures[f"cost-{_file(outcome.title)}"] = histogram(f"{outcome.title}: lifecycle cost", values, "USD")
        drawings.append(text_histogram(f"{outcome.title}: lifecycle cost, USD", values))
        mine = [swing for swing in moved if swing.scenario == outcome.title]
        if mine:
            pictures[f"tornado-{_file(outcome.title)}"] = tornado(f"{outcome.title}: what moves the cost", mine, "USD")
            drawings.append(text_tornado(f"{outcome.title}: lifecycle cost as each factor goes from low to high", mine))
    words += [
        f"{pair.cheaper} costs {usd(pair.saves.mean.value)} less than {pair.dearer} in the mean ({between(pair.saves.mean)}), and "
        f"less in {percent(pair.often.value)} of the samples, the same ones for both"
        for pair in against
    ]
    if _asked(study).method is Method.SALTELLI and not indices:
        words.append("no Sobol indices: they need a plan for every point of the design")
    tables: dict[str, list[dict[str, Any]]] = {
        "statistics": [line for outcome in found for line in outcome.lines()],
        "tornado": [asdict(swing) for swing in moved],
        "sobol": [{"scenario": title, **asdict(entry)} for title, entries in indices.items() for entry in entries],
    }
    figures = {
        "scenarios": [outcome.plain() for outcome in found],
        "tornado": tables["tornado"],
        "sobol": tables["sobol"],
        "pairs": [
            {"cheaper": p.cheaper, "dearer": p.dearer, "mean_usd": asdict(p.saves.mean), "often": asdict(p.often)}
            for p in against
        ],
    }
    filled = {name: lines for name, lines in tables.items() if lines}
    return StudyResult("monte_carlo", rows, words, figures, filled, pictures, drawings, complete)


def _words(outcome: ScenarioOutcome, moved: list[Swing], indices: list[SobolIndex] | None) -> list[str]:
    if outcome.cost is None:
        return [f"{outcome.title}: none of {outcome.samples} samples has a plan"]
    found = cost_words(outcome.title, outcome.cost)
    if outcome.failed:
        found.append(
            f"{outcome.title}: {outcome.failed} of {outcome.samples} samples have no plan and are left out above"
        )
    for entry in outcome.paybacks:
        against = entry.baseline.replace("_", " ")
        within = "; ".join(
            f"{percent(p.value)} within {months} months ({percent(p.low or 0)} to {percent(p.high or 0)})"
            for months, p in entry.within.items()
        )
        saved = f"saves {usd(entry.npv.mean.value)} net present in the mean, " if entry.npv is not None else ""
        found.append(
            f"{outcome.title} against {against}: {saved}is cheaper in {percent(entry.cheaper.value)} of the samples; "
            f"pays back in {within}"
        )
    if moved and moved[0].width_usd > 0:
        shown = ", ".join(f"{swing.factor} {usd(swing.width_usd)}" for swing in moved[:3] if swing.width_usd > 0)
        found.append(f"{outcome.title}: the cost is moved most by {shown} (each from its 10 % to its 90 % quantile)")
    if indices:
        ranked = sorted(indices, key=lambda entry: -entry.total)[:3]
        shown = ", ".join(f"{e.factor} {e.total:.2f} ± {e.total_half_width:.2f}" for e in ranked)
        found.append(f"{outcome.title}: share of the variance of the cost (total Sobol index): {shown}")
    return found


def _file(title: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in title)[:80]
