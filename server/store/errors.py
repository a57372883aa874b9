"""What a store refuses."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used: another server has its file, another version wrote it, a driver is missing."""


class StoreUnavailableError(Exception):
    """The database has not answered for as long as a call waits for it. What was asked may have been done."""


class QueueFullError(Exception):
    """As many jobs wait as may wait: of all callers, or of one."""

    def __init__(self, limit: int, *, of_owner: bool) -> None:
        """`limit`: jobs that may wait."""
        super().__init__(f"{limit} jobs {'of this caller ' if of_owner else ''}wait already")
        self.of_owner = of_owner


class KeyTakenError(ValueError):
    """An idempotency key stands for another instance."""


class LeaseLostError(Exception):
    """The job is no longer leased under this token: its lease ran out, or it ended. Nothing was changed."""
