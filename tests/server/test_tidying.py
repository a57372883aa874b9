"""What keeps a long-lived server's memory flat: caches that are soon full, and large requests that are read in turn."""

from __future__ import annotations

import ctypes
import gc
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from server import asked, memory
from server.campaign.instances import tiny
from server.store import Conditions
from server.store.engine import open_engine, url_of
from server.store.kinds import SOLVE
from server.store.listing import page
from server.store.migrate import prepare

FORMS = 120
"""Of a list's query, each a text of its own: one for every number of states."""


class _Heap(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks")] + [
        (name, ctypes.c_size_t) for name in ("fsmblks", "uordblks", "fordblks", "keepcost")
    ]


def heap_bytes() -> int:
    """Bytes in use of the C heap."""
    mallinfo2: Any = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo2 is None:
        pytest.skip("glibc's mallinfo2 is not here")
    mallinfo2.restype = _Heap
    return int(mallinfo2().uordblks)


def list_in_every_form(engine: Any) -> int:
    """Bytes that listing leaves behind."""
    with engine.connect() as connection:
        page(connection, SOLVE, Conditions(None), None, 5)
        before = heap_bytes()
        for count in range(1, FORMS + 1):
            page(connection, SOLVE, Conditions(None, states=tuple(range(count))), None, 5)
        return heap_bytes() - before


def test_a_connection_does_not_keep_every_form_of_a_query(tmp_path: Path) -> None:
    url = url_of(tmp_path / "jobs.sqlite")
    engine = open_engine(url)
    prepare(engine, "store", migrate=False)
    list_in_every_form(engine)  # SQLAlchemy's own cache fills
    other = create_engine(url)  # the driver's default
    try:
        kept, kept_by_default = list_in_every_form(engine), list_in_every_form(other)
    finally:
        engine.dispose()
        other.dispose()
    assert kept < 400_000 < kept_by_default


class _Frame:
    """Refers to itself, as a caught error's frames do."""

    def __init__(self) -> None:
        self.myself = self


def test_garbage_is_collected_and_given_back_every_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    trims: list[int] = []

    class Heap:
        mallopt = staticmethod(lambda _parameter, _value: 1)
        malloc_trim = staticmethod(trims.append)

    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Heap())
    monkeypatch.setattr(memory, "TRIM_SECONDS", 0.005)
    monkeypatch.setattr(memory, "COLLECT_SECONDS", 0.01)
    gc.disable()
    closing = threading.Event()
    try:
        left = weakref.ref(_Frame())
        assert left() is not None
        memory.keep_flat(closing)
        until = time.monotonic() + 10
        while (left() is not None or not trims) and time.monotonic() < until:
            time.sleep(0.005)
    finally:
        closing.set()
        gc.enable()
    assert left() is None
    assert trims


@pytest.mark.parametrize(("size", "together"), [(0, True), (asked.LARGE_BYTES, False)])
def test_large_instances_are_read_in_turn(size: int, together: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    message = tiny(0)
    message.description = "x" * size
    most = reading = 0
    lock = threading.Lock()
    start = threading.Barrier(3)

    def slow(given: object) -> object:
        nonlocal most, reading
        with lock:
            reading += 1
            most = max(most, reading)
        time.sleep(0.05)
        with lock:
            reading -= 1
        return given

    def ask() -> None:
        start.wait(timeout=10)
        asked.resolved_message(message)

    for step in ("parse_instance", "resolve"):
        monkeypatch.setattr(asked, step, slow)
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most > 1) == together
