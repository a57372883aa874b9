"""One scenario as the methods that decide over many see it: ask for its purchases, for cuts, for exact costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from solver.instance.resolved import ResolvedInstance
from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel
from solver.solve.session.known_candidates import KnownCandidates
from solver.study.planning import Overrides, assemble

from .here_and_now import FirstStage, HereAndNow, first_stage, rows_within
from .integer_recourse import Evaluated, Whole
from .problem import ScenarioProblem, problem_of, purchase_columns
from .recourse import RecourseCut, Relaxed

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the master needs to know of a scenario: costs of the shared columns, a floor for every block, how large it is."""

    cost: FloatArray
    offset: float
    floors: FloatArray
    hourly_integers: int


class Oracle:
    """Answers for one scenario. `attach` comes first, with the columns that all scenarios share."""

    def __init__(self, problem: ScenarioProblem) -> None:
        self.problem = problem
        self._relaxed: Relaxed | None = None
        self._whole: Whole | None = None
        self._shared: HereAndNow | None = None

    @classmethod
    def of(cls, resolved: ResolvedInstance, known: KnownCandidates | None = None) -> Oracle:
        """Build the problem; `known`: candidates of instances like it. Raises UnservableError."""
        return cls(problem_of(resolved, known))

    def first_stage(self) -> FirstStage:
        """The scenario's purchase columns and their rows."""
        return first_stage(self.problem)

    def attach(self, shared: HereAndNow) -> Shape:
        """Take the shared columns as given from now on."""
        matrix = self.problem.matrix
        position = {name: at for at, name in purchase_columns(self.problem).items()}
        at = np.array([position.get(name, -1) for name in shared.names], dtype=np.int64)
        inner = np.zeros(len(matrix.row_lower), dtype=bool)
        inner[rows_within(matrix, at[at >= 0])] = True
        self._relaxed = Relaxed(matrix, self.problem.indices, at, inner)
        self._whole = Whole(self.problem, at, inner, shared.upper, self._relaxed)
        self._shared = shared
        constant = self._relaxed.constant + self._whole.offset
        return Shape(self._whole.cost, constant, self._relaxed.floors(), self._whole.hourly_integers)

    def cuts(self, x: FloatArray) -> list[RecourseCut]:
        """A cut of every block of the relaxed recourse at x."""
        return _there(self._relaxed).cuts(x)

    def fixed(self, x: FloatArray, limits: Limits, cancel: Cancel | None = None) -> Evaluated:
        """Cost of the whole scenario with the shared columns at x."""
        return _there(self._whole).fixed(x, limits, cancel)

    def alone(self, limits: Limits, cancel: Cancel | None = None) -> tuple[Evaluated, FloatArray | None]:
        """The scenario's own optimum and its purchases."""
        shared = _there(self._shared)
        return _there(self._whole).alone(shared.matrix(np.zeros(len(shared.names))), limits, cancel)

    def priced(self, prices: FloatArray, limits: Limits, cancel: Cancel | None = None) -> float | None:
        """Proven bound of the scenario's cost less `prices` x, the shared columns' own cost and the offset left out."""
        shared = _there(self._shared)
        rows = shared.matrix(np.zeros(len(shared.names)))
        bound = _there(self._whole).priced(prices, rows, limits, cancel)
        return None if bound is None else bound - _there(self._relaxed).constant

    def verified_at(self, x: FloatArray, limits: Limits) -> tuple[bool, float] | None:
        """`verified` of the plan at x, which is made again unless it is the last one."""
        if not _there(self._whole).is_at(x):
            _there(self._whole).fixed(x, limits)
        return self.verified()

    def verified(self) -> tuple[bool, float] | None:
        """Whether the last plan passes the independent verifier, and its cost there; None where there is no plan."""
        from solver.solve.task import SolvedTask
        from solver.solve.termination import Reason, Termination

        decisions = _there(self._whole).decisions()
        if decisions is None:
            return None
        from solver.finance.ledger import ledger

        problem = self.problem
        usd = ledger(problem.resolved, problem.candidates, decisions).present_value()
        ended = Termination(Reason.FEASIBLE, objective=usd)
        solved = SolvedTask("", problem.resolved, problem.candidates, ended, decisions)
        plan = assemble(problem.resolved, [solved], Overrides(baselines=False))
        return bool(plan.verification and plan.verification.passed), usd


def _there(part: Part | None) -> Part:
    if part is None:
        raise RuntimeError("attach the shared columns first")
    return part
