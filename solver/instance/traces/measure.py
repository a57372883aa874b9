"""Measures a trace in one pass and flat memory."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np

from .arrivals import Arrivals
from .lengths import Lengths
from .measured import Measured
from .prefix import PrefixReuse
from .read import TraceReader
from .records import Record, TraceError, TraceFormat
from .shape import shape_of
from .totals import is_totals, measure_totals

_BLOCK_ROWS = 16_384


def measure_trace(path: Path, asked: TraceFormat = TraceFormat.AUTO) -> Measured:
    """Figures of a trace. Raises TraceError where it is none or has no two arrival times, OSError where unreadable."""
    if is_totals(path, asked):
        return measure_totals(path, asked)
    reader = TraceReader(path, asked)
    arrivals, lengths, prefix = Arrivals(), Lengths(), PrefixReuse()
    records = reader.records()
    while block := list(islice(records, _BLOCK_ROWS)):
        _count(block, arrivals, lengths, prefix)
    if reader.clock is None or lengths.requests == 0:
        raise TraceError("; ".join(["no row could be used", *reader.bad.described()]))
    figures = arrivals.figures()
    if figures.duration_s <= 0:
        raise TraceError("all requests arrive at one time, which gives no rate")
    first, second = lengths.figures()
    return Measured(
        path=path,
        format=reader.format,
        clock=reader.clock,
        arrivals=figures,
        input_tokens=first,
        output_tokens=second,
        cells=lengths.histogram.cells(),
        shape=shape_of(figures, reader.clock),
        prefix=prefix.figures(),
        bad=reader.bad,
    )


def _count(block: list[Record], arrivals: Arrivals, lengths: Lengths, prefix: PrefixReuse) -> None:
    arrivals.add(np.array([record.time_s for record in block]))
    lengths.add(
        np.array([record.input_tokens for record in block], dtype=np.int64),
        np.array([record.output_tokens for record in block], dtype=np.int64),
    )
    for record in block:
        prefix.add(record)
