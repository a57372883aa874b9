"""Running the command: in this process for speed, or as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from solver.cli.app import app

COMMAND = [sys.executable, "-c", "from solver.cli import main; main()"]
Process = subprocess.Popen[str]


def inferplan(*arguments: object) -> Result:
    """`inferplan ARGUMENTS` in this process; an exception that reaches the user is raised."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answers(result: Result) -> list[dict[str, Any]]:
    """JSON objects on stdout, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def started(*arguments: object) -> Process:
    """`inferplan ARGUMENTS` as the leader of a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "COLUMNS": "120"},
    )


def members(session: int) -> list[int]:
    """Processes of a session that have not ended."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something; fail when it does not come about in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def ended(process: Process) -> None:
    """Nothing of a test's process outlives the test."""
    for pid in members(process.pid):
        with suppress(ProcessLookupError):  # it may end by itself meanwhile
            os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
