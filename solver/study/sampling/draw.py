"""Scenarios drawn from what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence

from solver.study.change import Change, Operation
from solver.study.loaded import LoadedStudy
from solver.study.scenario import Scenario
from solver.study.schema.uncertain import Factor, How, Method

from .design import correlated, correlation_matrix, design
from .distributions import Floats, quantiles

_OPERATION = {How.VALUE: Operation.SET, How.TIMES: Operation.TIMES, How.PLUS: Operation.PLUS}


def drawn(study: LoadedStudy, samples: int, method: Method) -> Floats:
    """Values of the factors, samples x factors. Saltelli's design knows no correlations."""
    asked = study.study
    factors = asked.uncertain
    points = design(method, samples, len(factors), asked.seed)
    if method is not Method.SALTELLI:
        matrix = correlation_matrix([factor.name for factor in factors], asked.correlations)
        points = correlated(points, matrix)
    for column, factor in enumerate(factors):
        points[:, column] = quantiles(factor.distribution, points[:, column])
    return points


def sampled(study: LoadedStudy, samples: int, method: Method) -> tuple[Scenario, ...]:
    """Every sample under every named scenario and point of the grid; all of them see the same samples.

    `index` is sample x len(study.scenarios) + the scenario's; the column `sample` counts from 0. Weight: the scenario's.
    """
    values = drawn(study, samples, method)
    found: list[Scenario] = []
    for sample, line in enumerate(values):
        found.extend(
            at_values(
                study, scenario, sample * len(study.scenarios) + scenario.index, line.tolist(), {"sample": sample}
            )
            for scenario in study.scenarios
        )
    return tuple(found)


def at_values(
    study: LoadedStudy, scenario: Scenario, index: int, values: Sequence[float], columns: dict[str, int | str]
) -> Scenario:
    """A scenario with its factors at given values."""
    factors = study.study.uncertain
    changes = [
        change for factor, value in zip(factors, values, strict=True) for change in factor_changes(factor, value)
    ]
    shown = {factor.name: float(value) for factor, value in zip(factors, values, strict=True)}
    inputs = {**scenario.inputs, **columns, **shown}
    return Scenario(index, scenario.name, (*scenario.overrides, *changes), inputs, scenario.weight)


def factor_changes(factor: Factor, value: float) -> list[Change]:
    """The changes of one draw of a factor."""
    operation = _OPERATION[factor.how]
    return [Change(path, operation, float(value), factor.whole, optional=True) for path in factor.paths]
