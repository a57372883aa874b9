"""Tails and regrets of given costs."""

from __future__ import annotations

import numpy as np
import pytest

from solver.study.decide.aims import ExpectedAndTail, LargestRegret, conditional_value_at_risk
from solver.study.decide.setting import mean_document


def test_tail_splits_a_scenario() -> None:
    """The dearest 0.3 of (10: 0.2, 2: 0.3, 1: 0.5) is all of 10 and a third of 2's: (0.2 x 10 + 0.1 x 2) / 0.3 = 7.333."""
    found = conditional_value_at_risk(np.array([1.0, 2.0, 10.0]), np.array([0.5, 0.3, 0.2]), 0.7)
    assert found == pytest.approx(22 / 3)


def test_tail_at_level_zero_is_the_mean() -> None:
    """All of the probability."""
    assert conditional_value_at_risk(np.array([4.0, 8.0]), np.array([0.25, 0.75]), 0.0) == pytest.approx(7.0)


@pytest.mark.parametrize("level", [0.0, 0.35, 0.8, 0.95])
def test_rows_have_the_value_as_their_optimum(level: float) -> None:
    """The linear program of Rockafellar and Uryasev at fixed costs, solved over t by its breakpoints, is the tail."""
    costs, weights = np.array([3.0, 9.0, 4.0, 12.0]), np.array([0.1, 0.4, 0.3, 0.2])
    by_breakpoints = min(t + float(weights @ np.maximum(costs - t, 0)) / (1 - level) for t in costs)
    aim = ExpectedAndTail(tuple(weights), 1.0, level)
    assert aim.tail(costs) == pytest.approx(by_breakpoints)
    assert aim.value(costs) == pytest.approx(float(weights @ costs) + by_breakpoints)


def test_largest_regret() -> None:
    """max(12 - 10, 20 - 19)."""
    assert LargestRegret((10.0, 19.0)).value(np.array([12.0, 20.0])) == pytest.approx(2.0)


def test_mean_document_keeps_whole_figures_whole() -> None:
    """Months stay months, figures are averaged by weight, texts are the likeliest's."""
    documents = [{"a": [{"m": 2, "x": 1.0, "n": "p"}]}, {"a": [{"m": 6, "x": 2.0, "n": "q"}]}]
    assert mean_document(documents, np.array([0.75, 0.25])) == {"a": [{"m": 3, "x": 1.25, "n": "p"}]}
