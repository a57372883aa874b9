"""`inferplan watch | get | cancel` with the identifier of a submitted study."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable

import grpc
from google.protobuf.json_format import MessageToDict

from inferplan.v1 import job_pb2, study_job_pb2
from server.client import Client
from server.contract.enums import word
from solver.cli.exits import Exit
from solver.cli.study_live import study_watcher
from solver.study.runner import Done


def job_or_study(of_job: Callable[[], Iterable[Exit]], of_study: Callable[[], Iterable[Exit]]) -> Iterable[Exit]:
    """What is done with a job; where there is no such job, with the study of that identifier."""
    try:
        return list(of_job())
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
    return list(of_study())


def watch_study(client: Client, study_id: str, quiet: bool) -> Iterable[Exit]:
    """Progress on stderr until the study ends, then its line on stdout."""
    with study_watcher(quiet) as watcher:
        for event in client.watch_study(study_id):
            if event.HasField("progress"):
                told = event.progress
                watcher(Done(told.ended, 0, told.failed, told.total))
    yield from get_study(client, study_id, as_json=False)


def get_study(client: Client, study_id: str, *, as_json: bool) -> Iterable[Exit]:
    """Where a study stands, or its result as JSON."""
    found = client.get_study(study_id, full=as_json)
    if not as_json:
        print(_line(found))
    elif found.HasField("result"):
        print(json.dumps(MessageToDict(found.result, preserving_proto_field_name=True), allow_nan=False))
    else:
        print(f"error: {_line(found)}: there is no result", file=sys.stderr)
    yield Exit.FAILURE if found.state == job_pb2.JOB_STATE_FAILED else Exit.PLAN


def cancel_study(client: Client, study_id: str) -> Iterable[Exit]:
    """Ask a study to stop."""
    print(_line(client.cancel_study(study_id)))
    return ()


def _line(found: study_job_pb2.StudyJob) -> str:
    parts = [found.id, found.study_name, word(job_pb2.JobState.DESCRIPTOR, found.state)]
    if found.HasField("queue_position"):
        parts.append(f"{found.queue_position} ahead")
    if found.HasField("progress"):
        parts.append(f"{found.progress.ended} of {found.progress.total} ended")
    if found.HasField("failure"):
        parts.append(found.failure.detail)
    return "  ".join(parts)
