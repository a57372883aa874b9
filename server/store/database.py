"""Transactions: begun, committed, told of; tried again while a database is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from server.store.changes import Changes, notify
from server.store.errors import StoreUnavailableError

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long a call waits for a database that is away."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0


class Transaction:
    """One transaction. `touch` names what changed, for those who wait for it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.topics: set[str] = set()

    @cached_property
    def now_us(self) -> int:
        """Microseconds since 1970 on the clock that all servers share: the database's."""
        if self.connection.dialect.name == "postgresql":
            clock = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
            return int(self.connection.execute(clock).scalar_one())
        return time.time_ns() // 1000

    def touch(self, topic: str) -> None:
        """Those who wait for this look again once it is committed."""
        self.topics.add(topic)


class Database:
    """An engine with its rules. What a transaction does has to be right when done twice: a lost answer is asked again."""

    def __init__(self, engine: Engine, changes: Changes) -> None:
        self.engine = engine
        self.postgres = engine.dialect.name == "postgresql"
        self._reading = engine.execution_options(reading=True)
        self._changes = changes
        self._closed = threading.Event()
        # SQLite has one writer; waiting here is fair, and cheaper than its own retries.
        self._writer = nullcontext() if self.postgres else threading.Lock()

    def write(self, work: Callable[[Transaction], T], patience_seconds: float = PATIENCE_SECONDS) -> T:
        """What `work` returns, committed. Raises StoreUnavailableError, and whatever `work` raises, rolled back."""

        def once() -> tuple[T, set[str]]:
            with self._writer, self.engine.begin() as connection:
                transaction = Transaction(connection)
                result = work(transaction)
                if self.postgres and transaction.topics:
                    notify(connection, transaction.topics)
                return result, transaction.topics

        result, topics = self._patiently(once, patience_seconds)
        self._changes.tell(topics)
        return result

    def read(self, work: Callable[[Connection], T], patience_seconds: float = PATIENCE_SECONDS) -> T:
        """What `work` reads. Raises StoreUnavailableError."""

        def once() -> T:
            with self._reading.begin() as connection:
                return work(connection)

        return self._patiently(once, patience_seconds)

    def close(self) -> None:
        """Give the connections up; who still waits for the database gives up too."""
        self._closed.set()
        self.engine.dispose()

    def _patiently(self, once: Callable[[], T], patience_seconds: float) -> T:
        until = time.monotonic() + patience_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return once()
            except PoolTimeoutError as error:
                raise StoreUnavailableError("every connection to the database is in use") from error
            except DBAPIError as error:
                if not _again(error):
                    raise
                if time.monotonic() + pause > until or self._closed.wait(pause):
                    raise StoreUnavailableError("the database does not answer") from error
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _again(error: DBAPIError) -> bool:
    """Whether it lies with the database or the way to it, not with what was asked."""
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
