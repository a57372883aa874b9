"""What a study that decides must have beyond its schema."""

from __future__ import annotations

from solver.instance.diagnostics import Report
from solver.study.schema import Study
from solver.study.schema.decide import BreakEven, Lever, Measure, Pareto, Regret, Solver, Stochastic


def check_decide(study: Study, report: Report) -> None:
    """Add what is wrong with the kind's own settings."""
    asked = study.study
    if isinstance(asked, Stochastic):
        if asked.samples is not None and not study.uncertain:
            report.error(("study", "samples"), asked.samples, "samples need something uncertain", "add `uncertain`")
        if asked.solver is Solver.PROGRESSIVE_HEDGING and asked.cvar_weight:
            rule = "progressive hedging minimises the expected cost alone"
            report.error(("study", "cvar_weight"), asked.cvar_weight, rule, "leave it out or choose another solver")
        if asked.solver is Solver.PROGRESSIVE_HEDGING and asked.ranks % 3:
            report.error(
                ("study", "ranks"), asked.ranks, "must be a multiple of 3 (hub and two bounds)", "write 3 or 6"
            )
    if isinstance(asked, Regret) and len(study.scenarios) < 2 and not study.grid:
        report.error(("scenarios",), len(study.scenarios), "regret needs at least two scenarios", "name them")
    if isinstance(asked, Pareto) and asked.against in (Measure.TTFT, Measure.QUALITY) and not asked.limits:
        report.error(("study", "limits"), "", f"a front against {asked.against} needs limits to try", "add `limits`")
    if isinstance(asked, BreakEven):
        if not asked.low < asked.high:
            report.error(("study", "low"), asked.low, "must be below `high`", "exchange the two")
        elif asked.of is not Lever.GROWTH and asked.low <= 0:
            report.error(("study", "low"), asked.low, f"{asked.of} lies above 0", "raise it")
        elif asked.of is Lever.UTILISATION and asked.high > 1:
            report.error(("study", "high"), asked.high, "utilisation lies between 0 and 1", "lower it")
