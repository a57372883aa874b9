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
    """One panel an instance, one line a contender's first run; both axes logarithmic. Nothing without a gap to show."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    shown = [row for row in rows if row.run == 1 and any(gap is not None for _, gap in _gaps(row))]
    names = list(dict.fromkeys(row.instance for row in shown))
    if not names:
        return
    deep = -(-len(names) // PER_ROW)
    figure = Figure(figsize=(5.2 * min(PER_ROW, len(names)), 3.4 * deep), layout="constrained")
    panels = figure.subplots(deep, min(PER_ROW, len(names)), squeeze=False).flatten()
    for panel, name in zip(panels, names, strict=False):
        for row in (row for row in shown if row.instance == name):
            points = [(seconds, gap) for seconds, gap in _gaps(row) if gap is not None]
            end = max(row.wall_seconds or 0.0, points[-1][0])
            times, gaps = [t for t, _ in points] + [end], [g for _, g in points] + [points[-1][1]]
            colour = COLOURS[next(each for each in RANKED if each == row.contender)]
            panel.step(
                times,
                [max(100 * gap, 100 * LEAST_GAP) for gap in gaps],
                where="post",
                label=row.contender,
                color=colour,
            )
        panel.axhline(1.0, color="#999999", linewidth=0.8, linestyle=":")
        panel.set(xscale="log", yscale="log", title=name, xlabel="seconds", ylabel="proven gap, %")
        panel.set_ylim(top=100.0)
        panel.legend(fontsize="small")
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    _write(FigureCanvasSVG(figure), path)


def time_over_slots(slots: Sequence[int], seconds: Sequence[float], exponent: float | None, path: Path) -> None:
    """Points and the fitted power law."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    panel = figure.subplots()
    panel.plot(slots, seconds, "o", color="#1b6ca8", label="time to 1 %")
    if exponent is not None:
        middle = len(slots) // 2
        fitted = [seconds[middle] * (count / slots[middle]) ** exponent for count in slots]
        panel.plot(slots, fitted, "-", color="#8d99ae", label=f"slots ^ {exponent:.2f}")
    panel.set(xscale="log", yscale="log", xlabel="slots over all stages", ylabel="seconds to a proven gap of 1 %")
    panel.legend(fontsize="small")
    _write(FigureCanvasSVG(figure), path)


def _gaps(row: Row) -> list[tuple[float, float | None]]:
    return [(seconds, GapPoint(seconds, plan, bound).relative_gap) for seconds, plan, bound in row.trace]


def _write(canvas: object, path: Path) -> None:
    """The same picture gives the same file."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    assert isinstance(canvas, FigureCanvasSVG)
    with matplotlib.rc_context({"svg.hashsalt": "inferplan", "svg.fonttype": "none"}):
        canvas.print_svg(str(path), metadata={"Date": None})  # type: ignore[no-untyped-call]
