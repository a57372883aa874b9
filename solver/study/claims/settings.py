"""What each kind of computation is told: the spread of settings over which a claim is computed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import Number, Positive, Precision, Share, WholeNumber
from solver.instance.schema.base import Identifier, Part

Names = Annotated[tuple[Identifier, ...], Field(min_length=1)]
Tokens = Annotated[WholeNumber, Field(ge=1, le=1_000_000)]
Sequences = Annotated[WholeNumber, Field(ge=1, le=4096)]
Volumes = Annotated[tuple[Positive, ...], Field(min_length=1)]


class Size(Part):
    """Tokens of one request."""

    input_tokens: Tokens = Field(description="Input tokens of a request.")
    output_tokens: Tokens = Field(description="Output tokens of a request.")

    @property
    def label(self) -> str:
        """`input x output`."""
        return f"{self.input_tokens}x{self.output_tokens}"


class Target(Part):
    """Latency that the replicas compared hold; blank: none."""

    ttft_ms: Positive | None = Field(default=None, description="Most time to first token, ms.")
    tpot_ms: Positive | None = Field(default=None, description="Most time per output token, ms.")

    @property
    def label(self) -> str:
        """The target in words."""
        parts = [f"{name} {value:g} ms" for name, value in (("TTFT", self.ttft_ms), ("TPOT", self.tpot_ms)) if value]
        return ", ".join(parts) or "no target"


Sizes = Annotated[tuple[Size, ...], Field(min_length=1)]
Targets = Annotated[tuple[Target, ...], Field(min_length=1)]


class PrecisionSettings(Part):
    """Memory and accelerator time at a precision against 16 bit, on the same accelerator."""

    kind: Literal["precision"]
    models: Names
    accelerators: Names
    precisions: Annotated[tuple[Precision, ...], Field(min_length=1)]
    sizes: Sizes
    targets: Targets
    sequences: Annotated[tuple[Sequences, ...], Field(min_length=1)] = Field(
        description="Sequences held at once where memory is compared."
    )


class TechniqueSettings(Part):
    """Batching, prefix caching and sharding, each against doing without, on the same accelerator."""

    kind: Literal["techniques"]
    models: Names
    accelerators: Names
    precision: Precision
    sizes: Sizes
    targets: Targets
    start_concurrency: Annotated[tuple[Sequences, ...], Field(min_length=1)] = Field(
        description="Sequences at once before the batch is made as large as the target allows."
    )
    prefix_hit_rates: Annotated[tuple[Share, ...], Field(min_length=1)]


class ModelPair(Part):
    """A small and a large model."""

    small: Identifier
    large: Identifier


class ApiPair(Part):
    """The small and the large model at one provider."""

    small: Identifier
    large: Identifier


class ModelSizeSettings(Part):
    """Cost per token of a small model over that of a large one, each on its cheapest accelerators."""

    kind: Literal["model-size"]
    pairs: Annotated[tuple[ModelPair, ...], Field(min_length=1)]
    api_pairs: tuple[ApiPair, ...] = ()
    accelerators: Names
    precisions: Annotated[tuple[Precision, ...], Field(min_length=1)]
    sizes: Sizes
    targets: Targets


class Market(Part):
    """A choice of the instance's sites and endpoints by name."""

    name: Identifier
    places: Names = Field(description="Names of sites, and of endpoints (their `name`, else `api`).")


Markets = Annotated[tuple[Market, ...], Field(min_length=1)]


class WaitingSettings(Part):
    """Solves: what a plan costs less when a share of the requests may wait than when none may."""

    kind: Literal["waiting"]
    instance: str = Field(description="File of the instance, beside the claim.")
    shares: Annotated[tuple[Share, ...], Field(min_length=1)] = Field(
        description="Share of the requests that may wait."
    )
    deadline_hours: Annotated[tuple[Number, ...], Field(min_length=1)]
    volumes_requests_per_second: Volumes
    shapes: Names
    tpot_ms: Annotated[tuple[Positive, ...], Field(min_length=1)] = Field(
        description="Targets per output token of the requests that may not wait; what waits has none."
    )
    markets: Markets
    price_list: bool = Field(
        default=False,
        description="Also every API in the price list that has a batch price, against its standard price.",
    )


class OwningSettings(Part):
    """Solves: months until own servers have cost less than a plan without them."""

    kind: Literal["owning"]
    instance: str = Field(description="File of the instance, beside the claim.")
    volumes_requests_per_second: Volumes
    shapes: Names
    owned: Markets
    against: Markets


class Observation(Part):
    """One price at two dates, for the same capability or the same thing."""

    what: str
    measure: Identifier
    from_usd: Positive
    to_usd: Positive
    years: Positive
    source: str
    as_of: str
    standing: Literal["vendor", "secondary"] = "secondary"


class PriceTrendSettings(Part):
    """Yearly fall of prices: observations of the file, and of the catalog's reference figures."""

    kind: Literal["price-trend"]
    observations: tuple[Observation, ...]


class PublishedSpeed(Part):
    """Output tokens per second for one user, as published."""

    model: Identifier
    service: str
    tokens_per_second: Positive
    source: str
    as_of: str
    standing: Literal["measured", "vendor", "secondary"]


class ChipSettings(Part):
    """Inference-specific chips against GPUs: speed for one user, price per token, and cost from data sheets."""

    kind: Literal["chips"]
    speeds: tuple[PublishedSpeed, ...] = ()
    gpus: Names
    gpu_precisions: Annotated[tuple[Precision, ...], Field(min_length=1)]
    gpu_concurrency: Annotated[tuple[Sequences, ...], Field(min_length=1)] = Field(
        description="Sequences that the GPU replica works on beside the one whose speed is compared, itself included."
    )
    chip_providers: Names = Field(description="API providers whose services run on such chips.")
    gpu_providers: Names = Field(description="API providers whose services run on GPUs.")
    chips: tuple[Identifier, ...] = Field(default=(), description="Accelerators of the catalog made for inference.")
    models: Names = Field(description="Models for the comparison of chips from data sheets and list prices.")
    sizes: Sizes


Settings = Annotated[
    PrecisionSettings
    | TechniqueSettings
    | ModelSizeSettings
    | WaitingSettings
    | OwningSettings
    | PriceTrendSettings
    | ChipSettings,
    Field(discriminator="kind"),
]
