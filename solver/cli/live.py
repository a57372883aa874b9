"""Progress of running solves on stderr: incumbent, bound, gap and time of each."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from solver.solve.progress import Cancel, Listener, Progress, silent

PLAIN_SECONDS = 5.0


@contextmanager
def interruptible(kept: str = "the best plan so far is kept") -> Iterator[Cancel]:
    """Ctrl-C (or SIGTERM) once: stop and keep the best plan, or what `kept` says. Twice: stop at once."""
    cancel = Cancel()

    def asked(_number: int, _frame: FrameType | None) -> None:
        if cancel.asked:
            raise KeyboardInterrupt
        cancel.ask()
        print(f"stopping: {kept} (once more to quit at once)", file=sys.stderr)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield cancel
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress_listener(quiet: bool) -> Iterator[Listener]:
    """A listener that draws on a terminal, writes a line now and then elsewhere, or keeps silent."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        with _drawn() as listener:
            yield listener
    else:
        yield _plain()


@contextmanager
def _drawn() -> Iterator[Listener]:
    from rich.console import Console
    from rich.live import Live

    latest: dict[str, Progress] = {}
    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:

        def listener(progress: Progress) -> None:
            latest[progress.phase] = progress
            live.update("\n".join(_line(state) for state in latest.values()))

        yield listener


def _plain() -> Listener:
    last: dict[str, float] = {}
    with_plan: set[str] = set()

    def listener(progress: Progress) -> None:
        now = time.monotonic()
        first_plan = progress.incumbent is not None and progress.phase not in with_plan
        if first_plan or now - last.get(progress.phase, -PLAIN_SECONDS) >= PLAIN_SECONDS:
            last[progress.phase] = now
            if first_plan:
                with_plan.add(progress.phase)
            print(_line(progress), file=sys.stderr, flush=True)

    return listener


def _line(progress: Progress) -> str:
    def usd(value: float | None) -> str:
        return "-" if value is None else f"{value:,.0f}"

    gap = progress.relative_gap
    shown = "-" if gap is None else f"{gap:.2%}"
    return (
        f"{progress.phase}: best plan {usd(progress.incumbent)} USD, bound {usd(progress.bound)}, "
        f"gap {shown}, {progress.elapsed_seconds:.0f} s"
    )
