"""Which function answers which kind of study. Modules are imported when a study of their kind runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.runner import Runner
from solver.study.scenario import Scenario

Run = Callable[[LoadedStudy, Runner], StudyResult]
"""`run(study, runner)`: makes tasks, has them run, and makes a result of what came back."""

MODULES = {
    "sweep": "solver.study.kinds.sweep",
    "monte_carlo": "solver.study.kinds.monte_carlo",
    "stochastic": "solver.study.decide.stochastic",
    "regret": "solver.study.decide.regret",
    "pareto": "solver.study.decide.pareto",
    "alternatives": "solver.study.decide.alternatives",
    "break_even": "solver.study.decide.break_even",
}


def scenarios_of_kind(study: LoadedStudy) -> Sequence[Scenario]:
    """Every scenario that becomes a row: the named ones x grid, or what the kind draws of them."""
    module = import_module(MODULES[study.study.study.kind])
    found: Sequence[Scenario] = module.scenarios(study) if hasattr(module, "scenarios") else study.scenarios
    return found


def run_kind(study: LoadedStudy, runner: Runner) -> StudyResult:
    """The study's result; what the store already holds is not run again."""
    run = cast(Run, import_module(MODULES[study.study.study.kind]).run)
    return run(study, runner)
