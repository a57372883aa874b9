"""Progressive hedging over MPI on the farmer's problem: both bounds hold, and the plan is the known one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from solver.study.decide import hedging

from .farmer import answered, bought, scenarios

KIND: dict[str, Any] = {"kind": "stochastic", "solver": "progressive_hedging", "ranks": 3}
needs_mpi = pytest.mark.skipif(
    find_spec("mpisppy") is None or find_spec("mpi4py") is None, reason="the extra `mpi` is not installed"
)


@needs_mpi
def test_bounds_enclose_the_known_optimum() -> None:
    """55,040 USD with 2 servers (test_stochastic_by_hand): outer <= 55,040 <= inner, on three ranks."""
    result = answered(
        KIND, scenarios=scenarios(), solve={"relative_gap": 1e-3, "time_limit_seconds": 20, "baselines": False}
    )
    assert result.rows[0].status == "ok", result.words
    found = result.figures["progressive_hedging"]
    assert found["outer_usd"] <= 55_040 * (1 + 1e-6)
    assert found["inner_usd"] >= 55_040 * (1 - 1e-6)
    assert found["inner_usd"] == pytest.approx(55_040, rel=1e-3)
    assert bought(result) == 2
    assert result.figures["bound_usd"] <= 55_040 * (1 + 1e-6)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback: a failed study with the command."""
    monkeypatch.setattr(hedging, "find_spec", lambda name: None)
    result = answered(KIND, scenarios=scenarios())
    assert result.rows[0].status == "failed" and "pip install inferplan[mpi]" in result.rows[0].reason
