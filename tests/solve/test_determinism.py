"""The same instance, seed and one thread give the same plan, byte for byte, wall-clock figures apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

INSTANCES = Path(__file__).parents[2] / "instances"
PROGRAM = """
import json, sys
from pathlib import Path
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.plan.document import document
from solver.solve.task import run_task
from solver.study.planning import Overrides, assemble, tasks_of

resolved = resolve(load_instance(Path(sys.argv[1])))
overrides = Overrides(time_limit_seconds=60.0, threads=1)
answer = document(assemble(resolved, [run_task(task) for task in tasks_of(resolved, overrides)], overrides))
print(json.dumps(answer, allow_nan=False))
"""
CLOCKS = ("wall_seconds", "seconds", "elapsed_seconds")


def without_clocks(value: object) -> object:
    """The document without wall-clock fields."""
    if isinstance(value, dict):
        return {name: without_clocks(part) for name, part in value.items() if name not in CLOCKS}
    return [without_clocks(part) for part in value] if isinstance(value, list) else value


def plan(name: str, hash_seed: int) -> str:
    """A plan made in a process of its own, with its own order of sets."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(INSTANCES / f"{name}.yaml")],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return json.dumps(without_clocks(json.loads(ran.stdout)))


@pytest.mark.parametrize("name", ["smallest", "growth-in-stages"])
def test_plans_are_the_same_byte_for_byte(name: str) -> None:
    """In two processes with different hash seeds."""
    assert plan(name, 1) == plan(name, 2)
