"""A plan named on the command line: a plan's JSON file, or a row of a study's results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from solver.catalog.names import nearest_names

from .compare import Named
from .row import row_from
from .row_of_plan import row_of_plan
from .write import ROWS_FILE


class NotFoundError(ValueError):
    """No such plan; the message says what there is."""


def find_plan(text: str) -> Named:
    """`plan.json`, or `FOLDER@INDEX` and `FOLDER@SCENARIO` of a study's results. Raises NotFoundError."""
    folder, at, which = text.rpartition("@")
    if at and Path(folder).is_dir():
        return _row(Path(folder), which)
    return _plan(Path(text))


def _plan(path: Path) -> Named:
    try:
        answer: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no JSON"
        raise NotFoundError(
            f"{path}: cannot be read as a plan: {reason}; for a row of a study write FOLDER@ROW"
        ) from None
    try:
        name = str(answer["instance"]["name"])
        return Named(name, row_from({**row_of_plan(answer), "index": 0, "scenario": name, "inputs": {}}))
    except (KeyError, TypeError):
        raise NotFoundError(f"{path}: this is no plan as `inferplan solve --json` or --out writes it") from None


def _row(folder: Path, which: str) -> Named:
    try:
        rows = [row_from(entry) for entry in json.loads((folder / ROWS_FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        raise NotFoundError(f"{folder}: holds no {ROWS_FILE} of a run of `inferplan study`") from None
    wanted = [row for row in rows if str(row.index) == which] or [row for row in rows if row.scenario == which]
    if not wanted:
        near = nearest_names(which, {row.scenario for row in rows}, at_most=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {len(rows)} rows, numbered from 0"
        raise NotFoundError(f"{folder}: no row or scenario {which}; {hint}")
    if len(wanted) > 1:
        first = ", ".join(str(row.index) for row in wanted[:5])
        raise NotFoundError(f"{folder}: {len(wanted)} rows belong to {which}; name one by its index ({first} ...)")
    row = wanted[0]
    name = row.scenario if which == row.scenario else f"{row.scenario} (row {row.index})"
    return Named(name, row)
