"""From coarse to fine on one thread: the same search and the same decisions every time, however busy the machine is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from solver.deployments.enumerate import candidates
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.model.assembly import assembled
from solver.model.assembly.template import Template
from solver.solve.coarse.branch import Branching
from solver.solve.coarse.patterns import Patterns
from solver.solve.coarse.refine import Refinement
from solver.solve.coarse.search import Refined
from solver.solve.highs import Limits
from solver.solve.progress import Cancel, Progress

INSTANCE = Path(__file__).parents[2] / "instances" / "documents-batch.yaml"
SPINNERS = 2


@contextmanager
def busy() -> Iterator[None]:
    """Processes that spin beside the test."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(SPINNERS)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def refined(template: Template) -> tuple[Refined, list[tuple[float | None, float | None]]]:
    """What was found, and every (objective, bound) on the way."""
    steps: list[tuple[float | None, float | None]] = []

    def note(progress: Progress) -> None:
        steps.append((progress.incumbent, progress.bound))

    limits = Limits(relative_gap=1e-3, time_limit_seconds=600.0)
    return Refinement(template, limits, "test", note, Cancel(), headroom=True).run(), steps


def test_same_decisions_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Purchases by branching, days and patterns of their slots: all run, and end in the same figures to the last bit."""
    ran: list[str] = []
    for owner, name in ((Branching, "run"), (Patterns, "price"), (Patterns, "choose")):
        monkeypatch.setattr(owner, name, _noted(getattr(owner, name), name, ran))
    resolved = resolve(load_instance(INSTANCE))
    template = assembled(resolved, candidates(resolved)).template
    idle, idle_steps = refined(template)
    assert {"run", "price", "choose"} == set(ran)
    with busy():
        loaded, loaded_steps = refined(template)
    assert idle.decisions is not None
    assert loaded == idle
    assert loaded_steps == idle_steps
    assert len(ran) % 2 == 0
    assert ran[: len(ran) // 2] == ran[len(ran) // 2 :]


def _noted(method: object, name: str, ran: list[str]) -> object:
    def noting(*given: object) -> object:
        ran.append(name)
        return method(*given)  # type: ignore[operator]

    return noting
