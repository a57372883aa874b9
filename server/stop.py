"""When a solve has to stop: softly, with the best plan made ready, or at once."""

from __future__ import annotations

import time

from solver.solve.progress import Cancel


class AbandonedError(Exception):
    """Nobody waits for the solve any more: its processes are killed."""


class Stop(Cancel):
    """A cancel that also knows times, on the clock of `time.monotonic`.

    Whoever tends the solver's processes looks at it ten times a second and ends what does not stop. So a solver that does
    not listen, because it builds its model, is stopped as surely as one that does.
    """

    def __init__(
        self, soft_at: float | None = None, hard_at: float | None = None, packed_at: float | None = None
    ) -> None:
        """`packed_at`: the end where a plan is being packed then; default: `hard_at`."""
        super().__init__()
        self._soft_at = soft_at
        self._hard_at = hard_at
        self._patient_until = hard_at if packed_at is None else packed_at
        self._abandoned = False

    def abandon(self) -> None:
        """End the solve at once; what it has is lost."""
        self._abandoned = True

    def ask_within(self, seconds: float, patience_seconds: float) -> None:
        """Ask the solve to stop and keep what it has: within `seconds`, or longer where a plan is still being packed."""
        self.ask()
        now = time.monotonic()
        self._hard_at = min(self._hard_at or now + seconds, now + seconds)
        self._patient_until = min(self._patient_until or now + patience_seconds, now + patience_seconds)

    @property
    def abandoned(self) -> bool:
        """Whether it was told to end at once."""
        return self._abandoned

    @property
    def out_of_time(self) -> bool:
        """Whether the time has come to stop softly."""
        return self._soft_at is not None and time.monotonic() >= self._soft_at

    @property
    def asked(self) -> bool:
        """Whether to stop softly."""
        return self.out_of_time or super().asked

    def overdue(self, *, packing: bool) -> bool:
        """Whether it has to be ended. `packing`: there is a plan, but it is not ready yet."""
        latest = self._patient_until if packing else self._hard_at
        return latest is not None and time.monotonic() >= latest

    @property
    def seconds_left(self) -> float | None:
        """Until it has to be ended; None where nothing says so."""
        return None if self._hard_at is None else self._hard_at - time.monotonic()
