"""One run of HiGHS on a matrix: limits, progress, interruption, warm start.

A run keeps its incumbent whatever stops it. Callbacks catch their own errors: an exception that crosses into HiGHS
would end the process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.termination import Limit, Reason, Termination
from solver.solve.work import WorkClock

HEARTBEAT_SECONDS = 0.25
SMALL = 2_000
"""Columns up to which a MILP is small: a slot, say."""
SMALL_OPTIONS = {
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_restart": False,
    "mip_heuristic_run_zi_round": True,
    "mip_heuristic_run_shifting": True,
    "mip_heuristic_run_root_reduced_cost": False,
    "presolve_remove_slacks": True,
}
"""For small MILPs: a third of the time of a slot, its longest a seventh, for plans as good. Older versions lack some."""

SUB_MILPS = ("mip_heuristic_run_rins", "mip_heuristic_run_rens", "mip_heuristic_run_root_reduced_cost")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run may stop. `relative_gap` is the proof asked for, `absolute_gap` (USD) another that suffices.

    `threads`: days of a large problem that are planned side by side. HiGHS itself works on one thread.
    `work_limit`: nominal seconds that each run may take (see `work`); it ends as by the time limit, but always at the same step.
    `bound_limit`: a MILP ends as soon as it has proven that no plan costs less than this, USD.
    `as_small`: options for small MILPs, whatever the number of columns.
    `sub_milps`: HiGHS may look for plans by smaller MILPs. With a good start it is sooner without: they take most of its time.
    """

    relative_gap: float = 1e-6
    time_limit_seconds: float = 60.0
    threads: int = 1
    seed: int = 0
    absolute_gap: float = 1e-9
    work_limit: float | None = None
    bound_limit: float | None = None
    sub_milps: bool = True
    as_small: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Termination, and the values of the columns where there is a solution.

    `row_duals`: of an LP, d objective / d right-hand side of every row; None for a MILP.
    `work`: nominal seconds that the run took, the same for the same run.
    """

    termination: Termination
    values: FloatArray | None
    row_duals: FloatArray | None = None
    work: float = 0.0


def run_highs(
    matrix: Matrix,
    limits: Limits,
    *,
    phase: str = "plan",
    listener: Listener = silent,
    cancel: Cancel | None = None,
    start: FloatArray | None = None,
) -> Outcome:
    """Solve a matrix. `start`: values of all columns to begin from (integers are enough to be right)."""
    began = time.monotonic()
    cancel = cancel or Cancel()
    clock = WorkClock.of(matrix, limits.work_limit, sub_milps=limits.sub_milps)
    solver = new_solver(matrix, limits, cancel, phase=phase, listener=listener, clock=clock)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    outcome = _outcome(solver, matrix, limits, time.monotonic() - began, cancel, clock.stopped)
    return replace(outcome, work=clock.ended(solver.getInfo().simplex_iteration_count))


def new_solver(
    matrix: Matrix,
    limits: Limits,
    cancel: Cancel,
    *,
    phase: str = "plan",
    listener: Listener = silent,
    clock: WorkClock | None = None,
) -> Any:
    """A HiGHS object that holds the matrix, reports to the listener and stops when asked. ValueError if it refuses it.

    `clock` counts the work of a MILP as it runs; that of an LP is known when a run has ended. Either way tell it (`ended`).
    """
    clock = clock or WorkClock.of(matrix, limits.work_limit, sub_milps=limits.sub_milps)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    _set_options(solver, limits, clock)
    if limits.as_small or len(matrix.cost) <= SMALL:
        for name, value in SMALL_OPTIONS.items():
            solver.setOptionValue(name, value)
    if solver.passModel(_highs_lp(matrix)) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refused the model")
    _attach_callbacks(solver, phase, limits.bound_limit, clock, listener, cancel)
    return solver


def _set_options(solver: highspy.Highs, limits: Limits, clock: WorkClock) -> None:
    options: dict[str, Any] = {
        "output_flag": True,  # off, the logging callback stays silent too
        "log_to_console": False,
        "log_file": "",
        "mip_rel_gap": limits.relative_gap,
        "mip_abs_gap": limits.absolute_gap,
        "time_limit": float(limits.time_limit_seconds),
        "random_seed": limits.seed,
        "threads": 1,  # another number later in the same process ends in an error; its MIP gains little from more
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-8,
    }
    if clock.milp:  # its log tells the work: at steps, not by time
        options |= {"timeless_log": True, "mip_min_logging_interval": 0.0}
    if not limits.sub_milps:
        options |= dict.fromkeys(SUB_MILPS, False)
    allowed = clock.iterations_allowed()
    if allowed is not None:
        options["simplex_iteration_limit"] = min(allowed, 2**31 - 1)
    for name, value in options.items():
        if solver.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise ValueError(f"HiGHS does not take {name} = {value!r}")


def _highs_lp(matrix: Matrix) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(matrix.cost), len(matrix.row_lower)
    lp.col_cost_, lp.offset_ = matrix.cost, matrix.offset
    lp.col_lower_, lp.col_upper_ = matrix.col_lower, matrix.col_upper
    lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.a.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.a.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.a.data
    if matrix.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in matrix.integer]
    return lp


def _attach_callbacks(
    solver: highspy.Highs,
    phase: str,
    bound_limit: float | None,
    clock: WorkClock,
    listener: Listener,
    cancel: Cancel,
) -> None:
    """Report improving plans at once and the bound at least every heartbeat; count work; stop when asked."""
    began = time.monotonic()
    last = [0.0]

    def report(event: Any, values: FloatArray | None = None) -> None:
        try:
            out = event.data_out
            incumbent = out.mip_primal_bound if abs(out.mip_primal_bound) < highspy.kHighsInf else None
            bound = out.mip_dual_bound if abs(out.mip_dual_bound) < highspy.kHighsInf else None
            last[0] = time.monotonic()
            listener(Progress(phase, last[0] - began, incumbent, bound, int(out.mip_node_count), values))
        except Exception:
            cancel.ask()

    def better(event: Any) -> None:
        try:
            values = np.array(event.data_out.mip_solution, dtype=float)  # HiGHS takes its memory back
        except Exception:
            values = None
        report(event, values)

    def check(event: Any) -> None:
        out = event.data_out
        proven = bound_limit is not None and bound_limit <= out.mip_dual_bound < highspy.kHighsInf
        if clock.step(out.mip_node_count) or proven or cancel.asked:
            event.interrupt()
        elif time.monotonic() - last[0] > HEARTBEAT_SECONDS:
            report(event)

    if clock.milp:
        solver.cbMipImprovingSolution += better
        solver.cbMipInterrupt += check
        solver.cbLogging += lambda event: clock.read(event.message)
    solver.cbSimplexInterrupt += lambda event: event.interrupt() if cancel.asked else None
    solver.cbIpmInterrupt += lambda event: event.interrupt() if cancel.asked else None


def _outcome(
    solver: highspy.Highs, matrix: Matrix, limits: Limits, seconds: float, cancel: Cancel | None, worked_off: bool
) -> Outcome:
    status, info = solver.getModelStatus(), solver.getInfo()
    statuses = highspy.HighsModelStatus
    if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
        return Outcome(Termination(Reason.INFEASIBLE, wall_seconds=seconds), None)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    limit = {
        statuses.kTimeLimit: Limit.TIME,
        statuses.kIterationLimit: Limit.TIME,
        statuses.kInterrupt: Limit.INTERRUPT,
        statuses.kMemoryLimit: Limit.MEMORY,
        statuses.kOptimal: None,
        statuses.kModelEmpty: None,
    }.get(status, Limit.OTHER)
    if worked_off and limit is Limit.INTERRUPT:
        limit = Limit.TIME
    if cancel is not None and cancel.asked and limit is not None:
        limit = Limit.INTERRUPT
    detail = "" if status == statuses.kOptimal else solver.modelStatusToString(status)
    mip = bool(matrix.integer.any())
    bound = info.mip_dual_bound if mip else (info.objective_function_value if status == statuses.kOptimal else None)
    if bound is not None and abs(bound) >= highspy.kHighsInf:
        bound = None
    if status == statuses.kModelEmpty:
        return Outcome(Termination(Reason.OPTIMAL, None, "", matrix.offset, matrix.offset, seconds), np.zeros(0))
    if not found:
        reason = Reason.NO_SOLUTION_FOUND if limit in (Limit.TIME, Limit.INTERRUPT) else Reason.ERROR
        return Outcome(Termination(reason, limit, detail, None, bound, seconds), None)
    values = np.asarray(solver.getSolution().col_value, dtype=float)
    ended = Termination(Reason.FEASIBLE, limit, detail, matrix.objective(values), bound, seconds)
    proven = ended.relative_gap is not None and ended.relative_gap <= limits.relative_gap * (1 + 1e-9) + 1e-12
    if proven or status == statuses.kOptimal:
        ended = Termination(Reason.OPTIMAL, None, "", ended.objective, bound, seconds)
    duals = None if mip else np.asarray(solver.getSolution().row_dual, dtype=float)
    return Outcome(ended, values, duals)
