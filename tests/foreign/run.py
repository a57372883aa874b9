"""Clients that are not ours against a server that is: Node's gRPC and `buf curl` over reflection, every method of every service.

Run as a script; exits 1 when a method was not called or answered wrongly. The server has tokens, and TLS where `openssl` is there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "proto"), str(ROOT / "tests"), str(ROOT / "tests" / "server")]

from asking import message  # noqa: E402
from certificates import make_authority, make_certificate, openssl_missing  # noqa: E402
from cli.small import small  # noqa: E402
from google.protobuf.json_format import MessageToDict  # noqa: E402

from inferplan.v1 import services_pb2  # noqa: E402
from server.security.tokens import create_token  # noqa: E402
from server.settings import Scope  # noqa: E402

NODE = ROOT / "server" / "examples" / "node"
BUF = shutil.which("buf") or str(Path(sys.executable).parent / "buf")
SECONDS = 120
METHODS = {
    f"inferplan.v1.{service.name}/{method.name}"
    for service in services_pb2.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
Values = dict[str, Any]


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, str, Path | None]]:
    """Address, token and authority of a server that runs."""
    token = create_token(folder / "tokens", "foreign", [Scope.READ, Scope.SOLVE], None)
    options = ["--token-file", str(folder / "tokens"), "--store", str(folder / "jobs.sqlite"), "--workers", "1"]
    authority: Path | None = None
    if not openssl_missing():
        authority = make_authority(folder, "ca")
        certificate, key = make_certificate(folder, authority, "localhost")
        options += ["--tls-cert", str(certificate), "--tls-key", str(key)]
    command = [
        sys.executable,
        "-c",
        "from solver.cli import main; main()",
        "serve",
        "--listen",
        "127.0.0.1:0",
        *options,
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=ROOT)
        try:
            assert process.stderr is not None
            facts: Values = {}
            while facts.get("event") != "serving":
                line = process.stderr.readline()
                if not line:
                    raise SystemExit("the server did not start")
                facts = json.loads(line)
            import threading

            threading.Thread(target=lambda: log.writelines(process.stderr or ()), daemon=True).start()
            yield f"localhost:{facts['port']}", token, authority
        finally:
            process.terminate()
            process.wait(30)


def node(address: str, token: str, authority: Path | None, instance: Path) -> set[str]:
    """Methods that the Node example called."""
    environment = {**os.environ, "INFERPLAN_TOKEN": token, "INFERPLAN_TLS_CA": str(authority or "")}
    command = [
        "node",
        "plan.mjs",
        address.replace("localhost", "127.0.0.1") if authority is None else address,
        str(instance),
    ]
    done = subprocess.run(
        command, cwd=NODE, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    print(done.stdout, done.stderr, sep="")
    return (
        {line.split()[1] for line in done.stdout.splitlines() if line.startswith("ok ")}
        if not done.returncode
        else set()
    )


class Buf:
    """`buf curl` over the server's own reflection: no .proto file is read."""

    def __init__(self, address: str, token: str, authority: Path | None) -> None:
        self._address = f"{'https' if authority else 'http'}://{address}"
        header = f"authorization: Bearer {token}"
        self._options = ["--protocol", "grpc", "-H", header, "--reflect-header", header]
        self._options += ["--cacert", str(authority)] if authority else ["--http2-prior-knowledge"]
        self.called: set[str] = set()

    def __call__(self, method: str, request: Values) -> list[Values]:
        """The answers, streamed or not."""
        command = [BUF, "curl", *self._options, "-d", "@-", f"{self._address}/inferplan.v1.{method}"]
        done = subprocess.run(
            command, input=json.dumps(request), capture_output=True, text=True, timeout=SECONDS, check=False, cwd="/"
        )
        if done.returncode:
            raise AssertionError(f"{method}: {done.stderr}")
        self.called.add(f"inferplan.v1.{method}")
        return list(_documents(done.stdout))


