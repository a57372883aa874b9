"""A file that is read again when it changes, and a bad state of which does not take the place of a good one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from server.logs import note

LOOK_SECONDS = 1.0
"""Between two looks at the files."""

Content = TypeVar("Content")
Marks = tuple[tuple[int, int, int] | None, ...]


class Watched(Generic[Content]):
    """What a reader makes of some files. The first reading raises what the reader raises; later ones keep what was."""

    def __init__(self, paths: tuple[Path, ...], read: Callable[[], Content], faults: type[Exception]) -> None:
        self._paths = paths
        self._read = read
        self._faults = faults
        self._lock = threading.Lock()
        self._marks = self._look()
        self._content = read()
        self._looked_at = time.monotonic()
        self.version = 1
        """Rises with every change that was taken over."""

    def content(self) -> Content:
        """The newest good state, at most a second old."""
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            with self._lock:
                if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                    self._refresh()
                    self._looked_at = time.monotonic()
        return self._content

    def _refresh(self) -> None:
        marks = self._look()
        if marks == self._marks:
            return
        self._marks = marks
        try:
            self._content = self._read()
        except self._faults as error:
            note("changed file not taken over", files=[str(path) for path in self._paths], reason=str(error))
            return
        self.version += 1
        note("changed file taken over", files=[str(path) for path in self._paths])

    def _look(self) -> Marks:
        found: list[tuple[int, int, int] | None] = []
        for path in self._paths:
            try:
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, status.st_ino))
            except OSError:
                found.append(None)
        return tuple(found)
