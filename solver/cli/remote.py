"""`inferplan submit | watch | get | cancel`: jobs of a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import grpc

from inferplan.v1 import job_pb2, termination_pb2
from server.client import Access, AccessError, Client
from server.contract.enums import word
from server.contract.plan import plan_document
from solver.cli.exits import Exit, worst
from solver.cli.reading import complain
from solver.cli.remote_studies import cancel_study, get_study, job_or_study, watch_study
from solver.cli.watching import watching
from solver.instance.diagnostics import InstanceError
from solver.instance.load import load_instance

_EXITS = {
    termination_pb2.TERMINATION_REASON_OPTIMAL: Exit.PLAN,
    termination_pb2.TERMINATION_REASON_FEASIBLE: Exit.PLAN,
    termination_pb2.TERMINATION_REASON_INFEASIBLE: Exit.INFEASIBLE,
    termination_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND: Exit.NO_PLAN,
}
_UNFINISHED = (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING, job_pb2.JOB_STATE_CANCELLING)


def run_submit(address: str, access: Access, files: list[Path], key: str | None) -> int:
    """Submit every good file; one line with its job's identifier each."""

    def submit(client: Client) -> Iterable[Exit]:
        for path in files:
            try:
                instance = load_instance(path).instance
            except InstanceError as error:
                complain(path, error)
                yield Exit.BAD_INPUT
                continue
            print(client.submit(instance, key).id, flush=True)

    return with_server(address, access, submit)


def run_watch(address: str, access: Access, job_id: str, quiet: bool) -> int:
    """Progress on stderr until the job ends, then its line on stdout."""

    def watch(client: Client) -> Iterable[Exit]:
        instance = client.get(job_id, full=not quiet).instance
        with watching(instance, quiet) as show:
            for event in client.watch(job_id):
                show(event)
        job = client.get(job_id)
        print(_line(job))
        yield _exit_of(job)

    return with_server(
        address, access, lambda client: job_or_study(lambda: watch(client), lambda: watch_study(client, job_id, quiet))
    )


def run_get(address: str, access: Access, job_id: str, as_json: bool) -> int:
    """Where a job stands, or its plan as JSON."""

    def get(client: Client) -> Iterable[Exit]:
        job = client.get(job_id, full=as_json)
        if not as_json:
            print(_line(job))
        elif job.HasField("plan"):
            print(json.dumps(plan_document(job.plan), allow_nan=False))
        else:
            print(f"error: {_line(job)}: there is no plan", file=sys.stderr)
        yield _exit_of(job)

    return with_server(
        address,
        access,
        lambda client: job_or_study(lambda: get(client), lambda: get_study(client, job_id, as_json=as_json)),
    )


def run_cancel(address: str, access: Access, job_id: str) -> int:
    """Ask a job to stop."""

    def cancel(client: Client) -> Iterable[Exit]:
        print(_line(client.cancel(job_id)))
        return ()

    return with_server(
        address, access, lambda client: job_or_study(lambda: cancel(client), lambda: cancel_study(client, job_id))
    )


def with_server(address: str, access: Access, work: Callable[[Client], Iterable[Exit]]) -> int:
    """The gravest code; what the service refuses is told in one line."""
    try:
        with Client(address, access) as client:
            return int(worst(work(client)))
    except AccessError as error:
        print(f"error: {error}", file=sys.stderr)
        return int(Exit.BAD_INPUT)
    except grpc.RpcError as error:
        code = error.code()
        print(f"error: {address}: {code.name}: {error.details()}", file=sys.stderr)
        return int(Exit.BAD_INPUT if code in _CALLERS_FAULT else Exit.FAILURE)


_CALLERS_FAULT = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
)


def _line(job: job_pb2.Job) -> str:
    parts = [job.id, job.instance_name, word(job_pb2.JobState.DESCRIPTOR, job.state)]
    if job.HasField("queue_position"):
        parts.append(f"{job.queue_position} ahead")
    if job.HasField("termination"):
        ended = job.termination
        parts.append(word(termination_pb2.TerminationReason.DESCRIPTOR, ended.reason))
        parts.extend([f"{ended.objective_usd:,.0f} USD"] if ended.HasField("objective_usd") else [])
        parts.extend([f"gap {ended.relative_gap:.2%}"] if ended.HasField("relative_gap") else [])
    if job.HasField("failure"):
        parts.append(job.failure.detail)
    return "  ".join(parts)


def _exit_of(job: job_pb2.Job) -> Exit:
    """The code that solving here would give; 0 for a job that has not ended."""
    if job.state in _UNFINISHED:
        return Exit.PLAN
    return _EXITS.get(job.termination.reason, Exit.FAILURE)
