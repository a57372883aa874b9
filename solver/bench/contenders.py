"""What each contender does, from the instance's file on. Runs in a process of its own; the clock starts after imports."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from solver.bench.contest import Answer, Contender, Contest, Tell
from solver.bench.highs_clock import HighsClock
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance
from solver.model.formulation import LITERAL, SHIPPED, Formulation
from solver.model.matrix import Matrix
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.progress import Progress
from solver.solve.termination import Termination


def compete(contest: Contest, tell: Tell, solved: Callable[[Answer], None]) -> Answer:
    """Run one contender to its end. `solved` hears the answer as soon as the solve has ended, before its plan is verified."""
    if contest.contender is Contender.INFERPLAN:
        return _inferplan(contest, tell, solved)
    doers: dict[Contender, Callable[[Contest, Tell], Answer]] = {
        Contender.LITERAL: _literal,
        Contender.LITERAL_LP: _literal_lp,
        Contender.HIGHS_MPS: _highs_mps,
        Contender.SCIP_MPS: _scip_mps,
        Contender.WRITE_MPS: _write_mps,
    }
    return doers[contest.contender](contest, tell)


def _inferplan(contest: Contest, tell: Tell, solved_as: Callable[[Answer], None]) -> Answer:
    from solver.solve.task import run_task
    from solver.study.planning import Overrides, assemble, tasks_of

    clock = HighsClock()
    clock.install()
    began = time.monotonic()
    resolved = resolve(load_instance(contest.instance))
    overrides = Overrides(contest.relative_gap, contest.time_limit_seconds, contest.threads, baselines=False)
    task = replace(tasks_of(resolved, overrides)[0], seed=contest.seed)
    first: list[float] = []

    def listen(progress: Progress) -> None:
        if progress.bound is not None or progress.incumbent is not None:
            first.append(time.monotonic())
        tell(progress.incumbent, progress.bound)

    solved = run_task(task, listen)
    wall, inside, runs, cpu = time.monotonic() - began, clock.seconds, clock.runs, time.process_time()
    ended = solved.termination
    answer = Answer(
        status=_status(ended),
        wall_seconds=wall,
        build_seconds=(first[0] - began) if first else wall,
        objective=ended.objective,
        bound=ended.bound,
        highs_seconds=inside,
        highs_runs=runs,
        cpu_seconds=cpu,
        detail=ended.detail,
    )
    solved_as(answer)
    plan = assemble(resolved, [solved], overrides)
    return replace(answer, verified=None if plan.verification is None else plan.verification.passed)


def _literal(contest: Contest, tell: Tell) -> Answer:
    began = time.monotonic()
    matrix = _matrix(contest, LITERAL, prune=False)
    return _whole(matrix, contest, tell, began)


def _literal_lp(contest: Contest, tell: Tell) -> Answer:
    """Its optimum is a bound of every plan, not a plan."""
    began = time.monotonic()
    matrix = _matrix(contest, LITERAL, prune=False).relaxed()
    built = time.monotonic()
    left = max(1.0, contest.time_limit_seconds - (built - began))
    outcome = run_highs(matrix, Limits(contest.relative_gap, left, contest.threads, contest.seed))
    solved = outcome.termination.bound
    tell(None, solved)
    answer = _answer(outcome, matrix, began, built)
    return replace(answer, objective=None, bound=solved)


def _write_mps(contest: Contest, _: Tell) -> Answer:
    from solver.solve.highs import new_solver
    from solver.solve.progress import Cancel

    began = time.monotonic()
    matrix = _matrix(contest, SHIPPED, prune=True)
    built = time.monotonic()
    new_solver(matrix, Limits(), Cancel()).writeModel(contest.mps)
    return _counted(Answer("WRITTEN", time.monotonic() - began, built - began), matrix)


def _highs_mps(contest: Contest, tell: Tell) -> Answer:
    from solver.bench.written import highs_alone

    return highs_alone(contest, tell)


def _scip_mps(contest: Contest, tell: Tell) -> Answer:
    from solver.bench.written import scip_alone

    return scip_alone(contest, tell)


def _matrix(contest: Contest, formulation: Formulation, *, prune: bool) -> Matrix:
    from solver.deployments.enumerate import candidates
    from solver.model.assembly import assembled

    resolved: ResolvedInstance = resolve(load_instance(contest.instance))
    return assembled(resolved, candidates(resolved, prune=prune), formulation).matrix


def _whole(matrix: Matrix, contest: Contest, tell: Tell, began: float) -> Answer:
    """HiGHS on the whole matrix. Its time limit is what building has left of it."""
    built = time.monotonic()
    left = max(1.0, contest.time_limit_seconds - (built - began))
    limits = Limits(contest.relative_gap, left, contest.threads, contest.seed)
    outcome = run_highs(matrix, limits, listener=lambda progress: tell(progress.incumbent, progress.bound))
    return _answer(outcome, matrix, began, built)


def _answer(outcome: Outcome, matrix: Matrix, began: float, built: float) -> Answer:
    now = time.monotonic()
    ended = outcome.termination
    answer = Answer(
        status=_status(ended),
        wall_seconds=now - began,
        build_seconds=built - began,
        objective=ended.objective,
        bound=ended.bound,
        highs_seconds=now - built,
        highs_runs=1,
        detail=ended.detail,
    )
    return _counted(answer, matrix)


def _counted(answer: Answer, matrix: Matrix) -> Answer:
    return replace(answer, columns=len(matrix.cost), integers=int(matrix.integer.sum()), rows=len(matrix.row_lower))


def _status(ended: Termination) -> str:
    return f"{ended.reason}" if ended.limit is None else f"{ended.reason} ({ended.limit} limit)"
