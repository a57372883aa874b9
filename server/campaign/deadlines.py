"""The deadline promise: an answer before the caller's deadline, with the plan in hand if there is one by then."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import asdict, dataclass

import grpc

from inferplan.v1 import instance_pb2, services_pb2, services_pb2_grpc
from server.campaign.instances import endless, slow, tiny
from server.campaign.parts import Figure, Options
from server.campaign.servers import ServerProcess

CALLS = 1000
CALLERS = 2
SHORTEST_SECONDS = 0.3
LONGEST_SECONDS = 2.0
PROMISED_SHARE = 0.999
TOLD_BEFORE_SECONDS = 0.5
"""A plan that was told of so long before the deadline has to be in the answer."""


@dataclass(frozen=True, slots=True)
class _Call:
    answered: bool
    early_seconds: float
    with_plan: bool
    told_of_plan: bool
    status: str
    seconds: float


def run(options: Options) -> list[Figure]:
    """The whole part: as many callers as slots, deadlines and instances at random."""
    count = options.count(CALLS, 8)
    chance = random.Random(options.seed)
    hard, slower = endless(), slow(1)
    asked = [
        (chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS), chance.choice((hard, hard, slower, tiny(n))))
        for n in range(count)
    ]
    calls: list[_Call] = []
    store = str(options.folder / "jobs.sqlite")
    with ServerProcess(store, slots=CALLERS) as server, grpc.insecure_channel(server.address) as channel:
        planner = services_pb2_grpc.PlannerStub(channel)
        list(planner.Solve(services_pb2.PlannerSolveRequest(instance=tiny(0)), timeout=30))

        def work() -> None:
            while asked:
                seconds, instance = asked.pop()
                calls.append(call := _called(planner, instance, seconds))
                options.tell("deadlines", **asdict(call))

        threads = [threading.Thread(target=work) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    share = sum(call.answered for call in calls) / len(calls)
    left_out = sum(call.told_of_plan and not call.with_plan for call in calls)
    late = sorted(f"{call.status} at {call.seconds:.2f} s" for call in calls if not call.answered)
    early = sorted(call.early_seconds for call in calls if call.answered)
    return [
        Figure("timed calls", str(len(calls))),
        Figure("answered before the deadline", f"{share:.2%}", f"{PROMISED_SHARE:.1%}", share >= PROMISED_SHARE),
        Figure("plans that were told of and not sent", str(left_out), "0", left_out == 0),
        Figure("answers with a plan", f"{sum(call.with_plan for call in calls) / len(calls):.0%}"),
        Figure("before the deadline, least", f"{early[0]:.3f} s" if early else "-"),
        Figure("statuses of the others", ", ".join(late[:10]) or "-"),
    ]


def _called(planner: services_pb2_grpc.PlannerStub, instance: instance_pb2.Instance, seconds: float) -> _Call:
    began = time.monotonic()
    told_at: float | None = None
    answered = with_plan = False
    status = "OK"
    try:
        for answer in planner.Solve(services_pb2.PlannerSolveRequest(instance=instance), timeout=seconds):
            if answer.HasField("incumbent") and told_at is None:
                told_at = time.monotonic() - began
            if answer.HasField("plan"):
                answered = time.monotonic() - began < seconds
                with_plan = answer.plan.termination.HasField("objective_usd")
    except grpc.RpcError as error:
        status = error.code().name
    early = seconds - (time.monotonic() - began)
    return _Call(
        answered, early, with_plan, told_at is not None and told_at < seconds - TOLD_BEFORE_SECONDS, status, seconds
    )
