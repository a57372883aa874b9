"""`inferplan serve` as a process: killed, drained, refused."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
import pytest
from asking import asked, message
from cli.small import hard, small
from grpc_health.v1 import health_pb2, health_pb2_grpc

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc

COMMAND = [sys.executable, "-c", "from solver.cli import main; main()", "serve"]
Process = subprocess.Popen[str]


@contextmanager
def serving(store: Path, *options: str) -> Iterator[tuple[Process, grpc.Channel]]:
    """A server process that is ready, and a channel to it."""
    arguments = [*COMMAND, "--listen", "127.0.0.1:0", "--store", str(store), "--workers", "1", *options]
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stderr is not None
        facts = json.loads(process.stderr.readline())
        while facts["event"] != "serving":
            facts = json.loads(process.stderr.readline())
        with grpc.insecure_channel(f"127.0.0.1:{facts['port']}") as channel:
            yield process, channel
    finally:
        process.kill()
        process.communicate()


def session_members(leader: int) -> set[int]:
    """Running processes of a session."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                found.add(int(entry.name))
    return found


def until_ended(leader: int) -> None:
    """Solvers and fork server end when they notice that the server is gone."""
    began = time.monotonic()
    while session_members(leader):
        assert time.monotonic() - began < 5, "something outlived the server"
        time.sleep(0.05)


def submit(channel: grpc.Channel, instance: dict[str, object], key: str = "") -> job_pb2.Job:
    request = services_pb2.JobsSubmitRequest(instance=message(instance), idempotency_key=key or uuid.uuid4().hex)
    return services_pb2_grpc.JobsStub(channel).Submit(request, timeout=10).job


def watch(channel: grpc.Channel, job_id: str, after: int = 0) -> Iterator[job_pb2.JobEvent]:
    request = services_pb2.JobsWatchRequest(id=job_id, after_sequence=after)
    return (answer.event for answer in services_pb2_grpc.JobsStub(channel).Watch(request, timeout=60))


def test_accepted_jobs_outlive_kills_of_the_server(tmp_path: Path) -> None:
    store = tmp_path / "jobs.sqlite"
    with serving(store) as (process, channel):
        first = submit(channel, hard(seconds=3), key="first")
        others = [submit(channel, small(name=f"small-{n}"), key=f"small-{n}") for n in range(3)]
        seen = [next(events) for events in [watch(channel, first.id)] for _ in range(3)]
        process.kill()
        process.wait()
        until_ended(process.pid)
    with serving(store) as (process, channel):
        assert submit(channel, small(name="small-1"), key="small-1").id == others[1].id
        rest = list(watch(channel, first.id, after=seen[-1].sequence))
        assert [event.sequence for event in rest] == list(range(4, 4 + len(rest)))
        assert rest[-1].ended.attempts == 2
        for job in (first, *others):
            *_, last = watch(channel, job.id)
            assert last.ended.state == job_pb2.JOB_STATE_SUCCEEDED
            assert last.ended.plan.verification.passed
        listed = services_pb2_grpc.JobsStub(channel).List(services_pb2.JobsListRequest(), timeout=10).jobs
        assert len(listed) == 4


def test_a_job_that_was_to_stop_ends_after_a_kill(tmp_path: Path) -> None:
    from server.store import Store

    path = tmp_path / "jobs.sqlite"
    with serving(path) as (process, channel):
        job = submit(channel, hard())
        events = watch(channel, job.id)
        while not next(events).HasField("incumbent"):
            pass
        jobs, asked_for = services_pb2_grpc.JobsStub(channel), services_pb2.JOB_VIEW_FULL
        running = jobs.Get(services_pb2.JobsGetRequest(id=job.id, view=asked_for), timeout=10).job
        while not running.HasField("plan"):
            assert running.state == job_pb2.JOB_STATE_RUNNING
            time.sleep(0.1)
            running = jobs.Get(services_pb2.JobsGetRequest(id=job.id, view=asked_for), timeout=10).job
        assert running.plan.verification.passed
        process.kill()
        process.wait()
    store = Store(path)
    store.cancel("", job.id)
    store.close()
    with serving(path) as (_, channel):
        *_, last = watch(channel, job.id)
        assert last.ended.state == job_pb2.JOB_STATE_CANCELLED
        assert last.ended.plan.termination.objective_usd <= running.plan.termination.objective_usd
        assert last.ended.plan.cost.lifecycle_usd == pytest.approx(last.ended.termination.objective_usd)


