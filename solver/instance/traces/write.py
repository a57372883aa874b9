"""The `workloads:` block of a measured trace, ready to be pasted into an instance."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from .buckets import Bucketing, aim_text, cost_text
from .lengths import QUANTILES, TokenFigures
from .measured import Measured
from .shape import week_text

_MOST_CV = 50.0
_MOST_HIT_RATE = 0.99
_MOST_RATIO = 1000.0


def workload_name(text: str) -> str:
    """Name that an instance accepts, from a file's name or anything else.

    >>> workload_name("AzureLLM (code).csv.gz")
    'AzureLLM-code'
    """
    stem = re.sub(r"(\.(csv|jsonl|json|txt|gz))+$", "", text, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9_.]+", "-", stem).strip("-_.")[:80].rstrip("-") or "trace"


def workload_yaml(measured: Measured, bucketing: Bucketing, name: str, scale: float = 1.0) -> str:
    """YAML text with comments on what was measured and what was not. `scale` multiplies the rate only."""
    arrivals = measured.arrivals
    mean = arrivals.requests_per_second * scale
    peaks = ", ".join(
        f"{seconds} s {'too short to tell' if peak is None else f'{peak:.2f}'}"
        for seconds, peak in arrivals.peaks_to_mean.items()
    )
    bad = measured.bad.rows
    comments = [
        f"Measured from {one_line(measured.path.name)} (format {measured.format.value}): {arrivals.requests} requests in "
        f"{arrivals.duration_s:.1f} s; {bad} rows left out.",
        *(f"Rows: {remark}" for remark in measured.remarks()),
        *([f"Peak over mean by window: {peaks}."] if peaks else []),
        *(f"{way} tokens: {tokens_text(figures)}" for way, figures in _ways(measured)),
        f"Buckets: {len(bucketing.buckets)}; token totals off by {bucketing.input_error:.4%} in, "
        f"{bucketing.output_error:.4%} out (rounding).",
        "Cost error of bucketing, roofline seconds per request against the unbucketed lengths: "
        + ("not computed" if not bucketing.cost_errors else "; ".join(cost_text(bucketing.cost_errors))),
        f"Means hide the longest: the largest bucket has {max(b.input_tokens for b in bucketing.buckets)} input tokens, the "
        f"longest request {measured.input_tokens.largest}; context limits and latency are those of the buckets.",
    ]
    if aim := aim_text(bucketing):
        comments.append(aim)
    if measured.shape.week is not None:
        comments.append(f"Rate by day of week over the mean: {week_text(measured.shape.week)}")
    lines = ["workloads:", *(f"  # {comment}" for comment in comments), f"  - name: {json.dumps(name)}"]
    lines += [
        "    requests_per_second:",
        f"      mean: {mean:.10g}" + ("" if scale == 1 else f"   # {scale:g} x measured"),
    ]
    lines += _shape_lines(measured)
    cv = arrivals.interarrival_cv
    held = "" if cv <= _MOST_CV else f"   # measured {cv:.1f}; the schema's most"
    lines.append(f"      arrival_cv: {min(cv, _MOST_CV):.4g}{held}")
    lines += _peak_lines(measured, scale)
    lines.append("    lengths:")
    lines += [
        f"      - {{input_tokens: {bucket.input_tokens}, output_tokens: {bucket.output_tokens}, share: {bucket.share:.6f}}}"
        for bucket in bucketing.buckets
    ]
    if measured.prefix is None:
        lines.append("    # prefix_cache_hit_rate: not measured, the trace has no block ids")
    else:
        rate = min(measured.prefix.token_share, _MOST_HIT_RATE)
        lines.append(f"    prefix_cache_hit_rate: {rate:.4f}   # of a cache that never forgets: an upper bound")
    lines.append("    # latency, quality, batch: a trace does not hold what is asked of them; add your targets")
    return "\n".join(lines) + "\n"


def tokens_text(figures: TokenFigures) -> str:
    """Mean, quantiles and maximum on one line."""
    quantiles = ", ".join(f"p{100 * q:.0f} {value:g}" for q, value in zip(QUANTILES, figures.quantiles, strict=True))
    return f"mean {figures.mean:.1f}, {quantiles}, most {figures.largest}"


def one_line(text: str) -> str:
    """Text that cannot end a comment."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _ways(measured: Measured) -> Sequence[tuple[str, TokenFigures]]:
    return (("Input", measured.input_tokens), ("Output", measured.output_tokens))


def _shape_lines(measured: Measured) -> list[str]:
    shape = measured.shape
    if shape.weekday is None:
        return [f"      # shape: {shape.why_not}; flat until you name one"]
    lines = [f"      # hours {shape.hours}"]
    if shape.why_not:
        lines.append(f"      # {shape.why_not}")
    lines += ["      shape:", f"        weekday: {_list(shape.weekday)}"]
    if shape.weekend is not None:
        lines.append(f"        weekend: {_list(shape.weekend)}")
    return lines


def _peak_lines(measured: Measured, scale: float) -> list[str]:
    """The `short_peaks` of the workload: over the mean of the hour they lie in."""
    known = [(seconds, ratio) for seconds, ratio in measured.arrivals.short_peaks.items() if ratio is not None]
    if not known:
        return ["      # short_peaks: the trace cannot tell; none are planned for until you state them"]
    scaled = "" if scale <= 1 else "; of a larger stream they are lower, so these err on the safe side"
    lines = [f"      # most requests of a window over the mean of its hour{scaled}"]
    missing = [f"{seconds} s" for seconds, ratio in measured.arrivals.short_peaks.items() if ratio is None]
    if missing:
        lines.append(f"      # the trace cannot tell the peaks over {', '.join(missing)}")
    if any(ratio > _MOST_RATIO for _, ratio in known):
        lines.append(f"      # cut to {_MOST_RATIO:g}, the schema's most: peaks above it are not covered")
    lines.append("      short_peaks:")
    lines += [
        f"        - {{seconds: {seconds:g}, ratio: {min(max(ratio, 1.0), _MOST_RATIO):.4g}}}"
        for seconds, ratio in known
    ]
    return lines


def _list(values: tuple[float, ...]) -> str:
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"
