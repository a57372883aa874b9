"""The fork server of all solves, started under the memory limit that each of them inherits."""

from __future__ import annotations

import resource
import signal
from multiprocessing import resource_tracker

from solver.solve.process import PRELOAD, context

GIGABYTE = 10**9
MAPPED_GB = 4.0
"""Address space that libraries and threads take and never use. The limit catches what asks for too much at once; how much a
solver really uses is watched by whoever tends it.
"""
_SERVER_PRELOAD = "server.solver_process"


def start_fork_server(memory_gb: float) -> None:
    """Start it, and wait until the solver is loaded. A solver that needs more address space fails, alone.

    The limit is this process's own only while the fork server starts. SIGINT and SIGTERM, which a terminal or a service manager
    sends to every process of a group, are for this process alone: solvers inherit that they are blocked.
    """
    if _SERVER_PRELOAD not in PRELOAD:
        PRELOAD.append(_SERVER_PRELOAD)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(memory_gb * GIGABYTE)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource_tracker.ensure_running()  # it would unblock both signals where it has to be started on the way
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        first = context().Process(target=_nothing, daemon=True)
        first.start()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    first.join()


def _nothing() -> None:
    """What the first process does: it ends when everything is loaded."""
