"""The verdict comes from the points: the same claim is judged otherwise when the points are others."""

from __future__ import annotations

import math

import pytest

from solver.study.claims.claim import Claimed, Unit
from solver.study.claims.points import Point
from solver.study.claims.verdict import Verdict, judged, overall

HALF = Claimed(measure="m", of="what is saved", low=0.4, high=0.6, unit=Unit.SHARE)


def points(*values: float) -> list[Point]:
    return [Point("m", value, {"place": "a" if index % 2 else "b"}) for index, value in enumerate(values)]


def test_most_settings_inside_bear_a_claim_out() -> None:
    found = judged(HALF, points(0.1, 0.45, 0.5, 0.55, 0.9))
    assert found.verdict is Verdict.BORNE_OUT
    assert (found.lowest, found.median, found.highest) == (0.1, 0.5, 0.9)
    assert found.share_inside == pytest.approx(0.6)


def test_a_median_inside_with_few_settings_inside_is_partly() -> None:
    assert judged(HALF, points(0.1, 0.2, 0.5, 0.8, 0.9)).verdict is Verdict.PARTLY


def test_fewer_than_a_tenth_inside_do_not_bear_it_out() -> None:
    assert judged(HALF, points(*[0.1] * 10, 0.5)).verdict is Verdict.NOT_BORNE_OUT
    assert judged(HALF, points(*[0.1] * 9, 0.5)).verdict is Verdict.PARTLY


def test_never_counts_as_above() -> None:
    months = Claimed(measure="m", of="payback", low=12, high=18, unit=Unit.MONTHS, higher_is_more=False)
    found = judged(months, points(14.0, 15.0, math.inf, math.inf, math.inf))
    assert math.isinf(found.median)
    assert found.verdict is Verdict.PARTLY
    assert found.share_above == pytest.approx(0.6)


def test_the_dimension_that_tells_levels_apart_comes_first() -> None:
    grid = [
        Point("m", 0.5 + 0.3 * (place == "b") + 0.01 * (size == "large"), {"size": size, "place": place})
        for place in ("a", "b")
        for size in ("small", "large")
    ]
    drivers = judged(HALF, grid).drivers
    assert [driver.dimension for driver in drivers] == ["place", "size"]
    assert {level.name: level.median for level in drivers[0].levels} == {"a": 0.5, "b": 0.8}


def test_a_claim_of_several_measures_takes_all_of_them() -> None:
    good, bad = judged(HALF, points(0.5, 0.5)), judged(HALF, points(0.9, 0.9))
    assert overall([good, good]) is Verdict.BORNE_OUT
    assert overall([bad, bad]) is Verdict.NOT_BORNE_OUT
    assert overall([good, bad]) is Verdict.PARTLY


def test_no_point_is_an_error() -> None:
    with pytest.raises(ValueError, match="no setting"):
        judged(HALF, [])
