"""Servers as processes: started, killed, started again on the same port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

START_SECONDS = 60.0
COMMAND = (sys.executable, "-c", "from solver.cli import main; main()", "serve")


class ServerProcess:
    """`inferplan serve` on a port of its own, its log in a file beside."""

    def __init__(self, store: str, **settings: object) -> None:
        """`settings`: keys of the settings, handed over as the environment takes them."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._log = Path(tempfile.mkstemp(prefix="inferplan-serve-", suffix=".log")[1])
        self._environment = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            "INFERPLAN_SERVE_LISTEN": self.address,
            "INFERPLAN_SERVE_STORE": store,
            **{f"INFERPLAN_SERVE_{key.upper()}": str(value) for key, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> ServerProcess:
        """Started and serving."""
        self.start()
        self.wait_until_serving()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Killed."""
        self.kill()
        self._log.unlink(missing_ok=True)

    def start(self) -> None:
        """Start it; it serves some seconds later."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                COMMAND, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """kill -9 of the server alone: its solvers end when they notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait_until_serving(self) -> None:
        """Raises TimeoutError with the end of its log where it does not serve in time."""
        until = time.monotonic() + START_SECONDS
        with grpc.insecure_channel(self.address) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            while time.monotonic() < until and self.running:
                try:
                    if health.Check(health_pb2.HealthCheckRequest(), timeout=2).status == _SERVING:
                        return
                except grpc.RpcError:
                    time.sleep(0.05)
        raise TimeoutError(f"the server does not serve: {self.log_end()}")

    def serving(self) -> bool:
        """Whether it says so."""
        with grpc.insecure_channel(self.address) as channel:
            try:
                health = health_pb2_grpc.HealthStub(channel)
                return bool(health.Check(health_pb2.HealthCheckRequest(), timeout=2).status == _SERVING)
            except grpc.RpcError:
                return False

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def resident_bytes(self) -> int:
        """Memory of the server itself, its solvers apart; 0 where it does not run."""
        if self._process is None:
            return 0
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="utf-8").split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def log_end(self) -> str:
        """The last of what it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def solvers(self) -> list[int]:
        """Solver processes: children of its fork server."""
        if self._process is None:
            return []
        parents = _parents()
        children = {pid for pid, parent in parents.items() if parent == self._process.pid}
        return [pid for pid, parent in parents.items() if parent in children]

    def kill_a_solver(self) -> bool:
        """kill -9 of one solver process; False where there is none."""
        for pid in self.solvers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            return True
        return False


def _parents() -> dict[int, int]:
    """Process -> its parent, of all that run."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = int(parent)
    return found


_SERVING = health_pb2.HealthCheckResponse.SERVING
