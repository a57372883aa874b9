"""Tasks on a Dask cluster: one of this machine's processes, or a running scheduler's.

Dask ships with the extra `dask` and is imported when this engine is made. Addresses `tls://host:8786` use the certificates of
Dask's own configuration (`distributed.comm.tls`). Whoever may reach a scheduler may run code on its workers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from solver.solve.progress import Cancel
from solver.study.task import Outcome, Task, Worker

from .in_process import attempt
from .worker import Reply

POLL_SECONDS = 0.005
AHEAD = 4
"""Tasks handed to the cluster for each of its threads, so that no worker waits for this process."""
CONNECT_SECONDS = 20.0


class EngineError(RuntimeError):
    """The engine cannot be had; the message says why and what to do."""


class OnDask:
    """Slots are the cluster's threads; a cluster of this machine has one thread a process. Raises EngineError."""

    def __init__(self, scheduler: str | None, workers: int) -> None:
        self._client = _client(scheduler, workers)

    @property
    def slots(self) -> int:
        """Threads of the cluster's workers, at least 1."""
        threads: dict[str, int] = self._client.nthreads()
        return max(sum(threads.values()), 1)

    @property
    def client(self) -> Any:
        """The connection, for tests and for watching."""
        return self._client

    def run(self, tasks: Sequence[Task], cancel: Cancel) -> Iterator[Outcome]:
        """Outcomes as they come. A task whose worker is lost goes to another one; where that is lost too, it has failed."""
        waiting = iter(tasks)
        owner: dict[str, Task] = {}
        ended: Any = import_module("distributed").as_completed(with_results=False, raise_errors=False)
        try:
            self._feed(waiting, owner, ended, AHEAD * self.slots)
            while owner and not cancel.asked:
                for future in _next_batch(ended, cancel):
                    outcome = _outcome(owner.pop(future.key), future)
                    self._feed(waiting, owner, ended, AHEAD * self.slots)
                    yield outcome
        finally:
            self._client.cancel([future for future in ended.futures if future.key in owner])

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._client.close()
        cluster = getattr(self._client, "cluster", None)
        if cluster is not None:
            cluster.close()

    def _feed(self, waiting: Iterator[Task], owner: dict[str, Task], ended: Any, most: int) -> None:
        while len(owner) < most and (task := next(waiting, None)) is not None:
            future = self._client.submit(
                run_here, task, pure=False, key=f"{task.name}-{task.index}-{time.monotonic_ns()}"
            )
            owner[future.key] = task
            ended.add(future)


def run_here(task: Task) -> Reply:
    """What a Dask worker does with a task."""
    began = time.monotonic()
    outcome = attempt(task, _worker())
    seconds = time.monotonic() - began
    if outcome is None:
        return Reply(None, "", seconds, stopped=True)
    return Reply(outcome.answer, outcome.failure, seconds)


@cache
def _worker() -> Worker:
    """One a process."""
    return Worker()


def _next_batch(ended: Any, cancel: Cancel) -> list[Any]:
    """Futures that are done, as soon as there are any; none once a stop is asked for."""
    while not ended.has_ready() and not cancel.asked:
        time.sleep(POLL_SECONDS)
    return list(ended.next_batch(block=False))


def _outcome(task: Task, future: Any) -> Outcome:
    if future.status == "finished":
        reply: Reply = future.result()
        return Outcome(task, reply.answer, reply.failure, reply.seconds)
    error = future.exception()
    return Outcome(
        task, None, f"{type(error).__name__}: {error}" if error is not None else f"the task was {future.status}"
    )


def _client(scheduler: str | None, workers: int) -> Any:
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError:
        raise EngineError(
            "the engine `dask` needs the extra `dask`: pip install 'inferplan[dask]', or choose --engine processes"
        ) from None
    if scheduler is not None:
        try:
            return distributed.Client(scheduler, timeout=CONNECT_SECONDS)
        except (OSError, ValueError, TypeError) as error:
            raise EngineError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    # A task may cost its worker once; the second loss is the task's own fault.
    dask.config.set({"distributed.scheduler.allowed-failures": 1})
    cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)
    return distributed.Client(cluster)
