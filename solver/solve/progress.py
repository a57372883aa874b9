"""What a running solve tells, and how it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.decisions import Decisions


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a running solve: USD of the best plan so far and of the proven bound, None before there is one.

    Where a better plan was found: `values` of the matrix's columns, or its `decisions`; they stay inside the solver's process.
    """

    phase: str
    elapsed_seconds: float
    incumbent: float | None = None
    bound: float | None = None
    nodes: int = 0
    values: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    decisions: Decisions | None = field(default=None, compare=False, repr=False)

    @property
    def relative_gap(self) -> float | None:
        """(incumbent - bound) / |incumbent|."""
        if self.incumbent is None or self.bound is None or self.incumbent == 0:
            return None
        return max(0.0, (self.incumbent - self.bound) / abs(self.incumbent))


Listener = Callable[[Progress], None]


class Cancel:
    """A flag that a signal handler or another thread sets; the solver looks at it in its callbacks.

    With a `parent`, asking the parent asks this one too.
    """

    def __init__(self, parent: Cancel | None = None) -> None:
        self._asked = False
        self._parent = parent

    def ask(self) -> None:
        """Ask the solve to stop and keep what it has."""
        self._asked = True

    @property
    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._asked or (self._parent is not None and self._parent.asked)


def silent(_: Progress) -> None:
    """A listener that does nothing."""
