"""Small things that every kind's result is made of: plain numbers, money in words, stored answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from solver.study.fingerprint import fingerprint
from solver.study.loaded import LoadedStudy
from solver.study.runner import Runner
from solver.study.solving import RefusedWork
from solver.study.task import Answer, Outcome, Task

from .here_and_now import Names


def number(value: float | None) -> float | None:
    """A finite figure, else None: results are plain JSON."""
    return float(value) if value is not None and math.isfinite(value) else None


def usd(value: float | None) -> str:
    """Money for people.

    >>> usd(1234567.8), usd(None)
    ('1,234,568 USD', 'unknown')
    """
    return "unknown" if value is None or not math.isfinite(value) else f"{value:,.0f} USD"


def between(low: float | None, high: float | None) -> str:
    """An interval for people."""
    if low is None and high is None:
        return "not bounded"
    if low is not None and high is not None and abs(high - low) <= 0.5:
        return usd(high)
    return f"{usd(low)} to {usd(high)}"


def share(value: float | None) -> str:
    """A share in percent."""
    return "unknown" if value is None else f"{100 * value:.2f} %"


def purchases(names: Names, x: Any) -> list[dict[str, Any]]:
    """Servers bought or committed to, a line each."""
    return [
        {"pool": name.pool, "offer": name.offer, "stage": name.stage, "servers": round(float(count))}
        for name, count in zip(names, x, strict=True)
        if name.component == "buy" and round(float(count))
    ]


def fleet(lines: list[dict[str, Any]]) -> str:
    """Purchases in one line of text."""
    return (
        "; ".join(f"{line['servers']} x {line['offer']} from stage {line['stage']}" for line in lines) or "no purchase"
    )


def remembered(study: LoadedStudy, runner: Runner, asked: Any, work: Callable[[], Mapping[str, Any]]) -> Answer:
    """The answer of a study that is one piece of work: from the store, else worked out and kept there.

    Not kept where it was stopped (`complete` is false in it).
    """
    from solver.study.base import digest_of

    key = digest_of([study.study.study.kind, study.digest, asked, fingerprint()])
    found = runner.store.get(key)
    if found is None:
        found = runner.whole(study, work)
        if found.get("complete", True):
            task = Task(0, key, study.study.name, RefusedWork(""), 0.0)
            runner.store.put(Outcome(task, found))
    return found
