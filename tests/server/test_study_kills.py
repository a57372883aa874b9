"""A submitted study outlives kill -9 of its server and of its workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import grpc
from asking import message
from cli.small import small
from test_server_process import serving, session_members, until_ended
from test_server_studies import value

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc, study_job_pb2, study_pb2

ROWS = 24


def study() -> study_pb2.Study:
    """As many scenarios as a kill comes in between."""
    means = [study_pb2.StudyChange(set=value(4.0 + at / 10)) for at in range(ROWS)]
    axis = study_pb2.StudyAxis(name="mean", paths=["workloads.chat.requests_per_second.mean"], values=means)
    base = message(small(baselines=[]))
    return study_pb2.Study(name="slow", base=base, grid=[axis], study=study_pb2.StudyKind(sweep={}))


def watched(channel: grpc.Channel, study_id: str, after: int = 0, rows: int = 99) -> list[study_job_pb2.StudyJobEvent]:
    """Events until so many rows, or the end."""
    request = services_pb2.StudiesWatchRequest(id=study_id, after_sequence=after)
    call = services_pb2_grpc.StudiesStub(channel).Watch(request, timeout=120)
    found: list[study_job_pb2.StudyJobEvent] = []
    for answer in call:
        found.append(answer.event)
        if sum(event.HasField("row") for event in found) == rows:
            call.cancel()
            break
    return found


def submitted(channel: grpc.Channel) -> study_job_pb2.StudyJob:
    request = services_pb2.StudiesSubmitRequest(study=study(), idempotency_key="slow")
    return services_pb2_grpc.StudiesStub(channel).Submit(request, timeout=10).study_job


def test_a_study_outlives_kills_of_server_and_worker(tmp_path: Path) -> None:
    store = tmp_path / "jobs.sqlite"
    with serving(store, "--slots", "1") as (process, channel):
        job = submitted(channel)
        seen = watched(channel, job.id, rows=1)
        process.kill()
        process.wait()
        until_ended(process.pid)
    with serving(store, "--slots", "1") as (process, channel):
        assert submitted(channel).id == job.id
        rest = watched(channel, job.id, after=seen[-1].sequence, rows=1)
        for pid in session_members(process.pid) - {process.pid}:
            if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        rest += watched(channel, job.id, after=rest[-1].sequence)
        told = [event.row.index for event in [*seen, *rest] if event.HasField("row")]
        assert sorted(told) == list(range(ROWS))
        assert [event.sequence for event in [*seen, *rest]] == list(range(1, len(seen) + len(rest) + 1))
        ended = rest[-1].ended
        assert (ended.state, ended.attempts, ended.result.complete) == (job_pb2.JOB_STATE_SUCCEEDED, 2, True)
