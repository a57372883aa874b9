"""What a trace looks like, as text on stderr: rows, rate over time, lengths, buckets."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.markup import escape

from solver.instance.traces.buckets import Bucketing, aim_text, cost_text
from solver.instance.traces.lengths import Floats, LengthCells
from solver.instance.traces.measured import Measured
from solver.instance.traces.shape import week_text
from solver.instance.traces.write import tokens_text

_LEVELS = " ▁▂▃▄▅▆▇█"
_BAR = "█▏▎▍▌▋▊▉"
_COLUMNS, _BAR_COLUMNS = 64, 40


def show(measured: Measured, bucketing: Bucketing) -> None:
    """Print the picture."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in picture(measured, bucketing):
        console.print(line)


def picture(measured: Measured, bucketing: Bucketing) -> list[str]:
    """Lines with rich markup."""
    arrivals = measured.arrivals
    lines = [
        f"[bold]{escape(measured.path.name)}[/bold]: {measured.format.value}, {arrivals.requests} requests in "
        f"{_span(arrivals.duration_s)}, {arrivals.requests_per_second:.4g}/s"
    ]
    lines += [f"[yellow]rows: {remark}[/yellow]" for remark in measured.remarks()] or ["rows: all read"]
    peaks = [f"{s} s {'-' if p is None else f'{p:.2f}'}" for s, p in arrivals.peaks_to_mean.items()]
    inside = [f"{s:g} s {'-' if p is None else f'{p:.2f}'}" for s, p in arrivals.short_peaks.items()]
    lines += [
        f"burstiness: inter-arrival CV {arrivals.interarrival_cv:.2f}; peak over mean {', '.join(peaks) or '-'}",
        f"inside the hour, over its mean: {', '.join(inside) or '-'}",
        "",
        *_rate(measured),
        "",
        *_histogram("input tokens", tokens_text(measured.input_tokens), measured.cells, measured.cells.input_tokens),
        "",
        *_histogram("output tokens", tokens_text(measured.output_tokens), measured.cells, measured.cells.output_tokens),
        "",
    ]
    if measured.shape.weekday is not None:
        lines.append(
            f"shape of the day, hours 0..23 ({measured.shape.hours}): {spark(np.array(measured.shape.weekday))}"
        )
    if measured.shape.weekend is not None:
        lines.append(f"weekend: {spark(np.array(measured.shape.weekend))}")
    if measured.shape.week is not None:
        lines.append(f"days: {week_text(measured.shape.week)}")
    if measured.shape.why_not:
        lines.append(f"[dim]{measured.shape.why_not}[/dim]")
    if measured.prefix is None:
        lines.append("[dim]prefix reuse: the trace has no block ids[/dim]")
    else:
        found = measured.prefix
        lines.append(
            f"prefix reuse, infinite cache: {found.token_share:.1%} of input tokens, {found.block_share:.1%} of blocks"
        )
    lines.append(f"{len(bucketing.buckets)} length buckets; cost error of bucketing (roofline):")
    lines += [f"  {escape(line)}" for line in cost_text(bucketing.cost_errors)]
    if aim := aim_text(bucketing):
        lines.append(f"[yellow]{aim}[/yellow]")
    return lines


def spark(values: Floats) -> str:
    """One character a value, full height at the largest.

    >>> spark(np.array([0.0, 4.0, 8.0]))
    ' ▄█'
    """
    most = float(values.max())
    return "".join(_LEVELS[round(float(value) / most * (len(_LEVELS) - 1))] for value in values) if most > 0 else ""


def _rate(measured: Measured) -> list[str]:
    """Mean rate in up to 64 equal spans; the last one may be shorter and is left out unless it is the only one."""
    arrivals = measured.arrivals
    per = -(-len(arrivals.curve) // _COLUMNS)
    whole = max(1, int(arrivals.duration_s / (per * arrivals.curve_width_s)))
    counts = np.array(arrivals.curve, dtype=np.float64)
    spans = np.add.reduceat(counts, np.arange(0, len(counts), per))[:whole]
    width_s = min(per * arrivals.curve_width_s, arrivals.duration_s)
    rates = spans / width_s
    return [
        f"rate over time, {_span(width_s)} a column, {rates.min():.3g} to {rates.max():.3g} requests/s",
        f"[cyan]{spark(rates)}[/cyan]",
    ]


def _histogram(name: str, figures: str, cells: LengthCells, totals: Floats) -> list[str]:
    """Share of requests, and of tokens, by powers of two."""
    octave = np.floor(np.log2(totals / cells.requests)).astype(np.int64)
    requests = np.bincount(octave, weights=cells.requests) / cells.requests.sum()
    tokens = np.bincount(octave, weights=totals) / totals.sum()
    lines = [f"{name}: {figures}"]
    for k in range(int(octave.min()), len(requests)):
        lines.append(
            f"{2**k:>9} - {2 ** (k + 1) - 1:<9}[cyan]{_bar(requests[k] / requests.max())}[/cyan] "
            f"{requests[k]:6.1%} of requests, {tokens[k]:6.1%} of tokens"
        )
    return lines


def _bar(share: float) -> str:
    eighths = round(share * _BAR_COLUMNS * 8)
    text = "█" * (eighths // 8) + (_BAR[eighths % 8] if eighths % 8 else "")
    return text.ljust(_BAR_COLUMNS)


def _span(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.4g} {unit}"
    return f"{seconds:.4g} s"
