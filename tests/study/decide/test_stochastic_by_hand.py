"""The farmer's problem for servers: expected cost, tail, value of the stochastic solution and of perfect information."""

from __future__ import annotations

import pytest

from .farmer import answered, base, bought, scenarios

SOLVERS = ["auto", "extensive", "decomposition"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_buys_what_the_low_demand_needs(solver: str) -> None:
    """A third server stands idle half the time: 10,000 USD against 0.5 x 17,520 = 8,760 USD. So x = 2:

    C_2 = 20,000, C_6 = 20,000 + 4 x 17,520 = 90,080; expected 55,040. Each demand's own optimum: 20,000 and 60,000, on
    average 40,000: perfect information is worth 15,040. The mean demand is 4: x = 4 costs 40,000 and 40,000 + 2 x 17,520 =
    75,040, on average 57,520: planning for the mean costs 2,480 more.
    """
    result = answered({"kind": "stochastic", "solver": solver}, scenarios=scenarios())
    figures = result.figures
    assert bought(result) == 2
    assert figures["expected_usd"] == pytest.approx(55_040)
    assert figures["bound_usd"] == pytest.approx(55_040)
    assert [row.lifecycle_usd for row in result.rows] == pytest.approx([20_000, 90_080])
    assert figures["vss"] == pytest.approx({"value": 2_480, "low": 2_480, "high": 2_480}, rel=1e-4)
    assert figures["evpi"] == pytest.approx({"value": 15_040, "low": 15_040, "high": 15_040}, rel=1e-4)
    assert figures["verified"] == {"scenarios": 2, "passed": 2}


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_likelier_high_demand_buys_for_it(solver: str) -> None:
    """At 0.8 a third server is worth 0.8 x 17,520 = 14,016 USD: x = 6 costs 60,000 in both."""
    result = answered({"kind": "stochastic", "solver": solver}, scenarios=scenarios(low=0.2, high=0.8))
    assert bought(result) == 6
    assert result.figures["objective_usd"] == pytest.approx(60_000)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_tail_buys_against_the_high_demand(solver: str) -> None:
    """With the dearest half weighing as much as the mean, E + CVaR falls by 17,520 - 10,000 - (10,000 - 8,760) = 6,280 with each

    server from the third to the sixth: x = 6, 60,000 in both scenarios, E = CVaR = 60,000, together 120,000.
    """
    kind = {"kind": "stochastic", "solver": solver, "cvar_weight": 1.0, "cvar_level": 0.5}
    result = answered(kind, scenarios=scenarios())
    assert bought(result) == 6
    assert result.figures["cvar_usd"] == pytest.approx(60_000)
    assert result.figures["objective_usd"] == pytest.approx(120_000)
    assert result.figures["bound_usd"] == pytest.approx(120_000)


def test_a_light_tail_changes_nothing() -> None:
    """Weight 0.1: a third server costs 1,240 more on average and saves 0.1 x 7,520 = 752 in the tail: x stays 2.

    E = 55,040; the dearest half is 90,080: 55,040 + 9,008 = 64,048.
    """
    kind = {"kind": "stochastic", "cvar_weight": 0.1, "cvar_level": 0.5}
    result = answered(kind, scenarios=scenarios())
    assert bought(result) == 2
    assert result.figures["objective_usd"] == pytest.approx(64_048)


@pytest.mark.parametrize("solver", ["extensive", "decomposition"])
def test_what_waits_is_bought_when_demand_is_known(solver: str) -> None:
    """Two half-years: servers of the second may be ordered when the demand is known, at the same 10,000 USD.

    A half-year on demand costs 8,760 USD. At once 2 (the low demand needs them for a year: 10,000 against 17,520). A third: 10,000
    against 0.5 x 17,520 = 8,760 if rented through, or against 0.5 x (8,760 + min(8,760, 10,000)): rent it. So the plan and its
    cost are those of the whole year, and nothing is lost or won by waiting: 55,040 either way. At 6,000 USD for servers of the
    second half-year, waiting pays in the high demand: 4 x (8,760 - 6,000) = 11,040 saved with 0.5: 49,520, against servers
    bought for both at 3,000 on average more than 0.5 x 8,760 = 4,380 saves: 6,000 is not bought without knowing.
    """
    places = base(stage_months=6)
    kind = {"kind": "stochastic", "solver": solver}
    falling = {**places, "sites": [dict(places["sites"][0]), places["sites"][1]]}
    falling["sites"][0]["offers"] = [{**places["sites"][0]["offers"][0], "price_change_per_year": 0.6**2 - 1}]
    blind = answered(kind, falling, scenarios=scenarios())
    seeing = answered({**kind, "wait": True}, falling, scenarios=scenarios())
    assert blind.figures["objective_usd"] == pytest.approx(55_040, rel=1e-6)
    assert seeing.figures["objective_usd"] == pytest.approx(49_520, rel=1e-6)


def test_a_purchase_that_comes_too_late_in_one_scenario_is_made_in_none() -> None:
    """Delivery after 3 months in the high demand: nothing can start with the only stage, so all is rented: 2 and 6 x 17,520."""
    late = scenarios()
    late[1]["overrides"]["sites.room.offers[buy].lead_time_months"] = 3
    result = answered({"kind": "stochastic"}, scenarios=late)
    assert bought(result) == 0
    assert result.figures["expected_usd"] == pytest.approx(4 * 17_520)
    assert result.figures["missing"]


def test_no_purchases_suit_every_scenario() -> None:
    """Without rent, stock for 4 servers and a demand of 6: every row is failed, with the reason."""
    given = base()
    given["sites"] = [{**given["sites"][0], "offers": [{**given["sites"][0]["offers"][0], "stock": 4}]}]
    result = answered({"kind": "stochastic"}, given, scenarios=scenarios())
    assert [row.status for row in result.rows] == ["failed", "failed"]
    assert "suit every scenario" in result.rows[0].reason


def test_a_stored_plan_is_not_worked_out_again() -> None:
    """The second run answers from the store: its figures are those of the first to the last digit, seconds included."""
    from solver.study.engines.in_process import InProcess
    from solver.study.kinds.registry import run_kind
    from solver.study.load import parse_study
    from solver.study.runner import Runner

    values = {"schema": "inferplan.study/v1", "name": "twice", "base": base(), "scenarios": scenarios()}
    study = parse_study({**values, "study": {"kind": "stochastic"}})
    runner = Runner(InProcess())
    assert run_kind(study, runner).figures == run_kind(study, runner).figures
