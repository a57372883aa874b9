"""`inferplan bench resolve`: changed prices are prices alone, and pairs that contradict each other do not agree."""

from __future__ import annotations

from random import Random

import pytest

from solver.bench.recipe import document
from solver.bench.resolve import Asked, Pair, Solve, figures, repriced, run_resolve
from solver.bench.resolve_page import page
from solver.bench.sizes import SIZES
from solver.instance.resolved import ResolvedInstance
from solver.solve.session import Kept, Session
from solver.solve.session.reprice import same_but_prices
from solver.study.base import resolved_of


def test_a_small_study_end_to_end() -> None:
    told: list[str] = []
    found = run_resolve(SIZES["XS"], Asked(3, 0.1, 2, 0.03, 20.0), told.append)
    assert found["compared"] == found["agree"] == found["cold_reached"] == 2
    assert found["reached"] == sum(found["steps"].values()) == 3
    assert found["verified"]
    searches = sum(pair["step"] == "search" and pair["cold"] is None for pair in found["pairs"])
    assert len(told) == 4 + searches
    assert "| gap reached in the session | 3 of 3 |" in page(found, {"cores": "2"})


def test_what_was_done_is_told_where_the_time_is_over() -> None:
    """The first change always is; figures and page say how many were."""
    told: list[str] = []
    found = run_resolve(SIZES["XS"], Asked(3, 0.1, 1, 0.03, 20.0, total_seconds=1e-6), told.append)
    assert found["done"] == found["compared"] == 1
    assert "after 1 of 3 changes" in told[-2]
    assert page(found, {"cores": "2"}).startswith("# 1 changes")


def test_an_interrupt_leaves_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changes, then Ctrl-C."""
    asked = iter([None, None, KeyboardInterrupt])
    update = Session.update

    def interrupted(session: Session, resolved: ResolvedInstance) -> Kept:
        stop = next(asked)
        if stop is not None:
            raise stop
        return update(session, resolved)

    monkeypatch.setattr(Session, "update", interrupted)
    told: list[str] = []
    found = run_resolve(SIZES["XS"], Asked(3, 0.1, 1, 0.03, 20.0), told.append)
    assert found["done"] == found["agree"] == 2
    assert "interrupted after 2 of 3 changes" in told


def test_only_prices_change() -> None:
    base = resolved_of(document(SIZES["XS"]))
    changed = repriced(base, Random(1), 0.2)
    assert same_but_prices(base, changed)
    for old, new in zip(base.endpoints, changed.endpoints, strict=True):
        factor = new.usd_per_million_output_tokens / old.usd_per_million_output_tokens
        assert 0.8 <= factor <= 1.2 and factor != 1
        assert new.usd_per_million_input_tokens == pytest.approx(old.usd_per_million_input_tokens * factor)


@pytest.mark.parametrize(
    ("objective", "bound", "agrees"),
    [(101.0, 100.0, True), (105.0, 100.0, False), (101.0, 103.5, False)],
)
def test_what_agrees(objective: float, bound: float, agrees: bool) -> None:
    """Costs further apart than the gap, or a bound above the other plan, are told."""
    warm = Solve(1.0, 1.0, objective, bound, 0.01, True)
    cold = Solve(10.0, 10.0, 102.0, 100.0, 0.02, True)
    found = figures([Pair(0, warm, "plan", cold)], warm, Asked(1, 0.1, 1, 0.02, 10.0))
    assert found["agree"] == int(agrees)
    assert found["sooner"] == pytest.approx(10.0)
