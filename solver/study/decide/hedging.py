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
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.study.schema.decide import Stochastic

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
            command, capture_output=True, text=True, timeout=limits.time_limit_seconds + GRACE_SECONDS, env=environment
        )
        if not answer.exists():
            raise ValueError(
                f"progressive hedging ended with exit code {ended.returncode}: {ended.stderr[-500:].strip()}"
            )
        found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return {**found, "seconds": time.monotonic() - began, "ranks": asked.ranks}
