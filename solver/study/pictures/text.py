"""The same pictures in characters, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.study.analysis.tornado import Swing
from solver.study.sampling.distributions import Floats

from .svg import short

COLUMNS = 40
NAME = 34
BINS = 12


def text_bars(title: str, parts: Sequence[tuple[str, float]]) -> str:
    """One bar a part, from 0."""
    most = max((abs(value) for _, value in parts), default=0.0) or 1.0
    lines = [
        f"{name[:NAME]:<{NAME}} {'█' * round(COLUMNS * abs(value) / most)} {short(value)}" for name, value in parts
    ]
    return "\n".join([title, *lines])


def text_histogram(title: str, values: Floats) -> str:
    """Counts in equal bins."""
    counts, edges = np.histogram(values, bins=min(BINS, max(4, len(values) // 4)))
    most = max(int(counts.max()), 1)
    lines = [
        f"{short(float(edges[k])):>9} - {short(float(edges[k + 1])):<9} {'█' * round(COLUMNS * count / most)} {count}"
        for k, count in enumerate(counts.tolist())
    ]
    return "\n".join([title, *lines])


def text_tornado(title: str, swings: Sequence[Swing]) -> str:
    """One line a factor: the cost at its low and at its high."""
    most = max((swing.width_usd for swing in swings), default=0.0) or 1.0
    lines = []
    for swing in swings:
        if swing.low_usd is None or swing.high_usd is None:
            lines.append(f"{swing.factor[:NAME]:<{NAME}} not known: no plan at one of its ends")
            continue
        wide = "█" * round(COLUMNS * swing.width_usd / most)
        lines.append(f"{swing.factor[:NAME]:<{NAME}} {wide} {short(swing.low_usd)} to {short(swing.high_usd)}")
    return "\n".join([title, *lines])
