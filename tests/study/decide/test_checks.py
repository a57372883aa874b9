"""Studies that decide are refused with the place and the rule before anything is solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from solver.instance.diagnostics import InstanceError
from solver.study.load import load_study

from .farmer import answered

BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": "stochastic", "samples": 5}, "uncertain"),
    ({"kind": "stochastic", "solver": "progressive_hedging", "cvar_weight": 1.0}, "expected cost alone"),
    ({"kind": "stochastic", "solver": "progressive_hedging", "ranks": 4}, "multiple of 3"),
    ({"kind": "regret"}, "at least two scenarios"),
    ({"kind": "pareto", "against": "ttft"}, "limits"),
    ({"kind": "break_even", "of": "volume", "low": 2.0, "high": 1.0}, "below `high`"),
    ({"kind": "break_even", "of": "api_price", "low": 0.0, "high": 1.0}, "above 0"),
    ({"kind": "break_even", "of": "utilisation", "low": 0.5, "high": 1.5}, "between 0 and 1"),
    ({"kind": "pareto", "against": "capital"}, "against"),
]


@pytest.mark.parametrize(("kind", "words"), BAD)
def test_refused_with_the_rule(kind: dict[str, Any], words: str) -> None:
    """Every rule once."""
    with pytest.raises(InstanceError, match=words):
        answered(kind)


@pytest.mark.parametrize("kind", ["stochastic", "regret", "pareto", "alternatives", "break-even"])
def test_shipped_studies_load(kind: str) -> None:
    """Every study file of these kinds is valid."""
    files = sorted((Path(__file__).parents[3] / "instances" / "studies").glob(f"{kind}-*.yaml"))
    assert files
    for path in files:
        load_study(path)
