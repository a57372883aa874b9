"""What is minimised over the scenarios' costs: the expectation with a weight on the tail, or the largest regret.

Every aim is convex and never falls when a cost rises, so lower bounds of the costs give a lower bound of the aim. In a linear
program an aim has columns of its own; with C_s the cost of scenario s:

    expected and tail   sum_s p_s C_s + weight (t + 1/(1-level) sum_s p_s u_s)     u_s >= C_s - t,  u_s >= 0
    regret              r                                                          r >= C_s - reference_s

The tail is the conditional value at risk, the mean of the dearest (1-level) of the probability (Rockafellar and Uryasev, 2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from solver.solve.matrix import FloatArray


@dataclass(frozen=True, slots=True)
class AimRows:
    """Columns and rows of an aim in a linear program.

    `on_costs`: objective coefficient of each scenario's cost. `columns`: (cost, lower) of each own column. `rows`:
    (coefficient of each scenario's cost, coefficient of each own column, at least).
    """

    on_costs: FloatArray
    columns: Sequence[tuple[float, float]]
    rows: Sequence[tuple[FloatArray, FloatArray, float]]


class Aim(Protocol):
    """What is minimised."""

    def value(self, costs: FloatArray) -> float:
        """Of given costs by scenario, USD."""
        ...

    def rows(self) -> AimRows:
        """In a linear program."""
        ...


@dataclass(frozen=True, slots=True)
class ExpectedAndTail:
    """Expected cost + weight x CVaR at `level`; `probabilities` add up to 1."""

    probabilities: tuple[float, ...]
    weight: float = 0.0
    level: float = 0.9

    def value(self, costs: FloatArray) -> float:
        """Expected cost + weight x CVaR."""
        expected = float(np.dot(self.probabilities, costs))
        return expected + (self.weight * self.tail(costs) if self.weight else 0.0)

    def tail(self, costs: FloatArray) -> float:
        """CVaR of given costs."""
        return conditional_value_at_risk(costs, np.asarray(self.probabilities), self.level)

    def rows(self) -> AimRows:
        """Threshold t and excess u_s, where the tail has a weight."""
        count = len(self.probabilities)
        on_costs = np.asarray(self.probabilities)
        if not self.weight:
            return AimRows(on_costs, [], [])
        columns = [(self.weight, -np.inf)]
        columns += [(self.weight * p / (1 - self.level), 0.0) for p in self.probabilities]
        rows = []
        for s in range(count):
            own = np.zeros(count + 1)
            own[0] = own[s + 1] = 1.0
            rows.append((-np.eye(count)[s], own, 0.0))
        return AimRows(on_costs, columns, rows)


@dataclass(frozen=True, slots=True)
class LargestRegret:
    """max_s (C_s - reference_s)."""

    reference: tuple[float, ...]

    def value(self, costs: FloatArray) -> float:
        """Largest regret."""
        return float(np.max(costs - np.asarray(self.reference)))

    def rows(self) -> AimRows:
        """One column r."""
        count = len(self.reference)
        rows = [(-np.eye(count)[s], np.ones(1), -self.reference[s]) for s in range(count)]
        return AimRows(np.zeros(count), [(1.0, -np.inf)], rows)


def conditional_value_at_risk(costs: FloatArray, probabilities: FloatArray, level: float) -> float:
    """Mean of the dearest (1 - level) of the probability.

    >>> conditional_value_at_risk(np.array([1.0, 2.0, 10.0]), np.array([0.5, 0.3, 0.2]), 0.7)
    7.333333333333333
    """
    order = np.argsort(-costs)
    left = 1.0 - level
    total = 0.0
    for at in order:
        taken = min(left, float(probabilities[at]))
        total += taken * float(costs[at])
        left -= taken
        if left <= 1e-15:
            break
    return total / (1.0 - level)
