"""Work of HiGHS in *nominal seconds*: counted, not timed, so that the same run always counts the same.

Decisions that end up in a plan (when to stop a search, what to try next) must not hang on how busy the machine is. HiGHS on one
thread does the same steps every time and asks for interrupts at the same ones; what it has done by then is known as simplex
iterations and as steps of the branch-and-bound (a round of cuts, a dive, a strong branching candidate). A nominal second is what
about takes one second of the machine in README's bench table. By size, with n the nonzeros of the matrix:

    LP    run + presolve n + iterations (iteration + iteration_root sqrt(n))
    MILP  run + presolve n + root iterations as of an LP + later iterations ... + steps (step + step_nonzero n)

Iterations of a MILP are visible only in its log: its first ones solve the root, those after it come with sub-MILPs and are dearer.
The clock stands still inside a sub-MILP and jumps after it; it never runs backwards.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from solver.solve.matrix import Matrix

LP_RUN_SECONDS = 1e-4
LP_NONZERO_SECONDS = 6e-7
LP_ITERATION_SECONDS = 5e-6
LP_ITERATION_ROOT_SECONDS = 2e-7
"""An iteration of an LP, and what it takes more for each root of a nonzero."""
MILP_RUN_SECONDS = 1e-3
MILP_NONZERO_SECONDS = 1.2e-5
MILP_ITERATION_SECONDS = 4e-5
MILP_ITERATION_ROOT_SECONDS = 2.2e-6
ROOT_STEP_SECONDS = 4e-4
ROOT_STEP_NONZERO_SECONDS = 1.1e-6
"""A step before there are nodes: mostly a round of cuts."""
STEP_SECONDS = 2e-4
STEP_NONZERO_SECONDS = 3e-7
ROOT_STEPS = 3
"""Steps within which the root is solved."""

_ITERATIONS = re.compile(r"%.*\s(\d+)([km]?)\s*\Z")
_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(slots=True)
class WorkClock:
    """Work done on one matrix, nominal seconds; of all its runs together.

    `stopped`: the last run was told to stop since it had reached its limit.
    """

    nonzeros: int
    milp: bool
    limit: float | None = None
    done: float = 0.0
    stopped: bool = False
    _steps: int = 0
    _root_steps: int = 0
    _iterations: int = 0
    _root_iterations: int = 0

    @classmethod
    def of(cls, matrix: Matrix, limit: float | None = None) -> WorkClock:
        """A clock for runs on a matrix."""
        return cls(int(matrix.a.nnz), bool(matrix.integer.any()), limit)

    @property
    def spent(self) -> float:
        """Nominal seconds so far, those of the run under way with them."""
        return self.done + (self._running() if self._steps or self._iterations else 0.0)

    def iterations_allowed(self) -> int | None:
        """Simplex iterations that the limit leaves an LP; None where it has none."""
        if self.limit is None or self.milp:
            return None
        left = self.limit - LP_RUN_SECONDS - LP_NONZERO_SECONDS * self.nonzeros
        return max(0, int(left / self._lp_iteration))

    def step(self, nodes: int) -> bool:
        """HiGHS asks whether to stop a MILP that has so many nodes; whether it should."""
        self._steps += 1
        if nodes <= 0:
            self._root_steps = self._steps
        self.stopped = self.limit is not None and self._running() >= self.limit
        return self.stopped

    def read(self, line: str) -> None:
        """A line of a MILP's log: those of its table end with the iterations of its LPs."""
        found = _ITERATIONS.search(line)
        if found is not None:
            self._count(int(found[1]) * _THOUSANDS[found[2]])

    def ended(self, iterations: int) -> float:
        """Work of the run that ended now with so many iterations altogether; the next one counts from nothing."""
        self._count(max(iterations, 0))
        work = self._running()
        self.done += work
        self._steps = self._root_steps = self._iterations = self._root_iterations = 0
        return work

    def _count(self, iterations: int) -> None:
        self._iterations = max(self._iterations, iterations)
        if self._steps <= ROOT_STEPS:
            self._root_iterations = self._iterations

    def _running(self) -> float:
        """Work of the run under way."""
        if not self.milp:
            return LP_RUN_SECONDS + LP_NONZERO_SECONDS * self.nonzeros + self._lp_iteration * self._iterations
        later = self._steps - self._root_steps
        return (
            MILP_RUN_SECONDS
            + MILP_NONZERO_SECONDS * self.nonzeros
            + self._lp_iteration * self._root_iterations
            + self._milp_iteration * (self._iterations - self._root_iterations)
            + (ROOT_STEP_SECONDS + ROOT_STEP_NONZERO_SECONDS * self.nonzeros) * self._root_steps
            + (STEP_SECONDS + STEP_NONZERO_SECONDS * self.nonzeros) * later
        )

    @property
    def _lp_iteration(self) -> float:
        return LP_ITERATION_SECONDS + LP_ITERATION_ROOT_SECONDS * math.sqrt(self.nonzeros)

    @property
    def _milp_iteration(self) -> float:
        return MILP_ITERATION_SECONDS + MILP_ITERATION_ROOT_SECONDS * math.sqrt(self.nonzeros)
