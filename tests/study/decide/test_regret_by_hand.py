"""Minimax regret of the farmer's problem by hand."""

from __future__ import annotations

import pytest

from .farmer import answered, base, scenarios


@pytest.mark.parametrize("solver", ["auto", "decomposition"])
def test_least_largest_regret(solver: str) -> None:
    """Optima 20,000 and 60,000. From 2 to 6 servers the regrets are 10,000 x - 20,000 and 45,120 - 7,520 x:

    x = 3: 10,000 and 22,560; x = 4: 20,000 and 15,040; x = 5: 30,000 and 7,520. Least largest: 20,000 with 4 servers.
    The stochastic plan (2 servers) regrets 30,080 in the high demand, the high demand's own (6) 40,000 in the low one.
    """
    result = answered({"kind": "regret", "solver": solver}, scenarios=scenarios())
    assert result.figures["regret_usd"] == pytest.approx(20_000)
    assert result.figures["regret_bound_usd"] == pytest.approx(20_000)
    regret = {(line["candidate"], line["scenario"]): line["regret_usd"] for line in result.tables["candidates"]}
    assert regret["minimax-regret plan", "low"] == pytest.approx(20_000)
    assert regret["minimax-regret plan", "high"] == pytest.approx(15_040)
    assert regret["stochastic plan", "high"] == pytest.approx(30_080)
    assert regret["best for low", "high"] == pytest.approx(30_080)
    assert regret["best for low", "low"] == pytest.approx(0, abs=0.1)
    assert regret["best for high", "low"] == pytest.approx(40_000)
    assert regret["best for high", "high"] == pytest.approx(0, abs=0.1)


def test_a_candidate_that_is_impossible_somewhere_is_a_failed_row() -> None:
    """Nothing for rent: the low demand's own 2 servers cannot serve 6 requests/s."""
    given = base()
    given["sites"] = given["sites"][:1]
    result = answered({"kind": "regret"}, given, scenarios=scenarios())
    failed = {(row.inputs["candidate"], row.scenario) for row in result.rows if row.status == "failed"}
    assert failed == {("best for low", "high")}
    assert result.figures["regret_usd"] == pytest.approx(40_000)
