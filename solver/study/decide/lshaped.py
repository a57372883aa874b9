"""Decide over many scenarios by the L-shaped method: proven bound, purchases, and their exact costs in every scenario.

    1  master LP with cuts at points between its optimum and the best point so far (in-out: Ben-Ameur and Neto, 2007)
    2  master MILP; cuts at its purchases, until the relaxed costs there meet the bound
    3  those purchases in every scenario exactly                                    -> a plan
    4  while the gap is too large: scenarios' exact problems at the relaxed prices give strengthened cuts (Zou, Ahmed and
       Sun, 2019), then again from 2

The bound is the master's: the recourse is relaxed in it, so it holds for the exact problem. All aims never fall when a cost
rises, so the aim of lower bounds is a lower bound of the aim.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.solve.progress import Listener, Progress, silent
from solver.solve.termination import Reason

from .aims import Aim
from .session import Costs, Session

RELAXED_ROUNDS = 60
WHOLE_ROUNDS = 60
STRENGTHENED_ROUNDS = 8
RELAXED_SHARE = 0.05
"""The relaxed problem is solved to this share of the gap asked for, so that cuts leave the rest to whole counts."""
EVALUATED_SHARE = 0.8
"""Scenarios are planned to this share of the gap asked for."""
PRICED_SECONDS = 10.0
MASTER_SECONDS = 30.0
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Decided:
    """Purchases `x` (None: none found) with their costs; `objective` and `bound` of the aim. `relaxed`: the aim at x with the
    recourse relaxed. `infeasible`: no purchases suit every scenario."""

    x: FloatArray | None
    costs: Costs | None
    objective: float | None
    bound: float | None
    relaxed: float | None = None
    infeasible: bool = False

    @property
    def relative_gap(self) -> float | None:
        """(objective - bound) / |objective|."""
        if self.objective is None or self.bound is None:
            return None
        if self.objective == self.bound:
            return 0.0
        return max(0.0, (self.objective - self.bound) / max(abs(self.objective), 1e-12))


class Search:
    """One aim over the scenarios of a session."""

    def __init__(
        self,
        session: Session,
        aim: Aim,
        limits: Limits,
        listener: Listener = silent,
        phase: str = "decide",
        only: tuple[int, ...] | None = None,
    ) -> None:
        self._only = only
        self._session, self._aim, self._limits = session, aim, limits
        self._listener, self._phase = listener, phase
        self._began = time.monotonic()
        self._until = self._began + limits.time_limit_seconds
        self._master = session.master(aim, only)
        self._bound: float | None = None
        self._best: Decided | None = None
        self._infeasible = False
        self._tried: set[bytes] = set()

    def run(self, start: FloatArray | None = None) -> Decided:
        """Work until the gap is reached, the time is over or nothing more is gained. `start`: purchases to begin from."""
        self._relaxed_rounds(start)
        for _ in range(STRENGTHENED_ROUNDS):
            if self._infeasible or self._over():
                break
            before = (self._bound, self._objective)
            x = self._whole_rounds()
            if x is None:
                break
            self._evaluate(x)
            if self._proven() or self._over():
                break
            gained = self._strengthen(x)
            if not gained and (self._bound, self._objective) == before:
                break
        if self._best is None:
            return Decided(None, None, None, self._bound, infeasible=self._infeasible)
        return Decided(self._best.x, self._best.costs, self._objective, self._reported_bound(), self._best.relaxed)

    def relaxed_only(self) -> Decided:
        """Whole purchases that are best with the recourse relaxed, and the proven bound; nothing is evaluated exactly."""
        self._relaxed_rounds(None)
        x = None if self._infeasible else self._whole_rounds()
        return Decided(x, None, None, self._bound, infeasible=self._infeasible)

    @property
    def _objective(self) -> float | None:
        return None if self._best is None else self._best.objective

    def _reported_bound(self) -> float | None:
        if self._bound is None or self._objective is None:
            return self._bound
        return min(self._bound, self._objective)

    def _relaxed_rounds(self, start: FloatArray | None) -> None:
        """Step 1."""
        center, best = start, np.inf
        if start is not None:
            best = self._relaxed_aim(start)
        for _ in range(RELAXED_ROUNDS):
            if self._over():
                return
            outcome = self._master.solve(integer=False, gap=0.0, seconds=MASTER_SECONDS)
            if outcome.termination.reason is Reason.INFEASIBLE:
                self._infeasible = True
                return
            if outcome.values is None or outcome.termination.objective is None:
                return
            self._better_bound(outcome.termination.objective)
            x = self._master.x(outcome)
            close = self._close(best, outcome.termination.objective)
            if close:
                return
            point = x if center is None else (x + center) / 2
            value = self._relaxed_aim(point)
            if value < best:
                best, center = value, point
            if center is not None and point is not x and not np.isfinite(value):
                value = self._relaxed_aim(x)
                if value < best:
                    best, center = value, x

    def _whole_rounds(self) -> FloatArray | None:
        """Step 2: whole purchases at which the relaxed costs meet the bound, or as near as the rounds went."""
        best, found = np.inf, None
        for _ in range(WHOLE_ROUNDS):
            if self._over() and found is not None:
                return found
            gap = self._limits.relative_gap * RELAXED_SHARE
            outcome = self._master.solve(integer=True, gap=gap / 4, seconds=MASTER_SECONDS)
            if outcome.termination.reason is Reason.INFEASIBLE:
                self._infeasible = True
                return None
            if outcome.values is None:
                return found
            if outcome.termination.bound is not None:
                self._better_bound(outcome.termination.bound)
            x = self._master.whole(self._master.x(outcome))
            known = x.tobytes() in self._tried
            value = self._relaxed_aim(x)
            if value < best:
                best, found = value, x
            if known or self._close(best, outcome.termination.bound):
                return found
        return found

    def _relaxed_aim(self, x: FloatArray) -> float:
        self._tried.add(x.tobytes())
        costs = self._session.relaxed(x, self._master, self._only)
        if np.isnan(costs).any():
            return np.inf
        return np.inf if np.isinf(costs).any() else self._aim.value(costs)

    def _evaluate(self, x: FloatArray) -> None:
        """Step 3."""
        gap = max(self._limits.relative_gap * EVALUATED_SHARE, CLOSE)
        seconds = max(2.0, self._until - time.monotonic())
        limits = Limits(gap, seconds, self._limits.threads, self._limits.seed)
        costs = self._session.evaluate(x, limits, self._only)
        if not costs.complete:
            return
        value = self._aim.value(costs.objective)
        if self._objective is None or value < self._objective:
            relaxed = self._session.relaxed(x, self._master, self._only)
            self._best = Decided(
                x, costs, value, None, self._aim.value(relaxed) if np.isfinite(relaxed).all() else None
            )
        self._tell()

    def _strengthen(self, x: FloatArray) -> int:
        """Step 4: scenarios first whose plan is furthest above their bound."""
        order = list(self._only or range(self._session.scenarios))
        if self._best is not None and self._best.costs is not None:
            lost = self._best.costs.bound - self._best.costs.objective
            order.sort(key=lambda scenario: float(lost[scenario]))
        seconds = min(PRICED_SECONDS, max(0.5, (self._until - time.monotonic()) / (2 * len(order))))
        self._session.relaxed(x, self._master, self._only)
        limits = Limits(max(self._limits.relative_gap / 10, CLOSE), seconds, self._limits.threads, self._limits.seed)
        return self._session.strengthen(x, self._master, order, limits)

    def _close(self, value: float, bound: float | None) -> bool:
        if bound is None or not np.isfinite(value):
            return False
        return value - bound <= max(self._limits.relative_gap * RELAXED_SHARE, CLOSE) * max(abs(value), 1e-9)

    def _proven(self) -> bool:
        if self._objective is None or self._bound is None:
            return False
        return self._objective - self._bound <= self._limits.relative_gap * abs(self._objective) + CLOSE

    def _over(self) -> bool:
        return self._session.cancel.asked or time.monotonic() > self._until

    def _better_bound(self, bound: float) -> None:
        if self._bound is None or bound > self._bound:
            self._bound = bound
            self._tell()

    def _tell(self) -> None:
        self._listener(Progress(self._phase, time.monotonic() - self._began, self._objective, self._bound))
