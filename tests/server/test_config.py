"""Settings from flags, variables and a file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from cli.running import inferplan

from server.config import load_settings, settings_schema
from server.settings import Scope, Settings
from solver.instance.diagnostics import InstanceError, describe

README = Path(__file__).resolve().parents[2] / "README.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "server.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def findings(path: Path | None, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(InstanceError) as caught:
        load_settings(path, environment or {}, {})
    return [describe(finding) for finding in caught.value.diagnostics]


def test_flags_go_before_variables_before_the_file_before_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, "slots: 3\nworkers: 4\nqueued_jobs: 5\nquotas: {solves: 2, burst: 7}\n")
    environment = {
        "INFERPLAN_SERVE_WORKERS": "40",
        "INFERPLAN_SERVE_QUEUED_JOBS": "50",
        "INFERPLAN_SERVE_QUOTAS__BURST": "8",
    }
    settings = load_settings(path, environment, {"queued_jobs": 500, "listen": None})
    assert (settings.slots, settings.workers, settings.queued_jobs) == (3, 40, 500)
    assert (settings.quotas.solves, settings.quotas.burst) == (2, 8)
    assert settings.listen == "127.0.0.1:50051"


def test_no_file_is_needed() -> None:
    assert load_settings(None, {"PATH": "/bin", "INFERPLAN_TOKEN": "x"}, {}) == Settings()


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = "slots: 0\nworkres: 2\ntls:\n  key_file: k.pem\nquotas: {calls: many}\ndrain_seconds: -1\n"
    told = findings(written(tmp_path, text), {"INFERPLAN_SERVE_SLOT": "2", "INFERPLAN_SERVE_CALLERS": "no"})
    assert len(told) == 7, told
    for part in (
        "slots (line 1) = 0: must be at least 1",
        "workres (line 2) = 2: this key is not known; did you mean workers?",
        "tls.certificate_file (line 3): this key is required",
        "quotas.calls (line 5) = many: must be a whole number",
        "drain_seconds (line 6) = -1: must be at least 0",
        "INFERPLAN_SERVE_SLOT: this variable is not known; did you mean INFERPLAN_SERVE_SLOTS?",
        "callers",
    ):
        assert any(part in line for line in told), (part, told)


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "slots: 1\nslots: 2\n"])
def test_files_that_are_no_settings(tmp_path: Path, text: str) -> None:
    assert findings(written(tmp_path, text))


def test_paths_of_a_file_are_beside_it(tmp_path: Path) -> None:
    text = "store: jobs.sqlite\naccounts: {token_file: tokens}\ntls: {certificate_file: c.pem, key_file: /k.pem}\n"
    settings = load_settings(written(tmp_path, text), {}, {})
    assert settings.tls is not None
    assert Path(settings.store) == tmp_path / "jobs.sqlite"
    assert settings.accounts.token_file == tmp_path / "tokens"
    assert (settings.tls.certificate_file, settings.tls.key_file) == (tmp_path / "c.pem", Path("/k.pem"))
    assert settings.tells_callers_apart


def test_blocks_and_lists_in_variables() -> None:
    environment = {
        "INFERPLAN_SERVE_ACCOUNTS__CERTIFICATE_SCOPES": "[read]",
        "INFERPLAN_SERVE_METRICS__LISTEN": "127.0.0.1:0",
    }
    settings = load_settings(None, environment, {})
    assert settings.accounts.certificate_scopes == (Scope.READ,)
    assert settings.metrics is not None


def test_the_schema_describes_every_key() -> None:
    schema = settings_schema()
    for block in (schema, *schema["$defs"].values()):
        for key, entry in block.get("properties", {}).items():
            assert entry.get("description"), key
    assert schema["additionalProperties"] is False
    assert json.loads(inferplan("serve", "--schema").stdout) == schema


def test_the_example_of_the_readme_holds(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(# server\.yaml.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    settings = load_settings(written(tmp_path, example), {}, {})
    assert settings.tls is not None
    assert set(yaml.safe_load(example)) <= set(Settings.model_fields)


def test_the_command_tells_them_and_ends(tmp_path: Path) -> None:
    result = inferplan("serve", "--config", written(tmp_path, "slots: zero\n"), "--listen", "nowhere")
    assert result.exit_code == 2
    assert "slots (line 1)" in result.stderr
    assert inferplan("serve", "--config", tmp_path / "missing.yaml").exit_code == 2
