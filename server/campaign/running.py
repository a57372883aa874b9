"""A server in a process of its own for a campaign, and its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE_BYTES = 4096
START_SECONDS = 120.0
STOP_SECONDS = 15.0
COMMAND = (sys.executable, "-c", "from solver.cli import main; main()", "serve", "--listen", "127.0.0.1:0")


class LostServerError(Exception):
    """The server ended before it was told to; the message has the end of its log."""


@dataclass(slots=True)
class Running:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def resident_bytes(self) -> int:
        """Memory of the server itself, its solvers apart. Raises LostServerError."""
        try:
            return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE_BYTES
        except (OSError, IndexError) as error:
            raise LostServerError("the server's process is gone") from error

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None


@contextmanager
def running_server(folder: Path, settings: dict[str, Any]) -> Iterator[Running]:
    """A server with settings as a configuration file has them; its log is `server.log` in the folder."""
    config = folder / "server.json"
    config.write_text(json.dumps({"store": "jobs.sqlite", **settings}), encoding="utf-8")
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [*COMMAND, "--config", str(config)], stderr=stream, text=True, start_new_session=True
        )
    try:
        yield Running(process, _port(process, log))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[str], log: Path) -> int:
    latest = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < latest:
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"event": "serving"' in line:
                return int(json.loads(line)["port"])
        time.sleep(0.1)
    raise LostServerError(f"the server did not start: {log.read_text(encoding='utf-8')[-500:]}")
