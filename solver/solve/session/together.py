"""A search beside a plan and a bound that are known: it ends as soon as its own prove the gap together with them."""

from __future__ import annotations

from dataclasses import replace

from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Listener, Progress
from solver.solve.termination import Termination


class Together:
    """Listens to a search. `enough` is asked where a plan and a bound of different origin are within the gap.

    Where the search has both it ends by itself. The listener is told the better of each.
    """

    def __init__(self, known: Termination | None, limits: Limits, listener: Listener, cancel: Cancel) -> None:
        self._objective = None if known is None else known.objective
        self._bound = None if known is None else known.bound
        self._limits, self._listener, self.enough = limits, listener, Cancel(parent=cancel)

    def listen(self, progress: Progress) -> None:
        """What the search tells."""
        incumbents = [value for value in (self._objective, progress.incumbent) if value is not None]
        bounds = [value for value in (self._bound, progress.bound) if value is not None]
        best = replace(progress, incumbent=min(incumbents, default=None), bound=max(bounds, default=None))
        if best.incumbent != progress.incumbent:
            best = replace(best, values=None, decisions=None)
        self._listener(best)
        if self._reached(best) and not self._reached(progress):
            self.enough.ask()

    def _reached(self, progress: Progress) -> bool:
        gap = progress.relative_gap
        return gap is not None and gap <= self._limits.relative_gap
