"""A job that is followed: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inferplan.v1 import instance_pb2, job_pb2, termination_pb2
from server.contract.enums import word
from solver.cli.live import progress_listener
from solver.solve.progress import Progress

Show = Callable[[job_pb2.JobEvent], None]

DEFAULT_LIMIT_SECONDS = 60.0


@contextmanager
def watching(instance: instance_pb2.Instance, quiet: bool) -> Iterator[Show]:
    """What shows events of a job of this instance."""
    label = f"{instance.name or 'job'}: plan"
    if not quiet and sys.stderr.isatty():
        with _bar(instance, label) as show:
            yield show
        return
    with progress_listener(quiet) as listener:

        def told(event: job_pb2.JobEvent) -> None:
            progress = _progress(event, label)
            if progress is not None:
                listener(progress)

        yield told


@contextmanager
def _bar(instance: instance_pb2.Instance, label: str) -> Iterator[Show]:
    """Seconds used of the time limit, with the best plan and its gap; a queued job's bar waits."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    limit = (
        instance.solve.time_limit_seconds if instance.solve.HasField("time_limit_seconds") else DEFAULT_LIMIT_SECONDS
    )
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[figures]}"))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        shown: dict[str, object] = {}

        def bar(name: str, figures: str) -> None:
            if name not in shown:
                shown[name] = bars.add_task(name, total=None, figures=figures)

        def told(event: job_pb2.JobEvent) -> None:
            progress = _progress(event, label)
            if progress is not None:
                bar(progress.phase, "")
                bars.update(
                    shown[progress.phase],  # type: ignore[arg-type] # rich's TaskID
                    total=limit,
                    completed=min(progress.elapsed_seconds, limit),
                    figures=_figures(progress),
                )
            elif event.HasField("state"):
                bar(label, word(job_pb2.JobState.DESCRIPTOR, event.state))

        yield told


def progress_of(told: termination_pb2.Progress) -> Progress:
    """State of a solve from its message."""
    incumbent = told.incumbent_usd if told.HasField("incumbent_usd") else None
    bound = told.bound_usd if told.HasField("bound_usd") else None
    return Progress(told.phase, told.elapsed_seconds, incumbent, bound, told.nodes)


def _progress(event: job_pb2.JobEvent, label: str) -> Progress | None:
    if event.HasField("progress"):
        return progress_of(event.progress)
    if event.HasField("incumbent"):
        better = event.incumbent
        bound = better.bound_usd if better.HasField("bound_usd") else None
        return Progress(label, better.elapsed_seconds, better.objective_usd, bound)
    return None


def _figures(progress: Progress) -> str:
    gap = progress.relative_gap
    best = "no plan yet" if progress.incumbent is None else f"best plan {progress.incumbent:,.0f} USD"
    return best if gap is None else f"{best}, gap {gap:.2%}"
