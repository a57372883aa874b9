"""Keeps a long-lived server's memory flat: few arenas for its many threads, and what is free goes back to the system.

glibc gives threads arenas of their own, and keeps what was freed in them; under many short requests the resident memory
creeps up without a leak. Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import threading

ARENAS = 2
M_ARENA_MAX = -8
"""Parameter number of mallopt(3) in glibc's malloc.h."""
TRIM_SECONDS = 20.0


def keep_flat(closing: threading.Event) -> None:
    """Limit arenas from now on, and give free memory back every so often until `closing`."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt") or not hasattr(libc, "malloc_trim"):
        return
    libc.mallopt(M_ARENA_MAX, ARENAS)

    def trim() -> None:
        while not closing.wait(TRIM_SECONDS):
            libc.malloc_trim(0)

    threading.Thread(target=trim, name="memory", daemon=True).start()
