"""How a solver process broke: a kind for programs, a detail for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """What became of the process. OVERTIME: it outlived its limits and was ended."""

    CRASH = "crash"
    OUT_OF_MEMORY = "out_of_memory"
    OVERTIME = "overtime"
    NOT_STARTED = "not_started"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Failure:
    """Kind and detail."""

    kind: FailureKind
    detail: str


def failure_of(exit_code: int | None) -> Failure:
    """What an exit code tells of a process that ended without an answer."""
    from signal import SIGXCPU

    if exit_code == -SIGXCPU:
        return Failure(FailureKind.OVERTIME, "the solver process used more processor time than it may have")
    how = f"signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"exit code {exit_code}"
    return Failure(FailureKind.CRASH, f"the solver process ended with {how}")
