"""Requests and answers in the tests' own words."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from inferplan.v1 import instance_pb2, services_pb2
from server.contract.writing import fill


def message(values: dict[str, Any]) -> instance_pb2.Instance:
    """The message of an instance's plain values, checked by nobody."""
    found = instance_pb2.Instance()
    fill(found, {key: value for key, value in values.items() if key != "schema"})
    return found


def asked(values: dict[str, Any]) -> services_pb2.PlannerSolveRequest:
    return services_pb2.PlannerSolveRequest(instance=message(values))


def detail(error: grpc.RpcError, kind: type[Any]) -> Any:
    """The status's detail of one kind."""
    status = rpc_status.from_call(error)
    assert status is not None
    found = kind()
    assert any(packed.Unpack(found) for packed in status.details)
    return found


def violations(error: grpc.RpcError) -> list[str]:
    """Paths of the violations."""
    return [found.field for found in detail(error, error_details_pb2.BadRequest).field_violations]


def solvers() -> int:
    """Solver processes of this process's fork server."""
    return len(_solver_ids())


def kill_solvers() -> None:
    """What running out of memory does."""
    for pid in _solver_ids():
        with suppress(ProcessLookupError):  # it may just have ended
            os.kill(pid, signal.SIGKILL)


def _is_fork_server(pid: int) -> bool:
    """A test may have other children, such as a database."""
    try:
        return b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _solver_ids() -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    children = {pid for pid, parent in parents.items() if parent == os.getpid() and _is_fork_server(pid)}
    return [pid for pid, parent in parents.items() if parent in children]
