"""What must be served: arrivals, lengths, latency, quality, what may wait."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from solver.catalog.entries import LengthBucket, NonNegative, Number, Positive, Share, WholeNumber

from .base import Identifier, Part, Rate


class PathPoint(Part):
    """Arrival level at one month; linear between points, constant after the last and before the first."""

    month: Annotated[WholeNumber, Field(ge=0, le=240)] = Field(description="Months after the horizon's start.")
    mean: NonNegative = Field(description="Mean requests per second in that month.")


class HourlyShape(Part):
    """Relative rate by hour of day; only ratios matter, the level is set by `mean`."""

    weekday: Annotated[tuple[NonNegative, ...], Field(min_length=24, max_length=24)] = Field(
        description="24 relative rates, hour 0 first."
    )
    weekend: Annotated[tuple[NonNegative, ...], Field(min_length=24, max_length=24)] | None = Field(
        default=None, description="24 relative rates on the weekday scale; default: the weekday's."
    )


class ShortPeak(Part):
    """How far arrivals rise above the hour's mean for a moment."""

    seconds: Annotated[Number, Field(gt=0, le=3600, allow_inf_nan=False)] = Field(
        description="Length of the window, seconds."
    )
    ratio: Annotated[Number, Field(ge=1, le=1000, allow_inf_nan=False)] = Field(
        description="Most requests in a window of that length over the mean of its hour."
    )


class Arrivals(Part):
    """Request arrivals: a mean level in the first month, its growth or its path, and the shape of the day."""

    mean: Annotated[Number, Field(gt=0, le=1e9, allow_inf_nan=False)] = Field(
        description="Mean requests per second in the first month."
    )
    growth_per_year: Rate = Field(default=0.0, description="Compound growth of the level per year; 0.6 is 60 %.")
    path: tuple[PathPoint, ...] = Field(
        default=(), description="Explicit level by month, instead of `growth_per_year`; `mean` then scales nothing."
    )
    shape: Identifier | HourlyShape = Field(
        default="flat", description="Name of a daily shape in the catalog, or hours."
    )
    shift_hours: Annotated[WholeNumber, Field(ge=-23, le=23)] = Field(
        default=0, description="Moves the shape later by so many hours (time zone)."
    )
    arrival_cv: Annotated[Number, Field(ge=0, le=50, allow_inf_nan=False)] = Field(
        default=1.0, description="Coefficient of variation of the time between arrivals; 1 is Poisson."
    )
    short_peaks: tuple[ShortPeak, ...] = Field(
        default=(),
        max_length=20,
        description="Peaks inside the hour that real-time capacity carries, or that the targets leave time to queue; "
        "empty: none are planned for.",
    )


class Latency(Part):
    """Latency targets. A target left out is not held."""

    ttft_ms: Positive | None = Field(default=None, description="Time to first token at the percentile, ms.")
    tpot_ms: Positive | None = Field(default=None, description="Time per output token after the first, ms.")
    end_to_end_ms: Positive | None = Field(default=None, description="Whole request at the percentile, ms.")
    percentile: Annotated[Number, Field(ge=50, le=99.99)] = Field(default=95.0, description="Share of requests, %.")


class QualityMode(StrEnum):
    """Whether the floor holds for each request or on average."""

    EACH = "each"
    AVERAGE = "average"


class QualityFloor(Part):
    """Least acceptable quality on a named metric."""

    metric: Identifier = Field(description="Metric name as in the models' scores (benchmark and harness).")
    at_least: Share = Field(description="Floor, 0..1.")
    mode: QualityMode = Field(
        default=QualityMode.EACH,
        description="`each`: every request's model reaches it; `average`: the request-weighted mean of every stage does.",
    )


class Batch(Part):
    """The share of requests that may wait."""

    share: Share = Field(default=1.0, description="Share of requests that may wait until the deadline.")
    deadline_hours: Annotated[Number, Field(ge=1, le=168, allow_inf_nan=False)] = Field(
        default=24.0, description="Hours from arrival to completion."
    )


class Workload(Part):
    """One stream of requests."""

    name: Identifier = Field(description="Name of the workload, shown in plans.")
    requests_per_second: Arrivals = Field(description="Arrivals: level, growth, shape of the day.")
    lengths: Identifier | Annotated[tuple[LengthBucket, ...], Field(min_length=1, max_length=200)] = Field(
        description="Name of a length profile in the catalog, or buckets whose shares sum to 1."
    )
    latency: Latency = Field(default_factory=Latency, description="Latency targets of requests that may not wait.")
    quality: QualityFloor | None = Field(default=None, description="No floor when left out.")
    batch: Batch | None = Field(default=None, description="Nothing may wait when left out.")
    prefix_cache_hit_rate: Annotated[Number, Field(ge=0, le=0.99)] = Field(
        default=0.0, description="Share of input tokens found in the prefix cache."
    )
    residency: tuple[Identifier, ...] = Field(
        default=(), description="Regions of law the data may be in (a site's or endpoint's `residency`); empty: any."
    )
    models: tuple[Identifier, ...] = Field(default=(), description="Only these models may serve it; empty: any.")
