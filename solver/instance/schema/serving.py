"""How models may be served: precisions, parallelism, batch sizes, and the rates the user has measured."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from solver.catalog.entries import Positive, Precision, WholeNumber

from .base import Identifier, Part

Parallel = Annotated[WholeNumber, Field(ge=1, le=64)]
Sequences = Annotated[WholeNumber, Field(ge=1, le=4096)]
Units = Annotated[WholeNumber, Field(ge=1, le=64)]


class KvPrecision(StrEnum):
    """Number format of the key/value cache."""

    BF16 = "bf16"
    FP8 = "fp8"


class PrefillDecode(Part):
    """How many units of a group prefill and how many decode."""

    prefill: Units = Field(description="Units that only prefill.")
    decode: Units = Field(description="Units that only decode.")


class Disaggregated(Part):
    """Replicas that are groups of prefill and decode units in one server: no prefill slows a decode step down."""

    ratios: Annotated[tuple[PrefillDecode, ...], Field(min_length=1, max_length=64)] = Field(
        description="Units of each side, each ratio a deployment of its own; the group's accelerators must divide a server's."
    )
    prefill_tensor_parallel: tuple[Parallel, ...] = Field(
        default=(),
        description="Tensor parallelism of a prefill unit; blank: as the decode unit's, which is `tensor_parallel`.",
    )


class Rates(Part):
    """Sources of estimated rates. Measured profiles come before all of them."""

    silicon_database: bool = Field(
        default=False,
        description=(
            "Estimates from kernel times that NVIDIA measured, where there are any (extra `silicon`), before the roofline."
        ),
    )


class Serving(Part):
    """Which deployments are considered."""

    engines: tuple[Identifier, ...] = Field(default=("vllm",), min_length=1, description="Inference engines.")
    tensor_parallel: tuple[Parallel, ...] = Field(
        default=(1, 2, 4, 8), min_length=1, description="Accelerators that share every layer; must divide the server's."
    )
    pipeline_parallel: tuple[Parallel, ...] = Field(default=(1,), min_length=1, description="Stages of layers.")
    concurrency: tuple[Sequences, ...] = Field(
        default=(8, 16, 32, 64, 128, 256),
        min_length=1,
        description="Sequences a replica works on at once (operating points to choose from); memory and targets cut them.",
    )
    kv_precisions: tuple[KvPrecision, ...] = Field(
        default=(),
        description=(
            "Formats of the key/value cache; blank: the engine's own. `fp8` halves it where the accelerator has FP8; "
            "quality scores do not count its small loss."
        ),
    )
    expert_parallel: tuple[Parallel, ...] = Field(
        default=(1,),
        min_length=1,
        description="Ranks that experts are dealt to whole, a divisor of `tensor_parallel`; 1: every expert is split.",
    )
    attention_data_parallel: bool = Field(
        default=False,
        description="For mixtures of experts also ranks that split sequences instead of attention heads: MLA's cache is held once.",
    )
    chunked_prefill: bool = Field(
        default=True,
        description="Prefills in chunks mixed into decode steps; off: decoding waits for whole prefills, which start sooner.",
    )
    disaggregated: Disaggregated | None = Field(
        default=None, description="Also groups of prefill and decode units; blank: none."
    )


class MeasuredPoint(Part):
    """What one replica was measured to sustain for requests of one size."""

    input_tokens: Annotated[WholeNumber, Field(ge=1, le=10_000_000)] = Field(
        description="Input tokens of the measured requests."
    )
    output_tokens: Annotated[WholeNumber, Field(ge=1, le=10_000_000)] = Field(
        description="Output tokens of the measured requests."
    )
    requests_per_second: Positive = Field(description="Sustained by one replica.")
    ttft_ms: Positive | None = Field(default=None, description="At the target percentile, queueing not counted.")
    tpot_ms: Positive | None = Field(default=None, description="Time per output token, at the target percentile.")


class MeasuredProfile(Part):
    """Measured rates of one deployment; they override every estimate."""

    name: Identifier | None = Field(default=None, description="Shown in plans.")
    model: Identifier = Field(description="Model that was measured: a name in the catalog or in this file.")
    precision: Precision = Field(default=Precision.BF16, description="Number format it was served in.")
    accelerator: Identifier = Field(description="Accelerator it ran on: a name in the catalog or in this file.")
    tensor_parallel: Parallel = Field(default=1, description="Accelerators that shared every layer.")
    pipeline_parallel: Parallel = Field(default=1, description="Stages of layers.")
    engine: Identifier = Field(default="vllm", description="Inference engine.")
    kv_precision: KvPrecision | None = Field(
        default=None, description="Format of the key/value cache; blank: the engine's own."
    )
    expert_parallel: Parallel = Field(default=1, description="Ranks that experts were dealt to whole.")
    attention_data_parallel: bool = Field(default=False, description="Ranks split sequences, not attention heads.")
    concurrency: Sequences | None = Field(
        default=None, description="Sequences at once during the measurement; blank: not known, the rate stands alone."
    )
    points: Annotated[tuple[MeasuredPoint, ...], Field(min_length=1, max_length=1000)] = Field(
        description="What was measured, a point for each size of request."
    )
    source: str = Field(default="instance", description="Who measured it, when, and how.")
