"""Contenders in processes of their own: answers agree, limits hold, failures are rows with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from solver.bench.contained import contain
from solver.bench.contest import Contender, Contest
from solver.bench.results import Row, contradictions, row_of

INSTANCE = Path(__file__).resolve().parents[2] / "instances" / "smallest.yaml"


def contest(contender: Contender, tmp_path: Path) -> Contest:
    """One run on the smallest instance, to a gap of 0.01 %."""
    return Contest(contender, str(INSTANCE), str(tmp_path / "model.mps"), 1e-4, 60.0, 1, 0)


def test_all_contenders_reach_the_same_optimum(tmp_path: Path) -> None:
    pytest.importorskip("pyscipopt")
    rows: list[Row] = []
    for contender in (Contender.WRITE_MPS, *Contender):
        if contender is Contender.WRITE_MPS and rows:
            continue
        asked = contest(contender, tmp_path)
        ended = contain(asked, memory_limit_gb=4.0)
        assert ended.answer is not None, (contender, ended.reason)
        rows.append(row_of("smallest", asked, 1, ended))
    assert contradictions(rows) == []
    plans = {row.contender: row.objective for row in rows if row.objective is not None}
    assert set(plans) == {"inferplan", "literal", "highs-mps", "scip-mps"}
    assert max(plans.values()) == pytest.approx(min(plans.values()), rel=2e-4)
    ours = next(row for row in rows if row.contender == "inferplan")
    assert ours.verified is True
    assert ours.seconds_to_1_percent is not None and ours.wall_seconds is not None
    assert ours.seconds_to_1_percent <= ours.wall_seconds
    assert ours.outside_share is not None and 0 < ours.outside_share < 1
    assert ours.peak_memory_gb is not None and 0.05 < ours.peak_memory_gb < 4


def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    ended = contain(contest(Contender.LITERAL, tmp_path), memory_limit_gb=0.01)
    assert ended.answer is None
    assert ended.reason == "over 0.01 GiB"


def test_what_cannot_be_read_is_a_row_with_its_reason(tmp_path: Path) -> None:
    asked = replace(contest(Contender.LITERAL, tmp_path), instance=str(tmp_path / "missing.yaml"))
    row = row_of("missing", asked, 1, contain(asked, memory_limit_gb=4.0))
    assert "the file does not exist" in row.reason
    assert row.objective is None and row.seconds_to_1_percent is None
