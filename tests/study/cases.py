"""Small studies as plain values, on the instance whose plan is known by hand; and files of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from solver.study.load import parse_study
from solver.study.loaded import LoadedStudy
from tests.cli.small import small

Values = dict[str, Any]


def study_values(**changed: Any) -> Values:
    """A sweep of the base alone; blocks are replaced."""
    head = {"schema": "inferplan.study/v1", "name": "try", "base": small(), "study": {"kind": "sweep"}}
    return {**head, **changed}


def study(**changed: Any) -> LoadedStudy:
    """The same, loaded."""
    return parse_study(study_values(**changed))


def study_file(folder: Path, **changed: Any) -> Path:
    """The same as a file."""
    path = folder / "study.json"
    path.write_text(json.dumps(study_values(**changed)), encoding="utf-8")
    return path


PRICE = "sites.room.offers[box].usd_per_server"
RENT = "sites.cloud.offers[kind=on_demand].usd_per_hour"
VOLUME = "workloads.chat.requests_per_second.mean"


def factor(name: str, path: str, **distribution: Any) -> Values:
    """A factor that multiplies the base's value."""
    return {"name": name, "paths": [path], "how": "times", "distribution": distribution}


def uncertain() -> list[Values]:
    """Demand and rent: what is bought hangs on both."""
    return [
        factor("demand", VOLUME, kind="uniform", low=0.5, high=1.5),
        factor("rent", RENT, kind="triangular", low=0.05, mode=0.2, high=1.0),
    ]
