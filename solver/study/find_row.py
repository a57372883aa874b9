"""A plan named on the command line: a plan's JSON file, or a row of a study's results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from solver.catalog.names import nearest_names

from .compare import Named
from .kinds.registry import scenarios_of_kind
from .load import parse_study
from .row import row_from
from .row_of_plan import row_of_plan
from .runner import row_of
from .solving import row_task
from .store import FILE_NAME, read_answers
from .task import Outcome


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
        study = parse_study(json.loads((folder / "study.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise NotFoundError(f"{folder}: holds no study.json of a finished run of `inferplan study`") from None
    scenarios = scenarios_of_kind(study)
    wanted = [s for s in scenarios if str(s.index) == which] or [s for s in scenarios if s.name == which]
    if not wanted:
        near = nearest_names(which, {s.name for s in scenarios}, at_most=1)
        hint = f"did you mean {near[0]}?" if near else f"it has rows 0 to {len(scenarios) - 1}"
        raise NotFoundError(f"{folder}: no row or scenario {which}; {hint}")
    if len(wanted) > 1:
        first = ", ".join(str(s.index) for s in wanted[:5])
        raise NotFoundError(f"{folder}: {len(wanted)} rows belong to {which}; name one by its index ({first} ...)")
    scenario = wanted[0]
    task = row_task(study, scenario)
    answer = read_answers(folder / FILE_NAME).get(task.key)
    if answer is None:
        raise NotFoundError(f"{folder}: row {which} has no result yet; run the study again")
    name = scenario.name if which == scenario.name else f"{scenario.name} (row {scenario.index})"
    return Named(name, row_of(scenario, Outcome(task, answer)))
