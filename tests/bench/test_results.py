"""Tables of a benchmark: what is kept comes back, and a bound above a plan is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.bench.contained import Contained
from solver.bench.contest import Answer, Contender, Contest
from solver.bench.gap_trace import GapTrace
from solver.bench.results import Row, contradictions, markdown, row_of, save, saved
from solver.bench.slots import exponent_of, growth_of


def row(
    contender: Contender, plan: float | None, bound: float | None, seconds: float = 2.0, instance: str = "S"
) -> Row:
    """A run that found its plan and its bound after some seconds."""
    trace = GapTrace()
    trace.add(seconds, plan, bound)
    answer = Answer("OPTIMAL", 2 * seconds, 0.5, plan, bound, highs_seconds=1.5 * seconds, verified=True)
    return row_of(instance, Contest(contender, "", "", 0.01, 60.0, 1, 0), 1, Contained(trace, answer, "", 0.5))


def test_saved_rows_come_back_with_their_traces(tmp_path: Path) -> None:
    rows = [row(Contender.INFERPLAN, 100.0, 99.5), row(Contender.LITERAL_LP, None, 90.0)]
    save(tmp_path, "solve", {"cores": "2"}, rows)
    assert saved(tmp_path, "solve") == rows
    assert saved(tmp_path, "other") == []
    assert len((tmp_path / "solve.csv").read_text().splitlines()) == 3


def test_a_row_has_the_share_of_time_outside_highs() -> None:
    assert row(Contender.INFERPLAN, 100.0, 99.5).outside_share == pytest.approx(0.25)


def test_a_bound_above_anothers_plan_is_told() -> None:
    good = row(Contender.INFERPLAN, 100.0, 99.5)
    assert contradictions([good, row(Contender.LITERAL, 101.0, 100.0)]) == []
    wrong = row(Contender.LITERAL, 102.0, 101.0)
    assert contradictions([good, wrong]) == [
        "S: literal's bound 101.00 lies 1.00e-02 above inferplan's plan 100.00",
    ]
    assert contradictions([good, row(Contender.LITERAL, 102.0, 101.0, instance="M")]) == []
    assert "above inferplan's plan" in markdown({}, [good, wrong])


def test_the_table_says_why_there_is_no_answer() -> None:
    asked = Contest(Contender.LITERAL, "", "", 0.01, 60.0, 1, 0)
    failed = row_of("L", asked, 1, Contained(GapTrace(), None, "over 8 GiB", 8.1))
    line = next(line for line in markdown({}, [failed]).splitlines() if line.startswith("| L "))
    assert line == "| L | literal | 1 | - | - | - | - | - | - | - | - | 8.10 GiB | - | - | no answer: over 8 GiB |"


def test_growth_is_fitted_only_over_what_reached_the_gap() -> None:
    rows = [row(Contender.INFERPLAN, 100.0, 99.5, seconds, str(count)) for count, seconds in ((24, 2.0), (96, 8.0))]
    rows.append(row(Contender.INFERPLAN, 100.0, 90.0, 50.0, "576"))
    growth = growth_of((24, 96, 576), rows, 0.01)
    assert growth.seconds == (2.0, 8.0, None)
    assert growth.exponent == pytest.approx(1.0)
    assert exponent_of([(24, 1.0)]) is None