def _documents(text: str) -> Iterator[Values]:
    decoder = json.JSONDecoder()
    place = 0
    while place < len(text.rstrip()):
        found, place = decoder.raw_decode(text, place)
        yield found
        while place < len(text) and text[place].isspace():
            place += 1


def every_method(ask: Callable[[str, Values], list[Values]], instance: Values) -> None:
    """What the Node example does, in protobuf's JSON."""
    (listed,) = ask("Catalog/List", {"kind": "CATALOG_KIND_ACCELERATOR", "pageSize": 2})
    first = listed["entries"][0]
    (got,) = ask("Catalog/Get", {"kind": first["kind"], "name": first["name"]})
    assert got["entry"]["name"] == first["name"]
    assert ask("Catalog/GetSchema", {})[0]["root"] == "Instance"
    assert ask("Planner/Validate", {"instance": instance})[0]["valid"]
    plan = ask("Planner/Solve", {"instance": instance})[-1]["plan"]
    assert plan["verification"]["passed"]
    (explained,) = ask("Planner/Explain", {"instance": instance, "plan": plan})
    assert explained["explanation"]["workloads"][0]["servedBy"][0]["share"] > 0
    (submitted,) = ask("Jobs/Submit", {"instance": instance, "idempotencyKey": "buf"})
    job = {"id": submitted["job"]["id"]}
    assert "ended" in ask("Jobs/Watch", job)[-1]["event"]
    (found,) = ask("Jobs/Get", {**job, "view": "JOB_VIEW_FULL"})
    assert found["job"]["plan"]["termination"]["reason"] == plan["termination"]["reason"]
    assert any(each["id"] == job["id"] for each in ask("Jobs/List", {})[0]["jobs"])
    assert ask("Jobs/Cancel", job)[0]["job"]["state"] == "JOB_STATE_SUCCEEDED"
    ask("Jobs/Delete", job)
    path = "sites.cloud.offers[kind=on_demand].usd_per_hour"
    grid = [{"name": "rent", "paths": [path], "values": [{"times": 0.5}, {"set": 9}]}]
    study = {"name": "rents", "base": instance, "grid": grid, "study": {"sweep": {}}}
    answers = ask("Studies/Run", {"study": study})
    assert sum("row" in answer for answer in answers) == 2
    assert answers[-1]["result"]["complete"]
    (accepted,) = ask("Studies/Submit", {"study": study, "idempotencyKey": "buf"})
    name = {"id": accepted["studyJob"]["id"]}
    events = [answer["event"] for answer in ask("Studies/Watch", name)]
    assert sum("row" in event for event in events) == 2
    assert events[-1]["ended"]["result"]["complete"]
    (kept,) = ask("Studies/Get", {**name, "view": "JOB_VIEW_FULL"})
    assert kept["studyJob"]["study"]["name"] == "rents"
    assert any(each["id"] == name["id"] for each in ask("Studies/List", {})[0]["studyJobs"])
    assert ask("Studies/Cancel", name)[0]["studyJob"]["state"] == "JOB_STATE_SUCCEEDED"
    ask("Studies/Delete", name)


def main() -> int:
    """Run both; 1 when one falls short."""
    values = small(baselines=[])
    instance = message(values)
    missing: dict[str, set[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "instance.json"
        path.write_text(json.dumps(MessageToDict(instance, preserving_proto_field_name=True)), encoding="utf-8")
        with server(folder) as (address, token, authority):
            if shutil.which("node") and (NODE / "node_modules").exists():
                missing["node"] = METHODS - node(address, token, authority, path)
            else:
                print("node: skipped, node or its packages are not there (npm install in server/examples/node)")
            buf = Buf(address, token, authority)
            try:
                every_method(buf, MessageToDict(instance))
            except (AssertionError, KeyError) as error:
                print(f"buf curl: {error!r}")
            missing["buf curl"] = METHODS - buf.called
    for client, methods in missing.items():
        print(f"{client}: {len(METHODS) - len(methods)} of {len(METHODS)} methods", *sorted(methods))
    return int(any(missing.values()))


if __name__ == "__main__":
    raise SystemExit(main())
