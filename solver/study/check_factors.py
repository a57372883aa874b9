"""Checks of what is uncertain: distributions, correlations, and what their ends do to the instance."""

from __future__ import annotations

from itertools import pairwise

from solver.instance.diagnostics import Location, Report
from solver.instance.suggest import did_you_mean

from .base import BaseInstance
from .check_scenarios import check_path, tell_invalid
from .paths import PathError, places
from .scenario import Scenario
from .schema import Study
from .schema.uncertain import AnyDistribution, Beta, Discrete, Lognormal, Normal, Pert, Triangular, Uniform

TOGETHER = 1e-6
"""How far the sum of probabilities may be from 1."""


def check_factors(study: Study, base: BaseInstance, report: Report) -> None:
    """Distributions are in order, both ends of each leave a sound instance, correlations are possible."""
    for index, factor in enumerate(study.uncertain):
        at: Location = ("uncertain", index)
        before = len(report.found)
        for k, path in enumerate(factor.paths):
            check_path(study, path, (*at, "paths", k), base, report)
        _check_distribution(factor.distribution, (*at, "distribution"), report)
        if len(report.found) == before:
            _check_ends(study, index, base, report)
    _check_correlations(study, report)


def _check_distribution(distribution: AnyDistribution, at: Location, report: Report) -> None:
    match distribution:
        case Triangular() | Pert():
            if not distribution.low <= distribution.mode <= distribution.high:
                report.error((*at, "mode"), distribution.mode, "must lie between low and high")
            if distribution.low >= distribution.high:
                report.error((*at, "high"), distribution.high, f"must be more than low, {distribution.low:g}")
        case Uniform() | Beta():
            if distribution.low >= distribution.high:
                report.error((*at, "high"), distribution.high, f"must be more than low, {distribution.low:g}")
        case Normal() | Lognormal():
            least, most = distribution.at_least, distribution.at_most
            if least is not None and most is not None and least >= most:
                report.error((*at, "at_most"), most, f"must be more than at_least, {least:g}")
            if isinstance(distribution, Lognormal) and most is not None and most <= 0:
                report.error((*at, "at_most"), most, "must be more than 0, as a lognormal value is")
        case Discrete():
            _check_discrete(distribution, at, report)


def _check_discrete(distribution: Discrete, at: Location, report: Report) -> None:
    for k, (before, value) in enumerate(pairwise(distribution.values), start=1):
        if value <= before:
            report.error((*at, "values", k), value, f"values must rise; the one before is {before:g}")
    shares = distribution.probabilities
    if shares and len(shares) != len(distribution.values):
        rule = f"there must be one for each of the {len(distribution.values)} values"
        report.error((*at, "probabilities"), shares, rule, "leave them out where all values are alike")
    elif shares and abs(sum(shares) - 1) > TOGETHER:
        report.error((*at, "probabilities"), shares, f"must sum to 1, not {sum(shares):.9g}")


def _check_ends(study: Study, index: int, base: BaseInstance, report: Report) -> None:
    """Both ends on the base instance; where the factor's place comes only with a scenario, the rows will tell."""
    from .sampling.distributions import ends
    from .sampling.draw import factor_changes

    factor = study.uncertain[index]
    for path in factor.paths:
        try:
            places(base.document, path)
        except PathError:
            return
    low, high = ends(factor.distribution)
    for value in dict.fromkeys((low, high)):
        scenario = Scenario(0, factor.name, tuple(factor_changes(factor, value)))
        what = f"factor {factor.name} at {value:.6g}"
        before = len(report.found)
        tell_invalid(scenario, base, ("uncertain", index, "distribution"), what, report)
        if len(report.found) > before:
            return


def _check_correlations(study: Study, report: Report) -> None:
    names = [factor.name for factor in study.uncertain]
    seen: set[frozenset[str]] = set()
    sound = True
    for index, entry in enumerate(study.correlations):
        at: Location = ("correlations", index, "between")
        for k, name in enumerate(entry.between):
            if name not in names:
                report.error((*at, k), name, "no factor has this name", did_you_mean(name, names))
                sound = False
        pair = frozenset(entry.between)
        if len(pair) < 2 or pair in seen:
            report.error(at, "", "a correlation is between two different factors, each pair once")
            sound = False
        seen.add(pair)
    if sound and study.correlations:
        from .sampling.design import correlation_matrix, is_possible

        if not is_possible(correlation_matrix(names, study.correlations)):
            rule = "no quantities can be correlated like this all at once (the matrix is not positive semidefinite)"
            report.error(("correlations",), study.correlations, rule, "bring some of them nearer to 0")
