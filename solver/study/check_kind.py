"""Checks of what is asked against what is varied."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from solver.instance.diagnostics import Report

from .schema import Study
from .schema.kinds import MonteCarlo, Sweep
from .schema.uncertain import Method

MOST_ROWS = 1_000_000


def check_kind(study: Study, report: Report) -> None:
    """A kind has what it needs, and what is written down is used."""
    match study.study:
        case Sweep():
            if study.uncertain:
                rule = "a sweep draws no samples: what is uncertain stays at the base's values"
                report.warning(("uncertain",), study.uncertain, rule, "write `kind: monte_carlo`, or a grid")
        case MonteCarlo():
            _check_monte_carlo(study, study.study, report)
        case _:
            if find_spec("solver.study.decide.checks") is not None:
                import_module("solver.study.decide.checks").check_decide(study, report)


def _check_monte_carlo(study: Study, asked: MonteCarlo, report: Report) -> None:
    if not study.uncertain:
        report.error(
            ("uncertain",), "", "a Monte Carlo study needs at least one uncertain factor", "add it under `uncertain`"
        )
    rows = asked.samples * max(len(study.scenarios), 1)
    for axis in study.grid:
        rows *= len(axis.values)
    if asked.method is Method.SALTELLI:
        rows *= len(study.uncertain) + 2
        if study.correlations:
            rule = "Sobol indices are of independent factors: correlations do not go with `saltelli`"
            report.error(("correlations",), study.correlations, rule, "remove them, or choose another method")
    if rows > MOST_ROWS:
        report.error(("study", "samples"), asked.samples, f"would be {rows} rows, at most {MOST_ROWS}")
    if asked.method in (Method.SOBOL, Method.SALTELLI) and asked.samples & (asked.samples - 1):
        lower = 1 << (asked.samples.bit_length() - 1)
        rule = "Sobol points are balanced only in a power of 2"
        if asked.method is Method.SALTELLI:
            report.error(("study", "samples"), asked.samples, rule, f"write {lower} or {2 * lower}")
        else:
            report.warning(("study", "samples"), asked.samples, rule, f"write {lower} or {2 * lower}")
