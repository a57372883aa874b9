"""Fronts by hand: what each budget, cap or target costs."""

from __future__ import annotations

import pytest

from solver.study.decide.pareto import Point, undominated
from tests.model.case import API_RPS_YEAR, api, buy, instance, rent, site

from .farmer import answered, base


def test_capex_front() -> None:
    """Demand 2: each server bought for 10,000 replaces 17,520 of rent. Budgets 0, 10,000, 20,000: 35,040, 27,520, 20,000 USD.

    A budget of 15,000 buys what 10,000 buys, at the same cost: left out.
    """
    result = answered({"kind": "pareto", "against": "capex", "limits": [0, 10_000, 15_000, 20_000]})
    front = [(line["figure"], line["cost_usd"], line["proven"]) for line in result.tables["front"]]
    assert front == [
        (pytest.approx(20_000), pytest.approx(20_000), True),
        (pytest.approx(10_000), pytest.approx(27_520), True),
        (pytest.approx(0), pytest.approx(35_040), True),
    ]
    assert all(line["bound_usd"] == pytest.approx(line["cost_usd"]) for line in result.tables["front"])
    on_front = {row.inputs["capex limit"]: row.inputs["on front"] for row in result.rows}
    assert on_front[15_000] is False or on_front[10_000] is False


def test_power_front_and_what_is_impossible() -> None:
    """A server draws 1 kW at a PUE of 1; nothing but purchases is on offer, demand 2: below 2 kW is proven impossible."""
    server = {"name": "box", "accelerator": "chip", "accelerators": 1, "power_kw": 1, "idle_power_kw": 0}
    given = instance(site("room", buy(10_000.0), pue=1.0), servers=[server])
    result = answered({"kind": "pareto", "against": "power", "limits": [1.0, 3.0]}, given)
    assert [line["figure"] for line in result.tables["front"]] == [pytest.approx(2.0)]
    assert any("proven impossible at a limit of 1 " in word for word in result.words)


def test_evenly_spaced_limits_start_at_nothing() -> None:
    """Three points: the least cost, half of its capex, none."""
    result = answered({"kind": "pareto", "against": "capex", "points": 3})
    assert [row.inputs["capex limit"] for row in result.rows] == [None, 0.0, pytest.approx(10_000)]


def test_quality_front() -> None:
    """A better API costs twice as much: floor 0.5 is met at 2 USD per million tokens, floor 0.8 at 4."""
    cheap = api(2.0, "maker/small", quality=[{"metric": "score", "score": 0.6}])
    good = api(4.0, "maker/large", quality=[{"metric": "score", "score": 0.9}])
    given = base(sites=[], models=[], profiles=[], endpoints=[cheap, good])
    given["workloads"] = [{**given["workloads"][0], "quality": {"metric": "score", "at_least": 0.5}}]
    result = answered({"kind": "pareto", "against": "quality", "limits": [0.5, 0.8, 0.95]}, given)
    front = [(line["figure"], line["cost_usd"]) for line in result.tables["front"]]
    assert front == [(0.5, pytest.approx(2 * 2 * API_RPS_YEAR)), (0.8, pytest.approx(2 * 4 * API_RPS_YEAR))]
    assert [row.status for row in result.rows] == ["ok", "ok", "failed"]


def test_weakly_dominated_points_are_left_out() -> None:
    """Equal cost and a worse figure, or an equal figure and a higher cost."""
    points = [Point(None, 5, 10, 9), Point(4, 5, 11, 9), Point(3, 3, 12, 12), Point(2, 4, 12, 12), Point(1, 3, 13, 13)]
    assert [(p.figure, p.cost_usd) for p in undominated(points)] == [(5, 10), (3, 12)]


def test_rent_is_needed_for_a_capex_of_nothing() -> None:
    """Without rent a budget of nothing has no plan, and says so."""
    given = base()
    given["sites"] = given["sites"][:1]
    result = answered({"kind": "pareto", "against": "capex", "limits": [0]}, given)
    assert [row.termination for row in result.rows] == ["OPTIMAL", "INFEASIBLE"]
    assert rent()["kind"] == "on_demand"
