"""`kind: sweep`: a plan for every scenario and every point of the grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solver.study.loaded import LoadedStudy
from solver.study.pictures.bars import bars
from solver.study.pictures.text import text_bars
from solver.study.result import StudyResult
from solver.study.row import Row
from solver.study.runner import Runner
from solver.study.titles import title_of
from solver.study.words import payback_sentence, percent, usd

MOST_TOLD = 12
MOST_DRAWN = 40


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """Rows in the order of the file, and what they say."""
    rows = runner.rows(study, study.scenarios)
    good = [row for row in rows if row.ok and row.lifecycle_usd is not None]
    pictures, drawings = {}, []
    if 1 < len(good) <= MOST_DRAWN:
        parts = [(title_of(row.scenario, row.inputs), row.lifecycle_usd or 0.0) for row in good]
        pictures["cost"] = bars(f"{study.study.name}: lifecycle cost", parts, "USD")
        drawings.append(text_bars("lifecycle cost, USD", parts))
    return StudyResult(
        "sweep",
        rows,
        words(rows),
        figures=_figures(rows),
        pictures=pictures,
        drawings=drawings,
        complete=len(rows) == len(study.scenarios),
    )


def words(rows: Sequence[Row]) -> list[str]:
    """The cheapest and dearest scenario, and for a few rows what each costs and buys."""
    good = sorted((row for row in rows if row.ok), key=lambda row: (row.lifecycle_usd or 0.0, row.index))
    found = [f"{len(rows)} rows: {len(good)} with a plan, {len(rows) - len(good)} without"]
    if not good:
        return found
    least, most = good[0], good[-1]
    least_usd, most_usd = least.lifecycle_usd or 0.0, most.lifecycle_usd or 0.0
    if len(good) > 1:
        more = f", {percent(most_usd / least_usd - 1)} more" if least_usd > 0 else ""
        found.append(
            f"cheapest: {_title(least)} at {usd(least_usd)}; dearest: {_title(most)} at {usd(most_usd)} "
            f"({usd(most_usd - least_usd)}{more})"
        )
    for row in rows if len(rows) <= MOST_TOLD else [least, most]:
        if row.ok:
            share = f"; {percent(row.api_share)} of the requests go to APIs" if row.api_share else ""
            parts = [f"{usd(row.lifecycle_usd)}", row.fleet or "no servers", *payback_sentence(row)]
            found.append(f"{_title(row)}: {'; '.join(parts)}{share}")
    return found


def _title(row: Row) -> str:
    return title_of(row.scenario, row.inputs)


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    good = [row for row in rows if row.ok and row.lifecycle_usd is not None]
    if not good:
        return {"rows": len(rows), "with_plan": 0}
    cheapest = min(good, key=lambda row: row.lifecycle_usd or 0.0)
    dearest = max(good, key=lambda row: row.lifecycle_usd or 0.0)
    return {
        "rows": len(rows),
        "with_plan": len(good),
        "cheapest": {"index": cheapest.index, "lifecycle_usd": cheapest.lifecycle_usd},
        "dearest": {"index": dearest.index, "lifecycle_usd": dearest.lifecycle_usd},
    }
