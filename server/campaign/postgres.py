"""A PostgreSQL server of one's own, from the machine's binaries, in a folder and on a port that nobody else has."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

START_SECONDS = 60.0
ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; the first account that exists runs it then."""


class PostgresMissingError(Exception):
    """The machine has no PostgreSQL that can be run; the message says what is missing."""


def binaries() -> Path:
    """Folder of `initdb` and `postgres`. Raises PostgresMissingError."""
    found = [Path(name).resolve().parent for name in [shutil.which("initdb")] if name]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissingError("no initdb and postgres in the path or in /usr/lib/postgresql/*/bin")


class Postgres:
    """A server that runs from entering to leaving, and can be killed and started again in between."""

    def __init__(self, *settings: str) -> None:
        """Make an empty cluster. `settings`: more of the server's, such as "fsync=off". Raises PostgresMissingError."""
        self._bin = binaries()
        self._settings = ("max_connections=200", "shared_buffers=64MB", *settings)
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="inferplan-postgres-"))
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        arguments = ["-D", str(self._data), "-U", "inferplan", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        made = subprocess.run(
            self._as_account([str(self._bin / "initdb"), *arguments]), capture_output=True, text=True, check=False
        )
        if made.returncode:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise PostgresMissingError(f"initdb failed: {made.stderr.strip()[-300:]}")

    @property
    def url(self) -> str:
        """URL of its database, as `serve --store` takes it."""
        return f"postgresql://inferplan@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Postgres:
        """Started."""
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stopped, and its folder gone."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start, and wait until it takes connections. Raises PostgresMissingError."""
        options = ["-p", str(self.port), "-k", str(self._folder), "-h", "127.0.0.1"]
        for setting in self._settings:
            options += ["-c", setting]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            self._as_account([str(self._bin / "postgres"), "-D", str(self._data), *options]),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > until:
                told = (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-500:]
                raise PostgresMissingError(f"postgres did not start: {told}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the server and all its processes."""
        if self._process is None:
            return
        # Its children notice within moments that it is gone; killing all leaves none of them writing.
        for pid in _family(self._process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()
        self._process = None
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _ready(self) -> bool:
        command = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _as_account(self, command: list[str]) -> list[str]:
        if self._account is None:
            return command
        return [
            "setpriv",
            f"--reuid={self._account.pw_uid}",
            f"--regid={self._account.pw_gid}",
            "--clear-groups",
            *command,
        ]


def _account() -> pwd.struct_passwd | None:
    """Who runs it: None for oneself."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissingError(f"PostgreSQL refuses root, and there is no account {' or '.join(ACCOUNTS)}")


def _family(parent: int) -> list[int]:
    """A process and its children. PostgreSQL's children lead sessions of their own."""
    found = [parent]
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found
