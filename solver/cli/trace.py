"""`inferplan trace`: a workload from a trace of requests."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from solver.cli.exits import Exit
from solver.instance.traces.buckets import Bucketing, SecondsPerRequest, choose_buckets
from solver.instance.traces.measure import measure_trace
from solver.instance.traces.measured import Measured
from solver.instance.traces.records import TraceError, TraceFormat
from solver.instance.traces.write import one_line, workload_name, workload_yaml

if TYPE_CHECKING:
    from solver.performance.roofline import ReplicaRoofline

_REPLICAS = (
    ("Llama-3.1-8B-Instruct", "bf16", "L40S", 1),
    ("Llama-3.3-70B-Instruct", "fp8", "H100-80GB-SXM", 4),
    ("Qwen3-235B-A22B", "fp8", "H200-SXM", 8),
)
"""Replicas whose roofline prices the buckets: a small one bound by memory, a dense and a mixture-of-experts one."""
_CONCURRENCY = 256


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """Options of one run. `buckets`: most length buckets, None for as few as keep the cost error below 1 %."""

    format: TraceFormat
    name: str | None
    buckets: int | None
    scale: float
    as_json: bool
    quiet: bool


def run_trace(path: Path, options: TraceOptions) -> Exit:
    """YAML block or JSON on stdout, the picture on stderr. Exit 2 where the file is no trace."""
    try:
        measured = measure_trace(path, options.format)
    except FileNotFoundError:
        return _refused(path, "does not exist")
    except (OSError, EOFError) as error:
        return _refused(path, f"cannot be read: {getattr(error, 'strerror', None) or error}")
    except TraceError as error:
        return _refused(path, str(error))
    hit_rate = 0.0 if measured.prefix is None else min(measured.prefix.token_share, 0.99)
    bucketing = choose_buckets(measured.cells, roofline_costs(hit_rate), options.buckets)
    text = workload_yaml(measured, bucketing, workload_name(options.name or path.name), options.scale)
    if not options.quiet:
        from solver.cli.trace_picture import show

        show(measured, bucketing)
    if options.as_json:
        typer.echo(json.dumps(answer(measured, bucketing, text), indent=1, allow_nan=False))
    else:
        typer.echo(text, nl=False)
    return Exit.PLAN


def roofline_costs(prefix_hit_rate: float) -> dict[str, SecondsPerRequest]:
    """Replica seconds per request at the concurrency that memory leaves, by replica."""
    from solver.catalog.entries import Precision
    from solver.catalog.load import catalog
    from solver.performance.roofline import ReplicaRoofline
    from solver.performance.types import ServingConfig

    found: dict[str, SecondsPerRequest] = {}
    for model, precision, accelerator, tensor in _REPLICAS:
        config = ServingConfig(
            catalog().models[model],
            Precision(precision),
            catalog().accelerators[accelerator],
            tensor,
            1,
            "vllm",
            _CONCURRENCY,
        )
        name = f"{model} {precision} on {tensor} x {accelerator}"
        found[name] = _seconds(ReplicaRoofline(config), prefix_hit_rate)
    return found


def _seconds(replica: ReplicaRoofline, prefix_hit_rate: float) -> SecondsPerRequest:
    from solver.performance.types import RequestSize, Unservable

    @cache
    def seconds(input_tokens: int, output_tokens: int) -> float | None:
        point = replica.point(RequestSize(input_tokens, output_tokens, prefix_hit_rate), _CONCURRENCY)
        return None if isinstance(point, Unservable) else 1.0 / point.requests_per_second

    return seconds


def answer(measured: Measured, bucketing: Bucketing, text: str) -> dict[str, object]:
    """The run as plain values: what was read, what was measured, the workload."""
    import yaml

    arrivals = measured.arrivals
    return {
        "file": measured.path.name,
        "format": measured.format.value,
        "requests": arrivals.requests,
        "bad_rows": {
            kind.value: {"rows": tally.rows, "first_lines": tally.first_lines}
            for kind, tally in measured.bad.by_kind.items()
        },
        "remarks": measured.remarks(),
        "first_s": arrivals.first_s,
        "last_s": arrivals.last_s,
        "calendar_dates": measured.clock.absolute,
        "requests_per_second": arrivals.requests_per_second,
        "interarrival_cv": arrivals.interarrival_cv,
        "peaks_to_mean": {f"{seconds}_s": peak for seconds, peak in arrivals.peaks_to_mean.items()},
        "short_peaks": {f"{seconds:g}_s": peak for seconds, peak in arrivals.short_peaks.items()},
        "period_s": arrivals.period_s,
        "input_tokens": asdict(measured.input_tokens),
        "output_tokens": asdict(measured.output_tokens),
        "shape": asdict(measured.shape),
        "prefix": None if measured.prefix is None else asdict(measured.prefix),
        "bucketing": {
            "buckets": len(bucketing.buckets),
            "input_tokens_error": bucketing.input_error,
            "output_tokens_error": bucketing.output_error,
            "cost_errors": [asdict(cost) for cost in bucketing.cost_errors],
        },
        "workload": yaml.safe_load(text)["workloads"][0],
    }


def _refused(path: Path, why: str) -> Exit:
    typer.echo(f"{path}: {one_line(why)}", err=True)
    return Exit.BAD_INPUT
