"""State of one solve from coarse to fine: the best plan and bound, the work and the time left."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from solver.decisions import Decisions
from solver.model.names import Name
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Listener, Progress


@dataclass(slots=True)
class Refined:
    """Best plan and bound. `infeasible`: the relaxation already is. `standing`: values of all that belongs to no slot."""

    decisions: Decisions | None = None
    objective: float | None = None
    bound: float | None = None
    infeasible: bool = False
    standing: dict[Name, float] = field(default_factory=dict)


class Ending(Cancel):
    """A stop that also comes with the end of the time."""

    def __init__(self, parent: Cancel, until: float) -> None:
        super().__init__(parent)
        self._until = until

    @property
    def asked(self) -> bool:
        """Whether a stop was asked for or the time is over."""
        return super().asked or time.monotonic() >= self._until


class Search:
    """What every part of a solve asks and tells; parts that work side by side do so in turn.

    `work`: nominal seconds so far; `stop`: asked where the gap is reached, the time is over or a cancel came.
    """

    def __init__(self, limits: Limits, phase: str, listener: Listener, cancel: Cancel) -> None:
        self._began = time.monotonic()
        self.until = self._began + limits.time_limit_seconds
        self.limits, self.cancel = limits, cancel
        self.stop = Ending(cancel, self.until)
        self._phase, self._listener = phase, listener
        self.best = Refined()
        self.work = 0.0
        self._turn = threading.RLock()

    def better_bound(self, bound: float) -> None:
        """A proven bound; the best one is kept."""
        with self._turn:
            if self.best.bound is None or bound > self.best.bound:
                self.best.bound = bound
            self.tell()
            self._stop_where_done()

    def better_plan(self, decisions: Decisions, objective: float, standing: dict[Name, float]) -> None:
        """A plan that costs less than the best one so far."""
        with self._turn:
            self.best.decisions, self.best.objective, self.best.standing = decisions, objective, standing
            self.tell(decisions)
            self._stop_where_done()

    def tell(self, decisions: Decisions | None = None) -> None:
        """Say how the solve stands."""
        elapsed = time.monotonic() - self._began
        best = self.best
        self._listener(Progress(self._phase, elapsed, best.objective, best.bound, decisions=decisions))

    @property
    def gap(self) -> float:
        """Between plan and bound, USD."""
        objective, bound = self.best.objective, self.best.bound
        return np.inf if objective is None or bound is None else objective - bound

    @property
    def enough(self) -> float | None:
        """The bound at which the plan that there is would be good enough."""
        return None if self.best.objective is None else (1 - self.limits.relative_gap) * self.best.objective

    @property
    def done(self) -> bool:
        """Whether the gap asked for is reached or the time is over."""
        if self.out_of_time:
            return True
        objective = self.best.objective
        return objective is not None and self.gap <= self.limits.relative_gap * abs(objective)

    @property
    def out_of_time(self) -> bool:
        """Whether it was asked to stop or the real time is over."""
        return self.cancel.asked or time.monotonic() >= self.until

    @property
    def left(self) -> float:
        """Real seconds left."""
        return max(0.1, self.until - time.monotonic())

    @property
    def work_left(self) -> float:
        """Nominal seconds left."""
        return max(0.1, self.limits.time_limit_seconds - self.work)

    def _stop_where_done(self) -> None:
        """Parts that still work end too."""
        if self.done:
            self.stop.ask()
