"""An explanation made in a process of its own, under the limits of a solve's."""

from __future__ import annotations

import time

from inferplan.v1 import explain_pb2, plan_pb2
from server.explain_process import Explained, NotItsPlan, run_explain
from server.settings import Settings
from server.solving import GIGABYTE, LOOK_SECONDS, SolveFailedError, resident_bytes
from server.stop import AbandonedError, Stop
from solver.instance.resolved import ResolvedInstance
from solver.plan.explain.decided import AnotherPlanError
from solver.solve.failure import Failure, FailureKind, failure_of
from solver.solve.process import start

LONGEST_SECONDS = 300.0
"""Its parts have limits of their own; what takes longer has gone astray."""


def explain_plan(
    resolved: ResolvedInstance, plan: plan_pb2.Plan, settings: Settings, stop: Stop, *, given: bool
) -> explain_pb2.Explanation:
    """The explanation of a plan of the instance. `given`: a caller sent it.

    Raises AnotherPlanError for a plan that is not, AbandonedError when told to end, SolveFailedError where the process broke.
    """
    process, pipe = start(run_explain, resolved, plan.SerializeToString(), given, settings.niceness)
    latest = time.monotonic() + LONGEST_SECONDS
    try:
        while not pipe.poll(LOOK_SECONDS):
            if stop.abandoned:
                raise AbandonedError
            if resident_bytes(process.pid) > settings.memory_gb_per_process * GIGABYTE:
                detail = f"needed more than the {settings.memory_gb_per_process:g} GB of memory it may have"
                raise SolveFailedError(Failure(FailureKind.OUT_OF_MEMORY, detail))
            if time.monotonic() > latest:
                raise SolveFailedError(Failure(FailureKind.OVERTIME, "took too long and was ended"))
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            process.join(timeout=5)
            answer = failure_of(process.exitcode)
    finally:
        process.kill()
        pipe.close()
    match answer:
        case Explained(packed):
            return explain_pb2.Explanation.FromString(packed)
        case NotItsPlan(why):
            raise AnotherPlanError(why)
        case Failure():
            raise SolveFailedError(answer)
    raise TypeError(f"the process sent {answer!r}")
