"""What a study comes to: rows, further tables, figures, words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .row import Row
from .scenario import Cell

Line = Mapping[str, Cell]
"""One line of a table by column."""


@dataclass(frozen=True, slots=True)
class StudyResult:
    """`rows`: one a scenario, in order of index. `tables`: further ones by name, written beside the rows.

    `figures`: plain JSON values for programs; `words`: the same for people, one sentence an entry. `pictures`: SVG text by
    name. `drawings`: text for a terminal. `complete`: whether every task has ended.
    """

    kind: str
    rows: Sequence[Row]
    words: Sequence[str]
    figures: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    drawings: Sequence[str] = ()
    complete: bool = True
