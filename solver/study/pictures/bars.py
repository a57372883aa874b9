"""Bars, a histogram, and a tornado."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.study.analysis.tornado import Swing
from solver.study.sampling.distributions import Floats

from .svg import BLUE, INK, PALE, RED, bar, line, picture, short, text

WIDTH, LEFT, RIGHT = 900, 260, 110
ROW = 22
BINS = 24


def bars(title: str, parts: Sequence[tuple[str, float]], unit: str) -> str:
    """One horizontal bar a part, from 0."""
    most = max((abs(value) for _, value in parts), default=1.0) or 1.0
    scale = (WIDTH - LEFT - RIGHT) / most
    found = []
    for k, (name, value) in enumerate(parts):
        y = 40 + k * ROW
        found.append(text(LEFT - 8, y + 13, name[:42], anchor="end"))
        found.append(bar(LEFT, y, abs(value) * scale, ROW - 6, BLUE if value >= 0 else RED))
        found.append(text(LEFT + abs(value) * scale + 6, y + 13, f"{short(value)} {unit}"))
    return picture(WIDTH, 50 + ROW * len(parts), title, found)


def histogram(title: str, values: Floats, unit: str) -> str:
    """Counts in equal bins, with the median and the 5 % and 95 % quantiles marked."""
    counts, edges = np.histogram(values, bins=min(BINS, max(4, len(values) // 4)))
    width, height, base = WIDTH - 80, 220, 280
    step = width / len(counts)
    most = max(int(counts.max()), 1)
    found = [
        bar(40 + k * step + 1, base - height * count / most, step - 2, height * count / most)
        for k, count in enumerate(counts.tolist())
    ]
    low, high = float(edges[0]), float(edges[-1])
    found += [line(40, base, 40 + width, base, INK), text(40, base + 16, short(low))]
    found.append(text(40 + width, base + 16, f"{short(high)} {unit}", anchor="end"))
    for level in (0.05, 0.5, 0.95):
        value = float(np.quantile(values, level))
        x = 40 + width * ((value - low) / (high - low) if high > low else 0.5)
        found += [line(x, 40, x, base, RED), text(x + 3, 52, f"{level:.0%}: {short(value)}")]
    return picture(WIDTH, base + 30, title, found)


def tornado(title: str, swings: Sequence[Swing], unit: str) -> str:
    """One bar a factor from the cost at its low to that at its high, the widest on top."""
    known = [s for s in swings if s.low_usd is not None and s.high_usd is not None and s.middle_usd is not None]
    ends = [value for s in known for value in (s.low_usd, s.high_usd, s.middle_usd) if value is not None]
    least, most = min(ends, default=0.0), max(ends, default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / ((most - least) or 1.0)
    found = []
    for k, swing in enumerate(known):
        assert swing.low_usd is not None and swing.high_usd is not None and swing.middle_usd is not None
        y = 40 + k * ROW
        found.append(text(LEFT - 8, y + 13, swing.factor[:42], anchor="end"))
        for end, colour in ((swing.low_usd, BLUE), (swing.high_usd, RED)):
            start, stop = sorted((end, swing.middle_usd))
            found.append(bar(LEFT + (start - least) * scale, y, (stop - start) * scale, ROW - 6, colour))
        middle = LEFT + (swing.middle_usd - least) * scale
        found.append(line(middle, y - 4, middle, y + ROW - 4, INK))
    foot = 50 + ROW * len(known)
    found += [text(LEFT, foot, short(least)), text(WIDTH - RIGHT, foot, f"{short(most)} {unit}", anchor="end")]
    found.append(
        text(LEFT, foot + 18, "blue: factor at its 10 % quantile, red: at its 90 % quantile, others at their median")
    )
    found.append(line(LEFT, foot - 14, WIDTH - RIGHT, foot - 14, PALE))
    return picture(WIDTH, foot + 28, title, found)
