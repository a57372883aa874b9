"""What the service costs: Planner.Solve beside the same solve in a process of its own."""

from __future__ import annotations

import time
from statistics import median

import grpc

from inferplan.v1 import instance_pb2, services_pb2, services_pb2_grpc
from server.asked import resolved_message
from server.campaign.instances import tiny
from server.campaign.parts import Figure, Options
from server.campaign.servers import ServerProcess
from solver.solve.process import run_tasks
from solver.study.planning import Overrides, assemble, tasks_of

SOLVES = 200
PROMISE_SECONDS = 0.030


def run(options: Options) -> list[Figure]:
    """The whole part, one and the other by turns."""
    count = options.count(SOLVES, 5)
    alone: list[float] = []
    served: list[float] = []
    store = str(options.folder / "jobs.sqlite")
    with ServerProcess(store, slots=1) as server, grpc.insecure_channel(server.address) as channel:
        planner = services_pb2_grpc.PlannerStub(channel)
        for number in range(-3, count):
            one, other = _alone(tiny(number % 100)), _served(planner, tiny(number % 100))
            if number >= 0:  # the first ones load and connect
                alone.append(one)
                served.append(other)
                options.tell("overhead", alone_seconds=one, served_seconds=other)
    over = median(b - a for a, b in zip(alone, served, strict=True))
    return [
        Figure("solve in a process of its own, median", f"{median(alone) * 1000:.1f} ms"),
        Figure("Planner.Solve, median", f"{median(served) * 1000:.1f} ms"),
        Figure(
            "overhead, median", f"{over * 1000:.1f} ms", f"{PROMISE_SECONDS * 1000:.0f} ms", over <= PROMISE_SECONDS
        ),
    ]


def _alone(instance: instance_pb2.Instance) -> float:
    """What the command line does: everything but printing."""
    began = time.monotonic()
    resolved = resolved_message(instance)
    assemble(resolved, run_tasks(tasks_of(resolved, Overrides()), 1), Overrides())
    return time.monotonic() - began


def _served(planner: services_pb2_grpc.PlannerStub, instance: instance_pb2.Instance) -> float:
    began = time.monotonic()
    *_, last = planner.Solve(services_pb2.PlannerSolveRequest(instance=instance), timeout=60)
    if not last.plan.verification.passed:
        raise RuntimeError("a plan that does not hold")
    return time.monotonic() - began
