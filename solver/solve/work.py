"""Work of HiGHS in *nominal seconds*: counted, not timed, so that the same run always counts the same.

Decisions that end up in a plan (when to stop a search, what to try next) must not hang on how busy the machine is. HiGHS on one
thread does the same steps every time and asks at the same ones whether to go on; what it has done by then is known as simplex
iterations and as steps of the branch-and-bound (a round of cuts, a dive, a strong branching candidate). With n the nonzeros of the
matrix, and constants fitted on one 2-core machine so that a nominal second is about a second of one of its cores:

    LP    run + presolve n + lp(n) iterations                                           lp(n)   = a + b sqrt(n)
    MILP  run + presolve n + lp(n) root iterations + centre n^1.5 + milp(n) later ones  milp(n) = c n^0.35
          + sum over steps (d + e n), cheaper once there are nodes

Iterations of a MILP can be seen in its log only. Those after the root are dear since most of them come with sub-MILPs. HiGHS does not
ask inside the root's LP or inside a sub-MILP: the clock stands still there and jumps afterwards, so a run may pass its limit by one of
them. The clock never runs backwards.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from solver.solve.matrix import Matrix

LP_RUN_SECONDS = 1e-4
LP_NONZERO_SECONDS = 6e-7
LP_ITERATION_SECONDS = 5e-6
LP_ITERATION_ROOT_SECONDS = 1.7e-7
MILP_RUN_SECONDS = 1e-3
MILP_NONZERO_SECONDS = 2.5e-6
CENTRE_SECONDS = 4e-8
"""The analytic centre, which HiGHS looks for once the root is solved."""
MILP_ITERATION_SECONDS = 1.4e-5
MILP_ITERATION_EXPONENT = 0.35
"""An iteration after the root with all that comes with it, sub-MILPs above all."""
LEAN_SHARE = 0.4
"""Of that, what is left where sub-MILPs are off."""
ROOT_STEP_SECONDS = 2e-4
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

    `sub_milps`: HiGHS may solve them. `stopped`: the last run was told to stop since it had reached its limit.
    """

    nonzeros: int
    milp: bool
    limit: float | None = None
    sub_milps: bool = True
    done: float = 0.0
    stopped: bool = False
    _steps: int = 0
    _root_steps: int = 0
    _iterations: int = 0
    _root_iterations: int = 0

    @classmethod
    def of(cls, matrix: Matrix, limit: float | None = None, *, sub_milps: bool = True) -> WorkClock:
        """A clock for runs on a matrix."""
        return cls(int(matrix.a.nnz), bool(matrix.integer.any()), limit, sub_milps)

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
            + (CENTRE_SECONDS * self.nonzeros**1.5 if self._steps > ROOT_STEPS else 0.0)
            + self._milp_iteration * (self._iterations - self._root_iterations)
            + (ROOT_STEP_SECONDS + ROOT_STEP_NONZERO_SECONDS * self.nonzeros) * self._root_steps
            + (STEP_SECONDS + STEP_NONZERO_SECONDS * self.nonzeros) * later
        )

    @property
    def _lp_iteration(self) -> float:
        return LP_ITERATION_SECONDS + LP_ITERATION_ROOT_SECONDS * math.sqrt(self.nonzeros)

    @property
    def _milp_iteration(self) -> float:
        return (
            MILP_ITERATION_SECONDS
            * float(self.nonzeros**MILP_ITERATION_EXPONENT)
            * (1.0 if self.sub_milps else LEAN_SHARE)
        )
