"""Workloads of benchmark instances: kinds of use as they are met in practice, drawn from a seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any

from solver.bench.sizes import Size
from solver.catalog.load import catalog

RATE_SPREAD = 1.0
"""Standard deviation of ln(requests/s) between workloads: two in three lie within a factor of 2.7 of the mean."""


@dataclass(frozen=True, slots=True)
class Use:
    """A kind of use. Lengths are medians, tokens; latency in ms; `waits` is the share of requests that may wait."""

    name: str
    input_tokens: int
    output_tokens: int
    shapes: tuple[str, ...]
    latency: dict[str, float] | None
    floors: tuple[float, ...]
    waits: float
    relative_rate: float


USES = (
    Use(
        "assistant",
        600,
        220,
        ("office-hours", "servegen-m-mid"),
        {"ttft_ms": 1500, "tpot_ms": 60},
        (0.64, 0.70),
        0,
        1.5,
    ),
    Use("code", 1800, 40, ("office-hours", "servegen-m-large"), {"end_to_end_ms": 6000}, (0.60, 0.64), 0, 2.0),
    Use("documents", 4000, 400, ("office-hours", "flat"), None, (0.60, 0.70), 1.0, 0.6),
    Use(
        "search",
        3000,
        250,
        ("office-hours", "consumer-evening"),
        {"ttft_ms": 2500, "tpot_ms": 70},
        (0.64, 0.70),
        0,
        0.8,
    ),
    Use(
        "consumer-chat",
        350,
        150,
        ("consumer-evening", "servegen-m-mid"),
        {"ttft_ms": 1200, "tpot_ms": 50},
        (0.60, 0.64),
        0,
        3.0,
    ),
    Use("summaries", 2500, 300, ("office-hours", "servegen-m-large"), {"end_to_end_ms": 45000}, (0.60, 0.64), 0.5, 0.7),
    Use("agents", 6000, 500, ("office-hours", "flat"), {"ttft_ms": 4000, "tpot_ms": 80}, (0.70, 0.74), 0, 0.4),
    Use("extraction", 1500, 120, ("flat", "office-hours"), None, (0.60,), 1.0, 1.2),
    Use(
        "reasoning",
        500,
        1600,
        ("office-hours", "servegen-deepseek-r1"),
        {"ttft_ms": 5000, "tpot_ms": 60},
        (0.70, 0.74),
        0.2,
        0.2,
    ),
    Use("support", 1200, 180, ("consumer-evening", "office-hours"), {"ttft_ms": 1500, "tpot_ms": 60}, (0.64,), 0, 1.0),
)


METRIC = "aa_mmlu_pro"
QUANTIZED = 0.985
"""Of a score, what a model approved for a floor keeps at least: so that it may be served at 8 bits."""


def workloads(size: Size, models: list[str], apis: list[dict[str, Any]], draw: Random) -> list[dict[str, Any]]:
    """Workloads of a size, as blocks of an instance file. Kinds of use take turns; the rest is drawn."""
    return [_workload(USES[at % len(USES)], at, size, models, apis, draw) for at in range(size.workloads)]


def _workload(
    use: Use, at: int, size: Size, models: list[str], apis: list[dict[str, Any]], draw: Random
) -> dict[str, Any]:
    floor = draw.choice(use.floors)
    rate = size.mean_rps * use.relative_rate * math.exp(draw.gauss(0.0, RATE_SPREAD))
    arrivals: dict[str, Any] = {
        "mean": _digits(rate),
        "growth_per_year": round(draw.uniform(0.05, 0.7), 2),
        "shape": draw.choice(use.shapes),
        "shift_hours": draw.choice((-8, -6, 0, 0, 0, 1)),
        "arrival_cv": draw.choice((1.0, 1.0, 1.5, 2.0)),
    }
    block: dict[str, Any] = {
        "name": f"{use.name}-{at + 1}",
        "requests_per_second": arrivals,
        "lengths": _buckets(use, size.buckets, draw),
        "quality": {"metric": METRIC, "at_least": floor},
        "models": _approved(floor, size, models, apis, draw),
    }
    if use.latency is not None:
        strict = draw.choice((1.0, 1.0, 1.25, 1.5))
        block["latency"] = {name: round(value * strict) for name, value in use.latency.items()}
        block["prefix_cache_hit_rate"] = draw.choice((0.0, 0.0, 0.2, 0.4))
    if use.waits:
        block["batch"] = {"share": use.waits, "deadline_hours": draw.choice((4, 8, 12, 24))}
    if draw.random() < size.resident:
        block["residency"] = [draw.choice(("us", "eu"))]
    return block


def _approved(floor: float, size: Size, models: list[str], apis: list[dict[str, Any]], draw: Random) -> list[str]:
    """Open models that reach the floor when quantized, and one closed model."""
    known = catalog()
    good = [
        name
        for name in models
        if any(score.metric == METRIC and score.score * QUANTIZED >= floor for score in known.models[name].quality)
    ]
    approved = sorted(draw.sample(good, min(size.shortlist, len(good))), key=models.index)
    closed = [
        block["model"]
        for block in apis
        if any(score["metric"] == METRIC and score["score"] >= floor for score in block.get("quality", ()))
    ]
    return [*approved, *draw.sample(closed, min(1, len(closed)))]


def _buckets(use: Use, count: int, draw: Random) -> list[dict[str, Any]]:
    """Buckets around the medians: shorter ones are more frequent. Shares sum to 1 exactly."""
    shares = {1: [1.0], 2: [0.7, 0.3], 3: [0.5, 0.35, 0.15]}[count]
    factors = {1: [1.0], 2: [0.6, 2.0], 3: [0.45, 1.2, 3.0]}[count]
    return [
        {
            "input_tokens": max(16, round(use.input_tokens * factor * draw.uniform(0.85, 1.15))),
            "output_tokens": max(4, round(use.output_tokens * math.sqrt(factor) * draw.uniform(0.85, 1.15))),
            "share": share,
        }
        for share, factor in zip(shares, factors, strict=True)
    ]


def _digits(value: float) -> float:
    """Three significant digits.

    >>> _digits(12.3456)
    12.3
    """
    return float(f"{value:.3g}")
