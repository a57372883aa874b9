"""Progress of a study on stderr: how many of how many, rate, time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from solver.study.runner import Done, Watcher, unwatched

PLAIN_SECONDS = 5.0


@contextmanager
def study_watcher(quiet: bool) -> Iterator[Watcher]:
    """A watcher that draws a bar on a terminal, writes a line now and then elsewhere, or keeps silent."""
    if quiet:
        yield unwatched
    elif sys.stderr.isatty():
        with _drawn() as watcher:
            yield watcher
    else:
        yield _plain()


@contextmanager
def _drawn() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("", total=None)
        began = time.monotonic()

        def watcher(done: Done) -> None:
            bar.update(shown, completed=done.ended, total=done.total, description=pace(done, time.monotonic() - began))

        yield watcher


def _plain() -> Watcher:
    began = time.monotonic()
    last = began - PLAIN_SECONDS

    def watcher(done: Done) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PLAIN_SECONDS or done.ended == done.total:
            last = now
            print(f"{done.ended} of {done.total}, {pace(done, now - began)}", file=sys.stderr, flush=True)

    return watcher


def pace(done: Done, seconds: float) -> str:
    """Rate of this run and the time left at it; what came from the store does not count.

    >>> pace(Done(ended=30, stored=10, failed=1, total=50), 10.0)
    '2.0/s, 10 s left, 10 from the store, 1 failed'
    """
    solved = done.ended - done.stored
    parts = []
    if solved and seconds > 0:
        rate = solved / seconds
        parts.append(f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.1f}/min")
        if done.ended < done.total:
            parts.append(f"{duration((done.total - done.ended) / rate)} left")
    if done.stored:
        parts.append(f"{done.stored} from the store")
    if done.failed:
        parts.append(f"{done.failed} failed")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Time for people.

    >>> duration(42.2), duration(600), duration(9000)
    ('42 s', '10 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
