"""What was measured of a trace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .arrivals import ArrivalFigures
from .clock import Clock
from .lengths import LengthCells, TokenFigures
from .prefix import PrefixFigures
from .records import BadRows, TraceFormat
from .shape import Shape


@dataclass(frozen=True, slots=True)
class Measured:
    """What a trace holds. `prefix` is None where it has no block ids; `bad` rows are in no other figure."""

    path: Path
    format: TraceFormat
    clock: Clock
    arrivals: ArrivalFigures
    input_tokens: TokenFigures
    output_tokens: TokenFigures
    cells: LengthCells
    shape: Shape
    prefix: PrefixFigures | None
    bad: BadRows

    def remarks(self) -> list[str]:
        """What a reader should know of the rows: left out, out of order, without matching blocks."""
        found = self.bad.described()
        if self.arrivals.earlier_rows:
            found.append(f"{self.arrivals.earlier_rows} out of order: earlier than the row above; sorted in")
        if self.arrivals.late_rows:
            found.append(f"{self.arrivals.late_rows} too far out of order to sort in: not in CV, peaks and picture")
        if self.arrivals.whole_seconds:
            found.append("times are whole seconds: inter-arrival CV and 1 s peak are those of rounded times")
        if self.prefix is not None and self.prefix.mismatched_rows:
            found.append(
                f"{self.prefix.mismatched_rows} with another number of hash_ids than blocks of 512 input tokens"
            )
        if self.prefix is not None and not self.prefix.complete:
            found.append(f"prefix reuse measured on the first {self.prefix.requests} requests only (too many blocks)")
        if self.arrivals.period_s is not None:
            found += self._of_periods(self.arrivals.period_s)
        return found

    def _of_periods(self, period_s: float) -> list[str]:
        found = [
            f"a table of periods of {period_s:g} s, not of requests: lengths inside a period and peaks shorter than it "
            "are not seen, and buckets are made of the periods' means"
        ]
        if self.arrivals.interarrival_cv == 1.0:
            found.append("no coefficient of variation of arrivals in the table: 1 (Poisson) is taken")
        return found
