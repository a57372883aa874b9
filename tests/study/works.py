"""Work that goes wrong in every way a worker can, for tests of engines."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from solver.study.task import Answer, Task, Worker


@dataclass(frozen=True, slots=True)
class Square:
    """The square; `seconds` of waiting first. Leaves a file in `folder` each time it is done."""

    value: int
    seconds: float = 0.0
    folder: str = ""

    def __call__(self, worker: Worker) -> Answer:
        """Wait and answer; a stop comes first."""
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            if worker.cancel.asked:
                raise InterruptedError
            time.sleep(0.005)
        if self.folder:
            (Path(self.folder) / f"{self.value}-{time.monotonic_ns()}").touch()
        return {"square": self.value**2}


@dataclass(frozen=True, slots=True)
class Dies:
    """Ends its process, the first `times` it is tried."""

    folder: str
    times: int

    def __call__(self, worker: Worker) -> Answer:
        """Count the tries in files."""
        tried = len(list(Path(self.folder).glob("died-*")))
        if tried < self.times:
            (Path(self.folder) / f"died-{tried}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return {"square": -1}


@dataclass(frozen=True, slots=True)
class Raises:
    """Fails."""

    def __call__(self, worker: Worker) -> Answer:
        """Raise."""
        raise ValueError("no such thing")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks its worker has done."""

    def __call__(self, worker: Worker) -> Answer:
        """Count on."""
        worker.keep["done"] = worker.keep.get("done", 0) + 1
        return {"done": worker.keep["done"], "pid": os.getpid()}


def squares(count: int, seconds: float = 0.0, folder: str = "") -> list[Task]:
    """Tasks 0.. with their squares."""
    return [Task(k, f"square {k} {seconds}", f"square {k}", Square(k, seconds, folder), 30.0) for k in range(count)]
