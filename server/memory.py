"""Keeps a long-lived server's memory flat: what came with the start is set apart, and what requests leave goes back to the system.

Measured over 40,000 mutated requests: no object is left over, but memory creeps up by fragmentation. Cyclic garbage (a caught
error's frames) waits for a full collection, which is rare beside the hundred thousand objects of the libraries; free lists and
threads' arenas keep what was freed; so the next burst of requests takes new pages. With the libraries set apart a full
collection takes some milliseconds and can be had every few seconds; a trim of glibc's heap takes less than one, and what one large
request leaves goes with the next. Elsewhere than on glibc nothing is trimmed.
"""

from __future__ import annotations

import ctypes
import gc
import threading
import time

ARENAS = 2
M_ARENA_MAX = -8
"""Parameter number of mallopt(3) in glibc's malloc.h."""
TRIM_SECONDS = 1.0
COLLECT_SECONDS = 5.0
MOST_SHARE = 0.01
"""Of the time that collections may take: where they are slow, they come more seldom."""


def keep_flat(closing: threading.Event) -> None:
    """Limit arenas from now on, and collect garbage and give free memory back every so often until `closing`."""
    libc = ctypes.CDLL(None)
    trims = hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim")
    if trims:
        libc.mallopt(M_ARENA_MAX, ARENAS)

    def tidy() -> None:
        due = time.monotonic() + COLLECT_SECONDS
        while not closing.wait(TRIM_SECONDS):
            began = time.monotonic()
            if began >= due:
                gc.collect()
                ended = time.monotonic()
                due = ended + max(COLLECT_SECONDS, (ended - began) / MOST_SHARE)
            if trims:
                libc.malloc_trim(0)

    threading.Thread(target=tidy, name="memory", daemon=True).start()


def set_apart() -> None:
    """Whatever lives now lives as long as the process: garbage collections pass it by. For a process that is a server alone."""
    gc.collect()
    gc.freeze()
