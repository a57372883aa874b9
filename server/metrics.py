"""Figures for Prometheus. Labels have few values: methods, statuses, reasons; never callers, jobs or names of instances."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Counter,
    Histogram,
    start_http_server,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from server.security.listening import ListenError, host_and_port

REGISTRY = CollectorRegistry()
for _collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
    REGISTRY.register(_collector)

_SHORT = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)
_LONG = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)
_GAPS = (0.0001, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1)

CALLS = Histogram("inferplan_call_seconds", "Time of calls.", ("method", "code"), buckets=_SHORT, registry=REGISTRY)
REJECTIONS = Counter("inferplan_rejections", "Calls turned away, by reason.", ("reason",), registry=REGISTRY)
WAITS = Histogram(
    "inferplan_queue_wait_seconds", "Time before a solve began.", ("kind",), buckets=_LONG, registry=REGISTRY
)
SOLVES = Histogram(
    "inferplan_solve_seconds", "Time of solves, baselines included.", ("reason",), buckets=_LONG, registry=REGISTRY
)
GAPS = Histogram("inferplan_solve_relative_gap", "Proven gap of plans.", buckets=_GAPS, registry=REGISTRY)


def call_ended(method: str, code: str, seconds: float) -> None:
    """A call that a method of the server answered."""
    CALLS.labels(method, code).observe(seconds)


def job_waited(seconds: float) -> None:
    """A job was in the queue for so long."""
    WAITS.labels("job").observe(seconds)


def caller_waited(seconds: float) -> None:
    """A caller waited for its slot for so long."""
    WAITS.labels("call").observe(seconds)


def solved(reason: str, seconds: float, relative_gap: float | None) -> None:
    """A solve ended: its termination's reason, or `failed`."""
    SOLVES.labels(reason).observe(seconds)
    if relative_gap is not None:
        GAPS.observe(relative_gap)


class ServerState(Collector):
    """What one server is doing, read when it is asked for. Each reading is label value -> figure."""

    def __init__(
        self,
        jobs: Callable[[], Mapping[str, int]],
        studies: Callable[[], Mapping[str, int]],
        slots: Callable[[], Mapping[str, int]],
        calls: Callable[[], Mapping[str, int]],
    ) -> None:
        self._readings = (
            ("inferplan_jobs", "Jobs by state.", "state", jobs),
            ("inferplan_studies", "Submitted studies by state.", "state", studies),
            ("inferplan_solve_calls", "Planner.Solve calls that have a slot or wait for one.", "state", slots),
            ("inferplan_open_calls", "Calls that are served or wait for a thread.", "pool", calls),
        )

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing is read on registering."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All readings, and the solvers' memory."""
        for name, meaning, label, read in self._readings:
            family = GaugeMetricFamily(name, meaning, labels=(label,))
            for value, figure in read().items():
                family.add_metric((value,), figure)
            yield family
        sizes = solver_bytes()
        yield GaugeMetricFamily("inferplan_solvers", "Solver processes.", value=len(sizes))
        yield GaugeMetricFamily("inferplan_solver_memory_bytes", "Resident memory of all solvers.", value=sum(sizes))
        yield GaugeMetricFamily("inferplan_largest_solver_bytes", "The largest of them.", value=max(sizes, default=0))


def solver_bytes() -> list[int]:
    """Resident memory of each solver process: the children of this process's fork server."""
    return [
        _resident(solver)
        for helper in _children(os.getpid())
        if _is_fork_server(helper)
        for solver in _children(helper)
        if _resident(solver) > 0
    ]


class MetricsEndpoint:
    """Answers Prometheus over HTTP. `port` is what the system chose where 0 was asked for."""

    def __init__(self, listen: str, state: ServerState) -> None:
        """Raises ListenError."""
        host, port = host_and_port(listen)
        try:
            self._server, self._thread = start_http_server(port, host, REGISTRY)
        except OSError as error:
            raise ListenError(f"{listen}: cannot be listened on ({error.strerror})") from error
        self._state = state
        REGISTRY.register(state)
        self.port = self._server.server_port

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        REGISTRY.unregister(self._state)


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            found += [int(child) for child in tasks.read_text().split()]
        except OSError:
            continue
    return found


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4096


def _is_fork_server(process: int) -> bool:
    try:
        return b"forkserver" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
