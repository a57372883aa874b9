"""`--out`: a folder for each instance, with the JSON answer and the plan's tables."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Literal

from solver.plan.plan import Plan

TableFormat = Literal["csv", "parquet"]
TABLE_NAMES = ("fleet", "replicas", "routing", "batch", "workloads", "latency", "rates", "cost", "cashflow", "payback")
TABLE_SUFFIXES = (".csv", ".parquet")


def folder_name(name: str) -> str:
    """Folder of an instance: its name with separators replaced, so that it lies directly in the output folder.

    >>> folder_name("team a/../../x: 2027")
    'team a_.._.._x_ 2027'
    """
    return re.sub(r"[^A-Za-z0-9._+@ -]", "_", name).rstrip(". ")


def shared_folders(named: list[tuple[Path, str]]) -> list[str]:
    """For pairs of file and instance name: one sentence for every folder that several instances would write to."""
    users: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for path, name in named:
        users[folder_name(name).casefold()].append((path, name))
    return [
        f"{', '.join(str(path) for path, _ in same)}: the folder {folder_name(same[0][1])!r} in --out would be written "
        "by each of them; give the instances different names"
        for same in users.values()
        if len(same) > 1
    ]


def why_unwritable(out: Path) -> str:
    """Why results cannot be written to the folder, as far as that can be told without making it; empty when they can."""
    there = out
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return f"{there} is not a folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"no permission to write to {there}"


def write_answer(plan: Plan, answer: object, out: Path, tables: TableFormat) -> None:
    """plan.json, and with a plan its tables; tables of an earlier run that no longer hold are removed. Raises OSError."""
    from solver.plan.tables import write_tables

    folder = out / folder_name(plan.resolved.instance.name)
    folder.mkdir(parents=True, exist_ok=True)
    written: set[Path] = set()
    if plan.decisions is not None:
        written.update(write_tables(plan, folder, tables))
    for name in TABLE_NAMES:
        for suffix in TABLE_SUFFIXES:
            if (stale := folder / f"{name}{suffix}") not in written:
                stale.unlink(missing_ok=True)
    (folder / "plan.json").write_text(json.dumps(answer, allow_nan=False, indent=1), encoding="utf-8")
