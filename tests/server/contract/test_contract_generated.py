"""The generated code is what the .proto files say, and the contract keeps the rules of its linter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from server.contract.generate import GENERATED, PACKAGE, PROTO, generate

BUF = Path(sys.executable).parent / "buf"


def test_generated_code_is_up_to_date(tmp_path: Path) -> None:
    fresh = {path.name: path.read_bytes() for path in generate(tmp_path)}
    checked_in = {path.name: path.read_bytes() for pattern in GENERATED for path in PACKAGE.glob(pattern)}
    assert sorted(fresh) == sorted(checked_in)
    stale = [name for name, content in fresh.items() if checked_in[name] != content]
    assert stale == [], "run `python -m server.contract.generate`"


def test_lint_and_format() -> None:
    for command in (["lint"], ["format", "--diff", "--exit-code"]):
        ended = subprocess.run([str(BUF), *command], cwd=PROTO, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_service_and_method() -> None:
    from inferplan.v1 import services_pb2

    found = {
        name: [method.name for method in service.methods]
        for name, service in services_pb2.DESCRIPTOR.services_by_name.items()
    }
    assert found == {
        "Planner": ["Validate", "Solve", "Explain"],
        "Jobs": ["Submit", "Get", "List", "Watch", "Cancel", "Delete"],
        "Catalog": ["List", "Get", "GetSchema"],
        "Studies": ["Run", "Submit", "Get", "List", "Watch", "Cancel", "Delete"],
    }
