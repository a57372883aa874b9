"""What is read from a trace, and what is wrong with its rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

LINES_NAMED = 5


class TraceFormat(StrEnum):
    """Formats of traces. `auto` tells them apart by the first line."""

    AUTO = "auto"
    AZURE = "azure"
    BURSTGPT = "burstgpt"
    MOONCAKE = "mooncake"
    RATES = "rates"
    TOTALS = "totals"
    CSV = "csv"
    JSONL = "jsonl"


class TraceError(Exception):
    """The file is no trace that can be measured; the text says why and what would be accepted."""


class Record(NamedTuple):
    """One request: arrival in s (since 1970 UTC, or since the trace's own zero), its tokens, its prefix blocks if any."""

    time_s: float
    input_tokens: int
    output_tokens: int
    block_ids: tuple[int, ...] | None = None


class BadRow(StrEnum):
    """Why a row was left out of every figure."""

    BLANK = "blank line"
    TOO_LONG = "line longer than 1 MiB"
    COLUMNS = "too few columns"
    JSON = "not a JSON object"
    TIME = "timestamp cannot be read"
    INPUT = "input tokens are no whole number"
    OUTPUT = "output tokens are no whole number"
    NO_INPUT = "no input tokens"
    NO_OUTPUT = "no output tokens (failed or cancelled)"
    TOO_MANY_TOKENS = "more than 10,000,000 tokens"
    REQUESTS = "number of requests is no number of at least 0"
    PERIOD = "period does not start after the one above"
    BLOCKS = "hash_ids is no list of whole numbers"


@dataclass(slots=True)
class Tally:
    """How many rows of one kind, and the lines of the first of them (1 is the file's first line)."""

    rows: int = 0
    first_lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count the row of a line."""
        self.rows += 1
        if len(self.first_lines) < LINES_NAMED:
            self.first_lines.append(line)


@dataclass(slots=True)
class BadRows:
    """Rows left out, by kind."""

    by_kind: dict[BadRow, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def add(self, kind: BadRow, line: int) -> None:
        """Count a bad row."""
        self.by_kind[kind].add(line)

    @property
    def rows(self) -> int:
        """All rows left out."""
        return sum(tally.rows for tally in self.by_kind.values())

    def described(self) -> list[str]:
        """One sentence for each kind, with line numbers."""
        found = []
        for kind, tally in self.by_kind.items():
            more = ", ..." if tally.rows > len(tally.first_lines) else ""
            lines = ", ".join(str(line) for line in tally.first_lines)
            found.append(f"{tally.rows} left out: {kind.value} (line {lines}{more})")
        return found
