"""Pictures of benchmarks as SVG: gap over time by contender, time over slots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from solver.bench.contest import RANKED
from solver.bench.gap_trace import GapPoint
from solver.bench.results import Row

COLOURS = dict(zip(RANKED, ("#1b6ca8", "#c44536", "#8d99ae", "#e09f3e", "#588157"), strict=True))
LEAST_GAP = 1e-4
PER_ROW = 2


def gap_over_time(rows: Sequence[Row], path: Path) -> None:
    """One panel an instance, one line a contender's first run; both axes logarithmic. Above 100 % is 100 %; no file without a gap."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    first = [row for row in rows if row.run == 1]
    names = list(dict.fromkeys(row.instance for row in first if _gaps(row)))
    if not names:
        return
    deep = -(-len(names) // PER_ROW)
    figure = Figure(figsize=(5.2 * min(PER_ROW, len(names)), 3.4 * deep), layout="constrained")
    panels = figure.subplots(deep, min(PER_ROW, len(names)), squeeze=False).flatten()
    for panel, name in zip(panels, names, strict=False):
        for row in (row for row in first if row.instance == name):
            points = _gaps(row)
            colour = COLOURS[next(each for each in RANKED if each == row.contender)]
            label = row.contender if points else f"{row.contender}: no gap"
            if points:
                points.append((max(row.wall_seconds or 0.0, points[-1][0]), points[-1][1]))
            times = [seconds for seconds, _ in points]
            shown = [100 * min(1.0, max(gap, LEAST_GAP)) for _, gap in points]
            panel.step(times, shown, where="post", label=label, color=colour)
        panel.axhline(1.0, color="#999999", linewidth=0.8, linestyle=":")
        panel.set(xscale="log", yscale="log", title=name, xlabel="seconds", ylabel="proven gap, %")
        longest = max(row.time_limit_seconds for row in first if row.instance == name)
        panel.set_xlim(0.1, 1.2 * longest)
        panel.set_ylim(100 * LEAST_GAP, 120.0)
        panel.xaxis.set_major_formatter("{x:g}")
        panel.yaxis.set_major_formatter("{x:g}")
        panel.legend(fontsize="small", loc="lower left")
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    _write(FigureCanvasSVG(figure), path)


def time_over_slots(
    slots: Sequence[int], seconds: Sequence[float], exponent: float | None, relative_gap: float, path: Path
) -> None:
    """Points and the fitted power law."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    panel = figure.subplots()
    panel.plot(slots, seconds, "o", color="#1b6ca8", label=f"time to {relative_gap:.0%}")
    if exponent is not None:
        middle = len(slots) // 2
        fitted = [seconds[middle] * (count / slots[middle]) ** exponent for count in slots]
        panel.plot(slots, fitted, "-", color="#8d99ae", label=f"slots ^ {exponent:.2f}")
    panel.set(
        xscale="log",
        yscale="log",
        xlabel="slots over all stages",
        ylabel=f"seconds to a proven gap of {relative_gap:.0%}",
    )
    panel.set_xticks(list(slots), [str(count) for count in slots], minor=False)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.legend(fontsize="small")
    _write(FigureCanvasSVG(figure), path)


def _gaps(row: Row) -> list[tuple[float, float]]:
    """Seconds and gaps, where there is a gap."""
    points = [GapPoint(*point) for point in row.trace]
    return [(point.seconds, gap) for point in points if (gap := point.relative_gap) is not None]


def _write(canvas: object, path: Path) -> None:
    """The same picture gives the same file."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    assert isinstance(canvas, FigureCanvasSVG)
    with matplotlib.rc_context({"svg.hashsalt": "inferplan", "svg.fonttype": "none"}):
        canvas.print_svg(str(path), metadata={"Date": None})  # type: ignore[no-untyped-call]
