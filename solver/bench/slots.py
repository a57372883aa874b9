"""How the time grows with the number of slots: the recipe of M over one year, with 24 to 576 slots in all."""

from __future__ import annotations

import csv
import math
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from solver.bench.contained import contain
from solver.bench.contest import Contender, Contest
from solver.bench.gap_trace import GapPoint, GapTrace
from solver.bench.machine import machine
from solver.bench.picture import time_over_slots
from solver.bench.recipe import write
from solver.bench.results import Row, row_of
from solver.bench.sizes import M, Size
from solver.instance.schema.horizon import DayTypes

MONTHS = 12
STEPS: dict[int, tuple[int, DayTypes]] = {
    24: (12, DayTypes.EVERY_DAY),
    48: (12, DayTypes.WEEKDAY_WEEKEND),
    96: (6, DayTypes.WEEKDAY_WEEKEND),
    192: (3, DayTypes.WEEKDAY_WEEKEND),
    288: (2, DayTypes.WEEKDAY_WEEKEND),
    576: (1, DayTypes.WEEKDAY_WEEKEND),
}
"""Slots over all stages -> months a stage, days: the same workloads, offers and year, looked at more and more closely."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Median seconds to the gap by slots (None: not reached), and the exponent b of the fit seconds = a slots^b."""

    slots: tuple[int, ...]
    seconds: tuple[float | None, ...]
    exponent: float | None


def size_of(slots: int) -> Size:
    """M with so many slots over one year. Servers are there when ordered: one stage leaves no time to wait."""
    stage_months, days = STEPS[slots]
    about = f"the recipe of M with {slots} slots over all stages"
    return replace(M, about=about, months=MONTHS, stage_months=stage_months, days=days, lead_times_months=(0,))


def run_slots(
    out: Path,
    counts: Sequence[int],
    *,
    relative_gap: float,
    time_limit_seconds: float,
    memory_limit_gb: float,
    threads: int,
    seed: int,
    repeat: int,
    tell: Callable[[Row], None],
) -> Growth:
    """Solve each to the gap, `repeat` times; writes `slots.md`, `slots.csv` and `slots.svg`."""
    out.mkdir(parents=True, exist_ok=True)
    described = machine()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="inferplan-bench-") as name:
        for count in counts:
            path = write(size_of(count), seed, Path(name))
            for run in range(1, repeat + 1):
                contest = Contest(Contender.INFERPLAN, str(path), "", relative_gap, time_limit_seconds, threads, seed)
                rows.append(row_of(str(count), contest, run, contain(contest, memory_limit_gb)))
                tell(rows[-1])
                _save(out, described, relative_gap, growth_of(counts, rows, relative_gap), rows)
    growth = growth_of(counts, rows, relative_gap)
    reached = [(n, t) for n, t in zip(growth.slots, growth.seconds, strict=True) if t is not None]
    if reached:
        time_over_slots(
            [n for n, _ in reached], [t for _, t in reached], growth.exponent, relative_gap, out / "slots.svg"
        )
    return growth


def growth_of(counts: Sequence[int], rows: Sequence[Row], relative_gap: float) -> Growth:
    """Medians of the runs that reached the gap, and the exponent of their growth where there are two sizes or more."""
    medians: list[float | None] = []
    for count in counts:
        traces = [GapTrace([GapPoint(*point) for point in row.trace]) for row in rows if row.instance == str(count)]
        reached = [trace.seconds_to(relative_gap) for trace in traces]
        known = [seconds for seconds in reached if seconds is not None]
        medians.append(statistics.median(known) if known and len(known) == len(reached) else None)
    points = [(n, t) for n, t in zip(counts, medians, strict=True) if t is not None]
    return Growth(tuple(counts), tuple(medians), exponent_of(points))


def exponent_of(points: Sequence[tuple[int, float]]) -> float | None:
    """Least-squares slope of ln(seconds) over ln(slots).

    >>> round(exponent_of([(24, 3.0), (48, 6.0), (96, 12.0)]), 6)
    1.0
    """
    if len(points) < 2:
        return None
    x = [math.log(slots) for slots, _ in points]
    y = [math.log(seconds) for _, seconds in points]
    return statistics.linear_regression(x, y).slope


def _save(out: Path, described: dict[str, str], relative_gap: float, growth: Growth, rows: Sequence[Row]) -> None:
    with (out / "slots.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["slots", "run", "wall_seconds", "first_plan_seconds", "relative_gap", "peak_memory_gb"])
        writer.writerows(
            [
                row.instance,
                row.run,
                row.wall_seconds,
                row.first_plan_seconds,
                row.relative_gap,
                row.peak_memory_gb,
            ]
            for row in rows
        )
    lines = ["# Time over slots", "", "Machine: " + "; ".join(f"{key} {value}" for key, value in described.items()), ""]
    lines += ["The recipe of M (10 workloads) over one year; slots are those of all stages together.", ""]
    lines += [f"| slots | seconds to {relative_gap:.0%} (median) | gaps at the end |", "|---|---|---|"]
    for count, seconds in zip(growth.slots, growth.seconds, strict=True):
        gaps = [row.relative_gap for row in rows if row.instance == str(count)]
        told = ", ".join("-" if gap is None else f"{gap:.2%}" for gap in gaps)
        lines.append(f"| {count} | {'-' if seconds is None else f'{seconds:.2f}'} | {told} |")
    fitted = f"Too few reached {relative_gap:.0%} to fit an exponent."
    if growth.exponent is not None:
        fitted = f"Fitted over those that reached {relative_gap:.0%}: time grows as slots^{growth.exponent:.2f}."
    lines += ["", fitted, ""]
    (out / "slots.md").write_text("\n".join(lines), encoding="utf-8")