def test_sigterm_lets_a_solve_end_and_leaves_jobs_to_the_next_start(tmp_path: Path) -> None:
    store = tmp_path / "jobs.sqlite"
    with serving(store, "--drain-seconds", "20") as (process, channel):
        job = submit(channel, hard(seconds=3600))
        call = services_pb2_grpc.PlannerStub(channel).Solve(asked(hard(seconds=2)), timeout=60)
        next(call)
        events = watch(channel, job.id)
        next(events)
        os.killpg(process.pid, signal.SIGTERM)
        began = time.monotonic()
        assert list(call)[-1].plan.verification.passed
        with pytest.raises(grpc.RpcError) as caught:
            list(events)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - began < 15
        until_ended(process.pid)
    from server.store import Store

    kept = Store(store)
    found = kept.get("", job.id)
    kept.close()
    assert found is not None
    assert (found.state, found.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)


def test_health_goes_first_when_draining(tmp_path: Path) -> None:
    with serving(tmp_path / "jobs.sqlite", "--drain-seconds", "20") as (process, channel), ExitStack() as stack:
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=""), timeout=30)
        stack.callback(health.cancel)
        assert next(health).status == health_pb2.HealthCheckResponse.SERVING
        os.kill(process.pid, signal.SIGTERM)
        assert next(health).status == health_pb2.HealthCheckResponse.NOT_SERVING


def refused(*commands: list[str]) -> list[tuple[int, str]]:
    """Exit code and stderr of `serve` with each list of options, all in one process: importing takes the most of its time."""
    script = (
        "import contextlib, io, json, sys\n"
        "from solver.cli import main\n"
        "for options in json.loads(sys.argv[1]):\n"
        "    sys.argv = ['inferplan', 'serve', *options]\n"
        "    with contextlib.redirect_stderr(io.StringIO()) as told:\n"
        "        try:\n"
        "            code = main()\n"
        "        except SystemExit as end:\n"
        "            code = end.code\n"
        "    print(json.dumps([code, told.getvalue()]))\n"
    )
    command = [sys.executable, "-c", script, json.dumps(commands)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [(code, told) for code, told in map(json.loads, done.stdout.splitlines())]


def test_refused_addresses(tmp_path: Path) -> None:
    addresses = ["0.0.0.0:0", "nonsense", "127.0.0.1:99999"]
    store = str(tmp_path / "jobs.sqlite")
    found = refused(*(["--listen", listen, "--store", store] for listen in addresses))
    for listen, (code, told) in zip(addresses, found, strict=True):
        assert code == 2
        assert told.startswith(f"error: {listen}: ")


def test_what_another_server_has_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "jobs.sqlite"
    with serving(store), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = refused(
            ["--listen", "127.0.0.1:0", "--store", str(store)],
            ["--listen", f"127.0.0.1:{port}", "--store", str(tmp_path / "other.sqlite")],
        )
        assert [code for code, _ in found] == [2, 2], found


def test_a_solve_that_needs_too_much_memory_fails_alone() -> None:
    """The limit holds for the fork server's children, so it has to be its own process's first."""
    script = (
        "import resource\n"
        "from server.forkserver import start_fork_server\n"
        "from solver.solve.process import context\n"
        "def greedy(): bytearray(4 * 10**9)\n"
        "def modest(): bytearray(10**8)\n"
        "if __name__ == '__main__':\n"
        "    start_fork_server(3.0)\n"
        "    for work in (greedy, modest):\n"
        "        process = context().Process(target=work)\n"
        "        process.start(); process.join(); print(process.exitcode)\n"
        "    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 3 * 10**9\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        path.write_text(script, encoding="utf-8")
        done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["1", "0"], done.stderr
    assert "MemoryError" in done.stderr
