"""The heartbeat of a server: it renews the leases of the jobs that run here, and hears which of them are lost or to stop."""

from __future__ import annotations

import threading
import time

from server.logs import fault, note
from server.stop import Stop
from server.store import Lease, Store, StoreUnavailableError
from server.store.changes import CANCEL

BEAT_SECONDS = 1.0
LEAST_BEATS = 5
"""Heartbeats within a lease, so that one that is late loses nothing."""
CANCEL_SECONDS = 0.5
"""After a request to stop: a solver that does not stop softly by then is ended, and the last plan it packed is kept."""
PACKING_SECONDS = 15.0
"""The same where it has found a plan but not packed one yet."""


class Heartbeat:
    """Watches over the leases of one server, and takes back those that others let run out."""

    def __init__(self, store: Store, lease_seconds: float, attempts: int) -> None:
        self._store = store
        self._lease_seconds = lease_seconds
        self._attempts = attempts
        self._running: dict[Lease, Stop] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._well_since: float | None = None
        self._took_back_at = 0.0
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Beat from now on."""
        self._thread.start()

    def close(self) -> None:
        """Beat no more."""
        self._closed.set()
        self._store.changes.tell((CANCEL,))
        if self._thread.is_alive():
            self._thread.join()

    def watch_over(self, lease: Lease) -> Stop:
        """Renew a lease from now on; the stop is told when it is lost, or when its job is to stop."""
        stop = Stop()
        with self._lock:
            self._running[lease] = stop
        return stop

    def forget(self, lease: Lease) -> None:
        """The lease's work is done."""
        with self._lock:
            self._running.pop(lease, None)

    def abandon_all(self) -> None:
        """End all work at once."""
        with self._lock:
            for stop in self._running.values():
                stop.abandon()

    def _beat_on(self) -> None:
        pause = min(BEAT_SECONDS, self._lease_seconds / LEAST_BEATS)
        with self._store.changes.following(CANCEL) as change:
            while not self._closed.is_set():
                try:
                    self._beat()
                except StoreUnavailableError as error:
                    self._well_since = None
                    note("store away", detail=str(error))
                except Exception:
                    self._well_since = None
                    fault("heartbeat fault")
                change.wait(pause)

    def _beat(self) -> None:
        with self._lock:
            known = dict(self._running)
        found = self._store.beat(known, self._lease_seconds)
        for lease, stop in known.items():
            if lease not in found.held:
                stop.abandon()
            elif lease.job_id in found.to_stop and not stop.asked:
                stop.ask_within(CANCEL_SECONDS, PACKING_SECONDS)
        self._take_back()

    def _take_back(self) -> None:
        """While the database was away nobody could renew: everyone is given the time of a lease to do so first."""
        now = time.monotonic()
        self._well_since = now if self._well_since is None else self._well_since
        if now - self._well_since < self._lease_seconds or now - self._took_back_at < BEAT_SECONDS:
            return
        self._took_back_at = now
        lost = self._store.take_back(self._attempts)
        if lost:
            note("jobs of lost servers taken back", jobs=lost)
