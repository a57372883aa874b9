"""How many calls are served at a time, and how the rest is turned away at once with a time to retry.

gRPC's own limit answers without that time, and its pool has an endless queue. Here the pool counts its work; what comes beyond the
limit is refused on a few threads of its own, before anything of the request is read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import grpc

from server.errors import Rejection, refuse_for_now
from server.security.scopes import OPEN

RETRY_SECONDS = 2.0
REFUSING_THREADS = 2
CHECKING_THREADS = 2
CHECKS_WAITING = 256
WATCHING_THREADS = 32
"""Health is told under any load: its calls have threads of their own."""
MARGIN = 4096
"""Calls beyond the limit that gRPC takes in to be refused; beyond these it drops them itself."""

Result = TypeVar("Result")


class CountingPool(ThreadPoolExecutor):
    """Threads that know how much they have been given and not finished. Calls come from one thread of gRPC's."""

    def __init__(self, threads: int, name: str, waiting: int = 0) -> None:
        super().__init__(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._busy = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> int:
        """Calls that are served or wait for a thread."""
        return self._busy

    @property
    def has_room(self) -> bool:
        """Whether one more may come."""
        return self._busy < self._most

    def submit(self, work: Callable[..., Result], /, *arguments: Any, **named: Any) -> Future[Result]:
        """Count a piece of work until it has ended."""
        with self._lock:
            self._busy += 1
        try:
            future = super().submit(work, *arguments, **named)
        except BaseException:
            self._done(None)
            raise
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: object) -> None:
        with self._lock:
            self._busy -= 1


class Admission:
    """The pools of a server, and what is answered where there is no room."""

    def __init__(self, callers: int) -> None:
        self.pool = CountingPool(callers, "call")
        self._checks = CountingPool(CHECKING_THREADS, "check", waiting=CHECKS_WAITING)
        self._watches = CountingPool(WATCHING_THREADS, "watch health")
        self._refusing_pool = CountingPool(REFUSING_THREADS, "refuse")
        self._refusal: grpc.RpcMethodHandler[Any, Any] = grpc.stream_stream_rpc_method_handler(
            on_pool(self._refusing_pool, self._refuse)
        )

    def pool_of(self, method: str) -> CountingPool | None:
        """Where a call of a method is served; None where there is no room for it."""
        pool = self.pool
        if method in OPEN:
            pool = self._watches if method.endswith("/Watch") else self._checks
        return pool if pool.has_room else None

    @property
    def refusal(self) -> grpc.RpcMethodHandler[Any, Any]:
        """What a call is answered with instead of being served."""
        return self._refusal

    @property
    def open_calls(self) -> dict[str, int]:
        """Calls in each pool."""
        return {"callers": self.pool.busy, "health": self._checks.busy + self._watches.busy}

    def close(self) -> None:
        """End the threads once their work is done."""
        for pool in (self.pool, self._checks, self._watches, self._refusing_pool):
            pool.shutdown(wait=False)

    def _refuse(self, _requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
        """A stream in both directions, so that it answers before it has heard anything; callers see no difference."""
        refuse_for_now(context, "as many calls as may be are served already", RETRY_SECONDS, Rejection.SERVER_CALLS)


def on_pool(pool: ThreadPoolExecutor, behavior: Callable[..., Any]) -> Callable[..., Any]:
    def placed(requests: Any, context: Any) -> Any:
        return behavior(requests, context)

    placed.experimental_thread_pool = pool  # type: ignore[attr-defined] # where gRPC looks for it
    return placed
