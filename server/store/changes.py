"""Waiting for a change: of this server at once, of another through PostgreSQL's notifications, else by looking again."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, text

CHANNEL = "inferplan"
QUEUE = "queue"
"""Topic: a job may be taken."""
CANCEL = "cancel"
"""Topic: a job that runs is to stop."""
AGAIN_SECONDS = 1.0
"""Between two tries to listen while the database is away."""


class Change:
    """What one waiter waits for. A change between two waits is not missed."""

    def __init__(self) -> None:
        self._happened = threading.Event()

    def tell(self) -> None:
        """It happened."""
        self._happened.set()

    def wait(self, seconds: float) -> bool:
        """Until something has changed since the last wait, or the time is over; whether something has."""
        happened = self._happened.wait(seconds)
        self._happened.clear()
        return happened


class Changes:
    """Waiters by topic: the identifier of a job, or one of the topics above."""

    def __init__(self) -> None:
        self._waiters: dict[str, set[Change]] = defaultdict(set)
        self._lock = threading.Lock()

    @contextmanager
    def following(self, topic: str) -> Iterator[Change]:
        """Hear of a topic."""
        change = Change()
        with self._lock:
            self._waiters[topic].add(change)
        try:
            yield change
        finally:
            with self._lock:
                self._waiters[topic].discard(change)
                if not self._waiters[topic]:
                    del self._waiters[topic]

    def tell(self, topics: Iterable[str]) -> None:
        """Wake those who follow a topic."""
        with self._lock:
            for topic in topics:
                for change in self._waiters.get(topic, ()):
                    change.tell()

    def tell_all(self) -> None:
        """Wake everybody."""
        with self._lock:
            for waiters in self._waiters.values():
                for change in waiters:
                    change.tell()


def notify(connection: Connection, topics: Iterable[str]) -> None:
    """Tell all servers on the database, once the transaction is committed."""
    for topic in topics:
        connection.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic})


class Listener:
    """Hears other servers' changes. Without it, or while it is cut off, waiters find them when they look again."""

    def __init__(self, engine: Engine, changes: Changes) -> None:
        self._engine = engine
        self._changes = changes
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="store listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        self._thread.join()

    def _listen(self) -> None:
        while not self._closed.is_set():
            with suppress(Exception):  # the database is away: waiters look again by themselves meanwhile
                self._listen_once()
            self._closed.wait(AGAIN_SECONDS)

    def _listen_once(self) -> None:
        connection: Any = self._engine.raw_connection()
        try:
            driver = connection.driver_connection
            driver.rollback()
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            self._changes.tell_all()  # what was told while nobody listened
            while not self._closed.is_set():
                for told in driver.notifies(timeout=0.5):
                    self._changes.tell((told.payload,))
        finally:
            connection.invalidate()
            connection.close()
