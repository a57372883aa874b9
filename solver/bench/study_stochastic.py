"""How long a stochastic plan of many scenarios takes, and how near to its optimum it is proven to be."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from solver.study.engines.processes import Processes
from solver.study.kinds.registry import run_kind
from solver.study.load import load_study
from solver.study.runner import Runner

WORKERS = 2
ASKED_SECONDS = 300.0
"""What a plan of fifty scenarios may take."""


def stochastic_plan(path: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Run a stochastic study file: its figures, with the seconds to the plan and in all. Raises InstanceError."""
    began = time.monotonic()
    study = load_study(path)
    with closing(Processes(WORKERS)) as engine:
        answer = run_kind(study, Runner(engine)).figures
    seconds = time.monotonic() - began
    if "failure" in answer:
        say(f"stochastic plan of {path.name}: {answer['failure']} after {seconds:.0f} s")
        return {"study": path.name, "seconds": seconds, "failure": answer["failure"]}
    plan = answer["build_seconds"] + answer["plan_seconds"]
    gap = answer["relative_gap"]
    say(
        f"stochastic plan of {path.name}: {plan:.0f} s to a plan with gap {'none' if gap is None else f'{gap:.2%}'} "
        f"({answer['objective_usd']:,.0f} USD, bound {answer['bound_usd']:,.0f}), {seconds:.0f} s with what it is worth"
    )
    kept = ("objective_usd", "bound_usd", "relative_gap", "expected_usd", "cvar_usd", "vss", "evpi", "purchases")
    return {
        "study": path.name,
        "scenarios": len(answer["probabilities"]),
        "plan_seconds": plan,
        "seconds": seconds,
        **{name: answer[name] for name in kept},
    }
