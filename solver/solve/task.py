"""One solve from resolved instance to decisions: what runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.decisions import Decisions
from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.solve.failure import FailureKind
from solver.solve.progress import Cancel, Listener, Progress, silent
from solver.solve.termination import Reason, Termination

if TYPE_CHECKING:
    from solver.model.planning import Planning

MOST_CHANGES = 5
"""Changes of one way out that are told one by one."""


@dataclass(frozen=True, slots=True)
class SolveTask:
    """A problem with its limits. `name` labels progress; `explain` asks for the ways out of an infeasible one.

    `reference`: the matrix comes from the Pyomo model; slower, and the same.
    """

    name: str
    resolved: ResolvedInstance
    relative_gap: float
    time_limit_seconds: float
    threads: int = 1
    seed: int = 0
    headroom: bool = True
    explain: bool = True
    reference: bool = False


@dataclass(frozen=True, slots=True)
class SolvedTask:
    """What came back. `infeasibility`: for an infeasible problem, findings in words, the least change first. `failure`: how
    its process broke; the decisions are then the last plan that it had found, if any.
    """

    name: str
    resolved: ResolvedInstance
    candidates: Candidates
    termination: Termination
    decisions: Decisions | None
    infeasibility: tuple[str, ...] = field(default=())
    failure: FailureKind | None = None


def run_task(
    task: SolveTask,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    keep: Callable[[SolvedTask], None] | None = None,
) -> SolvedTask:
    """Candidates, model, solve; an infeasible problem is explained. Heavy imports happen here, not at start-up.

    `keep` is given better plans while the solve goes on, in another thread.
    """
    from solver.deployments.enumerate import candidates as enumerate_candidates

    listener(Progress(task.name, 0.0))
    found = enumerate_candidates(task.resolved)
    if found.unserved:
        ended = Termination(Reason.INFEASIBLE, detail="a bucket that nothing on offer can serve")
        return SolvedTask(task.name, task.resolved, found, ended, None, unserved_sentences(task.resolved, found))

    from solver.solve.equal_days import merged
    from solver.solve.highs import Limits
    from solver.solve.run import solve

    fewer = merged(task.resolved)

    def whole(decisions: Decisions) -> Decisions:
        return decisions if fewer is None else fewer.expanded(decisions)

    def hold(ended: Termination, decisions: Decisions) -> None:
        if keep is not None:
            keep(SolvedTask(task.name, task.resolved, found, ended, whole(decisions)))

    planning = planning_of(task.resolved if fewer is None else fewer.resolved, found, reference=task.reference)
    limits = Limits(task.relative_gap, task.time_limit_seconds, task.threads, task.seed)
    solution = solve(
        planning,
        limits,
        phase=task.name,
        listener=listener,
        cancel=cancel,
        headroom=task.headroom,
        keep=None if keep is None else hold,
    )
    words: tuple[str, ...] = ()
    if solution.termination.reason is Reason.INFEASIBLE and task.explain:
        from solver.solve.infeasibility import ways_out

        listener(Progress("looking for the least change", solution.termination.wall_seconds))
        if fewer is not None:  # the words name every slot
            planning = planning_of(task.resolved, found, reference=task.reference)
        words = tuple(_sentence(way) for way in ways_out(planning, cancel=cancel))
    decisions = None if solution.decisions is None else whole(solution.decisions)
    return SolvedTask(task.name, task.resolved, found, solution.termination, decisions, words)


def planning_of(resolved: ResolvedInstance, found: Candidates, *, reference: bool = False) -> Planning:
    """The MILP of an instance, assembled or (`reference`) by Pyomo."""
    if reference:
        from solver.model.build import build_model

        return build_model(resolved, found)
    from solver.model.assembly import assembled

    return assembled(resolved, found)


def unserved_sentences(resolved: ResolvedInstance, found: Candidates) -> tuple[str, ...]:
    """One sentence for every bucket that nothing on offer can serve: its name, and what came nearest."""
    lines: list[str] = []
    for missing in found.unserved:
        workload = resolved.workloads[missing.workload]
        bucket = workload.buckets[missing.bucket].label
        kind = "real-time" if missing.kind == "rt" else "batch"
        nearest = "; ".join(missing.reasons) or "nothing is offered"
        lines.append(
            f"workload {workload.name}, bucket {bucket} ({kind}): nothing on offer can serve it. Nearest: {nearest}"
        )
    return tuple(lines)


def _sentence(way: object) -> str:
    """One way out: every change in it is needed."""
    from solver.solve.infeasibility import TOGETHER, WayOut

    assert isinstance(way, WayOut)
    shown = way.relaxations[:MOST_CHANGES]
    rest = len(way.relaxations) - len(shown)
    gives_way = "these give way together" if way.requirement == TOGETHER else f"the {way.requirement} gives way"
    parts = [
        (f"{change.requirement}: " if way.requirement == TOGETHER else "")
        + f"{change.place}: "
        + (
            f"{_figure(change.change)} of {_figure(change.limit)} {change.unit} cannot be served "
            f"({change.moments[0]}{f' and {len(change.moments) - 1} more' if len(change.moments) > 1 else ''})"
            if change.demand
            else f"limit {_figure(change.limit)}, needs {_figure(change.change)} {change.unit} more"
        )
        for change in shown
    ]
    more = [f"{rest} more places"] if rest else []
    return f"feasible if {gives_way}: {'; '.join([*parts, *more])}"


def _figure(value: float) -> str:
    """A figure for people: whole above a thousand, else four digits.

    >>> _figure(50000.4), _figure(9.50001)
    ('50,000', '9.5')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
