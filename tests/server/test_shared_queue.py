"""Servers that share one PostgreSQL: a job that runs on one is watched and cancelled through the other."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from asking import kill_solvers, message, solvers
from cli.small import hard, small

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.serving import Server
from server.settings import Settings


@contextmanager
def serving(database: str, **settings: object) -> Iterator[services_pb2_grpc.JobsStub]:
    values = {"listen": "127.0.0.1:0", "store": database, "workers": 1, "slots": 1, "lease_seconds": 3.0, **settings}
    server = Server(Settings.model_validate(values))
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            yield services_pb2_grpc.JobsStub(channel)
    finally:
        server.stop(0)


def submitted(jobs: services_pb2_grpc.JobsStub, values: dict[str, object]) -> str:
    request = services_pb2.JobsSubmitRequest(instance=message(values), idempotency_key=uuid.uuid4().hex)
    return jobs.Submit(request, timeout=10).job.id


def watched(jobs: services_pb2_grpc.JobsStub, job_id: str) -> Iterator[job_pb2.JobEvent]:
    return (answer.event for answer in jobs.Watch(services_pb2.JobsWatchRequest(id=job_id), timeout=60))


def test_a_job_is_watched_and_cancelled_through_another_server(database: str) -> None:
    with serving(database) as first:
        job_id = submitted(first, hard())
        for event in watched(first, job_id):
            if event.HasField("incumbent"):
                break
        with serving(database) as second:
            events = watched(second, job_id)
            assert next(events).state == job_pb2.JOB_STATE_QUEUED
            began = time.monotonic()
            second.Cancel(services_pb2.JobsCancelRequest(id=job_id), timeout=10)
            *_, last = events
            assert time.monotonic() - began < 5
            assert last.ended.state == job_pb2.JOB_STATE_CANCELLED
            assert solvers() == 0
            assert last.ended.HasField("plan") == last.ended.termination.HasField("objective_usd")


def test_a_second_server_takes_part_of_the_queue(database: str) -> None:
    with serving(database) as first, serving(database) as second:
        ids = [submitted(first, hard(seconds=2)) for _ in range(2)]
        until = time.monotonic() + 10
        while solvers() < 2:
            assert time.monotonic() < until, "both servers should work"
            time.sleep(0.05)
        ids += [submitted(second, small(name=f"n{n}")) for n in range(4)]
        for job_id in ids:
            *_, last = watched(second, job_id)
            assert last.ended.state == job_pb2.JOB_STATE_SUCCEEDED
            assert (last.ended.attempts, last.ended.plan.verification.passed) == (1, True)


def test_a_job_whose_solver_is_killed_is_started_again(database: str) -> None:
    with serving(database, attempts=3) as jobs:
        job_id = submitted(jobs, hard(seconds=3))
        killed = False
        for event in watched(jobs, job_id):
            if event.HasField("progress") and not killed:
                kill_solvers()
                killed = True
            last = event
        assert last.ended.state == job_pb2.JOB_STATE_SUCCEEDED
        assert last.ended.attempts == 2


def test_a_job_that_always_kills_its_solver_is_given_up(database: str) -> None:
    with serving(database, attempts=2) as jobs:
        job_id = submitted(jobs, hard())
        for event in watched(jobs, job_id):
            if event.HasField("progress"):
                kill_solvers()
            last = event
        assert last.ended.state == job_pb2.JOB_STATE_FAILED
        assert last.ended.failure.reason == job_pb2.JOB_FAILURE_REASON_CRASH
        assert "signal 9 (attempt 2)" in last.ended.failure.detail
