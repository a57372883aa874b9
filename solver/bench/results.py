"""Rows of a benchmark and their files: JSON with the traces, CSV, a Markdown table."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from solver.bench.contained import Contained
from solver.bench.contest import ABOUT, Contender, Contest
from solver.bench.gap_trace import GapPoint

GAPS = (0.05, 0.01)
CONSISTENT = 1e-6
"""Relative difference up to which a bound may lie above another contender's plan: tolerances of the solvers."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of one contender on one instance. Seconds from its clock's start, USD, GiB; None: never reached, not known.

    `outside_share`: share of the wall time outside HiGHS. `reason`: why there is no answer.
    """

    instance: str
    contender: str
    run: int
    status: str
    reason: str
    time_limit_seconds: float
    threads: int
    seed: int
    relative_gap_asked: float
    build_seconds: float | None
    first_plan_seconds: float | None
    seconds_to_5_percent: float | None
    seconds_to_1_percent: float | None
    wall_seconds: float | None
    objective: float | None
    bound: float | None
    relative_gap: float | None
    cpu_seconds: float | None
    peak_memory_gb: float | None
    outside_share: float | None
    verified: bool | None
    columns: int | None
    integers: int | None
    rows: int | None
    trace: tuple[tuple[float, float | None, float | None], ...] = field(default=(), repr=False)

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes a run the same run."""
        return self.instance, self.contender, self.run


def row_of(instance: str, contest: Contest, run: int, ended: Contained) -> Row:
    """A run as a row of the table."""
    answer, trace = ended.answer, ended.trace
    last = trace.points[-1] if trace.points else GapPoint(0.0, None, None)
    inside = None if answer is None else answer.highs_seconds
    wall = None if answer is None else answer.wall_seconds
    return Row(
        instance=instance,
        contender=str(contest.contender),
        run=run,
        status="" if answer is None else answer.status,
        reason=ended.reason or ("" if answer is None else answer.detail),
        time_limit_seconds=contest.time_limit_seconds,
        threads=contest.threads,
        seed=contest.seed,
        relative_gap_asked=contest.relative_gap,
        build_seconds=None if answer is None else answer.build_seconds,
        first_plan_seconds=trace.first_plan_seconds(),
        seconds_to_5_percent=trace.seconds_to(GAPS[0]),
        seconds_to_1_percent=trace.seconds_to(GAPS[1]),
        wall_seconds=wall,
        objective=last.incumbent,
        bound=last.bound,
        relative_gap=last.relative_gap,
        cpu_seconds=None if answer is None else answer.cpu_seconds,
        peak_memory_gb=ended.peak_memory_gb,
        outside_share=None if inside is None or not wall else max(0.0, 1 - inside / wall),
        verified=None if answer is None else answer.verified,
        columns=None if answer is None else answer.columns,
        integers=None if answer is None else answer.integers,
        rows=None if answer is None else answer.rows,
        trace=tuple((point.seconds, point.incumbent, point.bound) for point in trace.thinned()),
    )


def same_run(row: Row, instance: str, contest: Contest, run: int) -> bool:
    """Whether a row is of this run, with these limits."""
    asked = (instance, str(contest.contender), run)
    limits = (contest.time_limit_seconds, contest.threads, contest.seed, contest.relative_gap)
    return row.key == asked and (row.time_limit_seconds, row.threads, row.seed, row.relative_gap_asked) == limits


def contradictions(rows: Sequence[Row]) -> list[str]:
    """Where one contender's bound lies above another's plan of the same instance: one of the two is wrong."""
    found: list[str] = []
    for plan in rows:
        for other in rows:
            if plan.instance != other.instance or plan.objective is None or other.bound is None:
                continue
            over = (other.bound - plan.objective) / max(1.0, abs(plan.objective))
            if over > CONSISTENT:
                found.append(
                    f"{plan.instance}: {other.contender}'s bound {other.bound:,.2f} lies {over:.2e} above "
                    f"{plan.contender}'s plan {plan.objective:,.2f}"
                )
    return found


def save(folder: Path, name: str, machine: dict[str, str], rows: Sequence[Row]) -> None:
    """`NAME.json` with traces, `NAME.csv` and `NAME.md` in a folder that exists."""
    content = {"machine": machine, "rows": [asdict(row) for row in rows]}
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    columns = [column.name for column in fields(Row) if column.name != "trace"]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([getattr(row, column) for column in columns] for row in rows)
    (folder / f"{name}.md").write_text(markdown(machine, rows), encoding="utf-8")


def saved(folder: Path, name: str) -> list[Row]:
    """Rows of an earlier `save`; none where there is no file."""
    path = folder / f"{name}.json"
    if not path.exists():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    return [Row(**{**values, "trace": tuple(tuple(point) for point in values["trace"])}) for values in content["rows"]]


HEAD = (
    "instance",
    "contender",
    "run",
    "first plan",
    "to 5 %",
    "to 1 %",
    "wall",
    "CPU",
    "gap",
    "plan, USD",
    "bound, USD",
    "peak memory",
    "outside HiGHS",
    "verified",
    "end",
)


def markdown(machine: dict[str, str], rows: Sequence[Row]) -> str:
    """The table for people, with the machine and what the contenders are."""
    lines = ["# Solve benchmark", "", "Machine: " + "; ".join(f"{key} {value}" for key, value in machine.items()), ""]
    lines += [f"- `{contender}`: {ABOUT[contender]}" for contender in Contender if contender in _named(rows)]
    lines += ["", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    wrong = contradictions(rows)
    verdict = [f"- {sentence}" for sentence in wrong] or ["No contender's bound lies above another's plan."]
    return "\n".join([*lines, "", "Seconds from reading the instance; - is never reached.", "", *verdict, ""])


def line_of(row: Row) -> str:
    """A row in one line, for people who wait."""
    return ", ".join(
        [
            f"{row.instance} {row.contender} run {row.run}: first plan {_seconds(row.first_plan_seconds)}",
            f"5 % {_seconds(row.seconds_to_5_percent)}",
            f"1 % {_seconds(row.seconds_to_1_percent)}",
            *(f"{what} {cell}" for what, cell in zip(HEAD[6:], _cells(row)[6:], strict=True)),
        ]
    )


def _named(rows: Sequence[Row]) -> set[str]:
    return {row.contender for row in rows}


def _cells(row: Row) -> list[str]:
    end = row.status or "no answer"
    if row.reason:
        end += f": {row.reason}"
    return [
        row.instance,
        row.contender,
        str(row.run),
        _seconds(row.first_plan_seconds),
        _seconds(row.seconds_to_5_percent),
        _seconds(row.seconds_to_1_percent),
        _seconds(row.wall_seconds),
        _seconds(row.cpu_seconds),
        "-" if row.relative_gap is None else f"{row.relative_gap:.2%}",
        "-" if row.objective is None else f"{row.objective:,.0f}",
        "-" if row.bound is None else f"{row.bound:,.0f}",
        "-" if row.peak_memory_gb is None else f"{row.peak_memory_gb:.2f} GiB",
        "-" if row.outside_share is None else f"{row.outside_share:.0%}",
        {True: "yes", False: "NO", None: "-"}[row.verified],
        end.replace("|", "/"),
    ]


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"
