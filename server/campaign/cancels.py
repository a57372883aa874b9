"""From a cancel to an idle machine: jobs asked to stop, and calls that their callers dropped."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable

import grpc

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.campaign.instances import endless
from server.campaign.parts import Figure, Options
from server.campaign.servers import ServerProcess

CANCELS = 100
"""Of jobs, and as many of calls."""
LONGEST_RUN_SECONDS = 2.5
PROMISE_SECONDS = 1.0
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 60.0


def run(options: Options) -> list[Figure]:
    """The whole part, at random moments: while the model is built, solved, or a plan is packed."""
    chance = random.Random(options.seed)
    count = options.count(CANCELS, 3)
    with (
        ServerProcess(str(options.folder / "jobs.sqlite"), workers=1) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        jobs: list[tuple[float, bool]] = []
        calls: list[float] = []
        for _ in range(count):
            jobs.append(_cancelled_job(server, services_pb2_grpc.JobsStub(channel), chance))
            calls.append(_dropped_call(server, services_pb2_grpc.PlannerStub(channel), chance))
            options.tell("cancels", job_seconds=jobs[-1][0], kept_a_plan=jobs[-1][1], call_seconds=calls[-1])
    kept = sum(with_plan for _, with_plan in jobs)
    return [
        *_figures("job cancelled", [seconds for seconds, _ in jobs]),
        *_figures("call dropped", calls),
        *_figures("either", [seconds for seconds, _ in jobs] + calls),
        Figure("cancelled jobs that kept a plan", f"{kept} of {count}"),
    ]


def _figures(name: str, seconds: list[float]) -> list[Figure]:
    ordered = sorted(seconds)
    at_99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return [
        Figure(f"{name} to idle, median of {len(ordered)}", f"{ordered[len(ordered) // 2]:.3f} s"),
        Figure(f"{name} to idle, 99th percentile", f"{at_99:.3f} s", f"{PROMISE_SECONDS} s", at_99 <= PROMISE_SECONDS),
        Figure(f"{name} to idle, longest", f"{ordered[-1]:.3f} s"),
    ]


def _cancelled_job(
    server: ServerProcess, jobs: services_pb2_grpc.JobsStub, chance: random.Random
) -> tuple[float, bool]:
    request = services_pb2.JobsSubmitRequest(instance=endless(), idempotency_key=uuid.uuid4().hex)
    job_id = jobs.Submit(request, timeout=10).job.id
    _until(lambda: bool(server.solvers()))
    time.sleep(chance.uniform(0, LONGEST_RUN_SECONDS))
    began = time.monotonic()
    jobs.Cancel(services_pb2.JobsCancelRequest(id=job_id), timeout=10)
    _until(lambda: not server.solvers())
    _until(lambda: _job(jobs, job_id).HasField("end_time"))
    seconds = time.monotonic() - began
    job = _job(jobs, job_id)
    if job.state != job_pb2.JOB_STATE_CANCELLED:
        raise RuntimeError(f"a cancelled job ended as {job_pb2.JobState.Name(job.state)}: {job.failure.detail}")
    return seconds, job.termination.HasField("objective_usd")


def _dropped_call(server: ServerProcess, planner: services_pb2_grpc.PlannerStub, chance: random.Random) -> float:
    call = planner.Solve(services_pb2.PlannerSolveRequest(instance=endless()), timeout=60)
    _until(lambda: bool(server.solvers()))
    time.sleep(chance.uniform(0, LONGEST_RUN_SECONDS))
    began = time.monotonic()
    call.cancel()
    _until(lambda: not server.solvers())
    return time.monotonic() - began


def _job(jobs: services_pb2_grpc.JobsStub, job_id: str) -> job_pb2.Job:
    return jobs.Get(services_pb2.JobsGetRequest(id=job_id), timeout=10).job


def _until(condition: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError("nothing happened")
        time.sleep(LOOK_SECONDS)
