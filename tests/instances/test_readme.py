"""Every command of the README is run, and what it quotes is what comes out."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from .solving import COMMAND, INSTANCES, ROOT, solved

README = (ROOT / "README.md").read_text(encoding="utf-8")
PREFIXES = ("pip install uv && ", "uv run ")
TWO_COMMANDS = (
    "pip install uv && uv run inferplan solve instances/assistant-and-code.yaml",
    "pip install uv && uv run pytest",
)


def blocks(language: str) -> list[str]:
    """Code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


BLOCKS = [tuple(line for line in block.splitlines() if line.strip()) for block in blocks("sh")]
COMMANDS = [line for block in BLOCKS for line in block]
WITH_A_SERVER = [line.split("#")[0] for block in blocks("console") for line in block.splitlines() if line.strip()]
"""Commands that need a server or a secret: tests/cli and tests/server run them, here only their words are checked."""


def here(line: str) -> list[str]:
    """A line of the README with this environment's executables in place of what pip and uv would bring."""
    for prefix in PREFIXES:
        line = line.removeprefix(prefix)
    program, *arguments = shlex.split(line)
    if program == "pytest":
        return [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *arguments]
    assert program == "inferplan", f"the README has a command that this test does not know: {line}"
    return [*COMMAND, *(str(ROOT / part) if part.startswith("instances/") else part for part in arguments)]


def test_the_two_commands_are_there_word_for_word() -> None:
    assert set(TWO_COMMANDS) <= set(COMMANDS)


def test_no_command_is_missed() -> None:
    languages = set(re.findall(r"^```(\w*)\n(?:.*?)^```$", README, flags=re.MULTILINE | re.DOTALL))
    assert languages == {"sh", "console", "text", "yaml"}
    assert len(COMMANDS) == len(set(COMMANDS)) >= 10


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0])
def test_they_run_one_after_the_other(block: tuple[str, ...], tmp_path: Path) -> None:
    import subprocess

    for line in block:
        folder = ROOT if line.endswith("pytest") else tmp_path
        done = subprocess.run(here(line), cwd=folder, capture_output=True, text=True, timeout=400, check=False)
        assert done.returncode == 0, done.stderr or done.stdout
        assert "Traceback" not in done.stderr
        assert done.stdout or done.stderr


@pytest.mark.parametrize("line", WITH_A_SERVER)
def test_its_command_and_options_exist(line: str) -> None:
    import subprocess

    words = shlex.split(line.split("uv run inferplan ")[1])
    command = words[: 2 if words[0] == "token" else 1]
    told = subprocess.run(
        [*COMMAND, *command, "--help"], capture_output=True, text=True, timeout=60, check=True, env={"COLUMNS": "200"}
    ).stdout
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[\w-]+", told))


def test_the_smallest_instance_is_shown_as_it_stands() -> None:
    assert (INSTANCES / "smallest.yaml").read_text(encoding="utf-8") in blocks("yaml")


def test_the_worked_example_is_what_comes_out() -> None:
    """Its figures within what a gap of 1 % leaves open: another machine may stop at another plan."""
    quoted = next(block for block in blocks("text") if "net present lifecycle cost" in block)
    answer = solved("growth-in-stages")
    cost = float(re.search(r"^([\d,]+) USD net present", quoted, flags=re.MULTILINE).group(1).replace(",", ""))  # type: ignore[union-attr]
    assert answer["cost"]["lifecycle"] == pytest.approx(cost, rel=0.01)
    told = {
        name.replace(" ", "_"): (float(other.replace(",", "")), float(months))
        for name, other, months in re.findall(
            r"against ([a-z ]+) \(([\d,]+) USD\).*?pays back in ([\d.]+) months", quoted, flags=re.DOTALL
        )
    }
    assert set(told) == {"cloud_on_demand", "cloud_reserved"}
    for row in answer["payback"]:
        if row["baseline"] in told:
            lifecycle, months = told[row["baseline"]]
            assert row["baseline_cost"]["lifecycle"] == pytest.approx(lifecycle, rel=0.01)
            assert row["simple_months"] == pytest.approx(months, abs=3)
