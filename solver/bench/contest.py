"""What a contender is given and what it answers: plain values that cross from process to process as JSON lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Contender(StrEnum):
    """Who solves. `write-mps` only writes the file that two of the others read."""

    INFERPLAN = "inferplan"
    LITERAL = "literal"
    LITERAL_LP = "literal-lp"
    HIGHS_MPS = "highs-mps"
    SCIP_MPS = "scip-mps"
    WRITE_MPS = "write-mps"


RANKED = tuple(contender for contender in Contender if contender is not Contender.WRITE_MPS)

ABOUT = {
    Contender.INFERPLAN: "inferplan as it ships: candidates, model, decomposition, polishing",
    Contender.LITERAL: "reference model, nothing pruned or tightened, given whole to HiGHS",
    Contender.LITERAL_LP: "LP relaxation of the reference model",
    Contender.HIGHS_MPS: "HiGHS alone on the written MPS of the shipped model (clock starts at reading it)",
    Contender.SCIP_MPS: "SCIP on the same MPS (clock starts at reading it)",
    Contender.WRITE_MPS: "writing the MPS",
}


@dataclass(frozen=True, slots=True)
class Contest:
    """One run: an instance file, or an MPS for those who read one, and the limits all are held to."""

    contender: Contender
    instance: str
    mps: str
    relative_gap: float
    time_limit_seconds: float
    threads: int
    seed: int

    def values(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a contender ended. Seconds since its clock's start; USD.

    `highs_seconds`: wall time inside HiGHS (None: not measured). `cpu_seconds`: processor time
    of the process up to the end of the solve, on a busy machine less than the wall time. `verified`: the independent verifier's verdict on the
    plan (None: no plan to verify).
    """

    status: str
    wall_seconds: float
    build_seconds: float
    objective: float | None = None
    bound: float | None = None
    columns: int | None = None
    integers: int | None = None
    rows: int | None = None
    highs_seconds: float | None = None
    highs_runs: int | None = None
    cpu_seconds: float | None = None
    verified: bool | None = None
    detail: str = ""


Tell = Callable[[float | None, float | None], None]
"""Called with the best plan's USD and the proven bound whenever they may have changed."""
