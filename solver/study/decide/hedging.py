"""Progressive hedging through mpi-sppy: many scenarios over MPI ranks, with bounds from both sides.

The hub moves the scenarios' purchases towards their mean; a Lagrangian spoke gives the outer bound, an xhat spoke tries the
scenarios' purchases in all others for the inner one (mpi-sppy: Knueven and others, 2023). Runs `mpiexec -n RANKS python -m
solver.study.decide.hedging_rank`; needs the extra `mpi`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np

from solver.instance.resolved import ResolvedInstance
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray
from solver.study.schema.decide import Stochastic

from .lshaped import Decided
from .setting import Setting

GRACE_SECONDS = 300.0


class MissingMpiError(ValueError):
    """The extra is not installed, or there is no mpiexec."""


def mpiexec() -> str:
    """Path of mpiexec. Raises MissingMpiError."""
    missing = [name for name in ("mpisppy", "mpi4py") if find_spec(name) is None]
    if missing:
        raise MissingMpiError(
            f"progressive hedging needs {' and '.join(missing)}: install the extra with `pip install inferplan[mpi]`, "
            "or choose another solver"
        )
    beside = Path(sys.executable).with_name("mpiexec")
    found = str(beside) if beside.exists() else which("mpiexec")
    if found is None:
        raise MissingMpiError("progressive hedging needs mpiexec (MPICH or Open MPI) on the path")
    return found


def hedged(
    documents: Sequence[Mapping[str, Any]], weights: FloatArray, asked: Stochastic, limits: Limits
) -> dict[str, Any]:
    """Inner and outer bound and the purchases of the inner one. Raises ValueError where the run fails or the tail counts."""
    if asked.cvar_weight:
        raise ValueError(
            "progressive hedging minimises the expected cost: leave cvar_weight out, or choose another solver"
        )
    if asked.ranks % 3:
        raise ValueError(f"ranks must be a multiple of 3 (hub and two bounds), got {asked.ranks}")
    program = mpiexec()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        problem, answer = Path(folder, "problem.json"), Path(folder, "answer.json")
        problem.write_text(
            json.dumps(
                {
                    "documents": [dict(document) for document in documents],
                    "weights": [float(weight) for weight in weights],
                    "wait": asked.wait,
                    "relative_gap": limits.relative_gap,
                    "time_limit_seconds": limits.time_limit_seconds,
                }
            ),
            "utf-8",
        )
        command = [
            program,
            "-n",
            str(asked.ranks),
            sys.executable,
            "-m",
            "solver.study.decide.hedging_rank",
            str(problem),
            str(answer),
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        ended = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=limits.time_limit_seconds + GRACE_SECONDS,
            env=environment,
            cwd=folder,  # mpi-sppy leaves logs where it runs
        )
        if not answer.exists():
            raise ValueError(
                f"progressive hedging ended with exit code {ended.returncode}: {ended.stderr[-500:].strip()}"
            )
        found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        purchases = answer.with_suffix(".csv")
        if not purchases.exists():
            raise ValueError("progressive hedging found no purchases that suit every scenario within its limits")
        found["buy"] = bought(purchases)
    return {**found, "seconds": time.monotonic() - began, "ranks": asked.ranks}


def bought(solution: Path) -> list[tuple[int, int, int]]:
    """(offer, stage, servers) of the file that mpi-sppy writes: one line a purchase, `buy[0,1], 2.0`."""
    found = []
    for line in solution.read_text("utf-8").splitlines():
        name, _, value = line.rpartition(",")
        inside = name.strip().removeprefix("buy[").rstrip("]").replace(" ", "").split(",")
        if len(inside) == 2 and round(float(value)):
            found.append((int(inside[0]), int(inside[1]), round(float(value))))
    return found


def completed(
    setting: Setting, resolved: ResolvedInstance, weights: FloatArray, found: Mapping[str, Any], limits: Limits
) -> Decided:
    """The purchases of a run as shared columns (orders and tiers filled in at least cost), with their exact costs."""
    session, shared = setting.session, setting.session.shared
    count = len(weights)
    buys = {(resolved.pools[resolved.offers[o].pool].name, resolved.offers[o].name, s): n for o, s, n in found["buy"]}
    cost = np.sum([weight * shape.cost for weight, shape in zip(weights, session.shapes, strict=False)], axis=0)
    matrix = shared.matrix(np.asarray(cost))
    lower, upper = matrix.col_lower.copy(), matrix.col_upper.copy()
    for at, name in enumerate(shared.names):
        if name.component == "buy":
            lower[at] = upper[at] = buys.get((name.pool, name.offer, name.stage), 0)
    outcome = run_highs(replace(matrix, col_lower=lower, col_upper=upper), Limits(relative_gap=1e-9))
    if outcome.values is None:
        raise ValueError("the purchases that progressive hedging ended with break a limit on orders")
    x = np.where(shared.integer, np.round(outcome.values), outcome.values)
    costs = session.evaluate(x, limits, range(count))
    objective = float(weights @ costs.objective[:count])
    outer = found["outer_usd"]
    bound = None if outer is None or not np.isfinite(outer) else min(float(outer), objective)
    return Decided(x, costs, objective, bound)
