"""The engine that a command line asks for."""

from __future__ import annotations

import os
from enum import StrEnum

from .in_process import InProcess
from .on_dask import EngineError, OnDask
from .processes import Processes
from .protocol import Engine

__all__ = ["EngineError", "EngineName", "make_engine"]


class EngineName(StrEnum):
    """Where solves run."""

    IN_PROCESS = "in-process"
    PROCESSES = "processes"
    DASK = "dask"


def make_engine(name: EngineName, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """An engine with so many workers (default: the processors). Raises EngineError."""
    count = workers or os.cpu_count() or 1
    if scheduler is not None and name is not EngineName.DASK:
        raise EngineError("--scheduler goes with --engine dask")
    match name:
        case EngineName.IN_PROCESS:
            return InProcess()
        case EngineName.PROCESSES:
            return Processes(count)
        case EngineName.DASK:
            return OnDask(scheduler, count)
