"""What the performance layer is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.catalog.entries import Accelerator, Model, Precision
from solver.instance.schema.serving import KvPrecision


class Provenance(StrEnum):
    """Where a rate comes from, in order of belief."""

    MEASURED = "measured"
    MEASURED_SCALED = "measured-scaled"
    SILICON = "silicon"
    ROOFLINE = "roofline"


@dataclass(frozen=True, slots=True)
class Disaggregation:
    """A replica that is a group: so many units only prefill, so many only decode, and caches move from one to the other."""

    prefill_units: int
    decode_units: int
    prefill_tensor_parallel: int


@dataclass(frozen=True, slots=True)
class ServingConfig:
    """One replica: a model at a precision on `accelerators` accelerators, working on `concurrency` sequences at once.

    `kv_precision`: format of the cache, None for the engine's own. `expert_parallel`: ranks that experts are dealt to
    whole; the rest of `tensor_parallel` splits each expert. `attention_data_parallel`: ranks split sequences, not heads,
    so that each holds all dense weights and the cache of its own sequences. `chunked_prefill`: prefills in chunks mixed
    into decode steps. With `disaggregation`, parallelism and concurrency are those of one decode unit.
    """

    model: Model
    precision: Precision
    accelerator: Accelerator
    tensor_parallel: int
    pipeline_parallel: int
    engine: str
    concurrency: int
    kv_precision: KvPrecision | None = None
    expert_parallel: int = 1
    attention_data_parallel: bool = False
    chunked_prefill: bool = True
    disaggregation: Disaggregation | None = None

    @property
    def accelerators(self) -> int:
        """Accelerators one replica occupies: all units of a group."""
        unit = self.tensor_parallel * self.pipeline_parallel
        if self.disaggregation is None:
            return unit
        group = self.disaggregation
        return group.prefill_units * group.prefill_tensor_parallel + group.decode_units * unit


@dataclass(frozen=True, slots=True)
class RequestSize:
    """Tokens of one request; `prefix_hit_rate` of the input is found in the prefix cache."""

    input_tokens: int
    output_tokens: int
    prefix_hit_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What one replica sustains for requests of one size, before any planning margin.

    `ttft_ms` and `tpot_ms` are at the operating concurrency, without waiting for a free place; None where a
    measurement did not state them. `concurrency` is what memory leaves of the configured one; of a disaggregated group
    the sequences that all its decode units hold at that rate.
    """

    requests_per_second: float
    concurrency: int
    ttft_ms: float | None
    tpot_ms: float | None
    provenance: Provenance
    source: str


@dataclass(frozen=True, slots=True)
class Unservable:
    """Why a configuration cannot serve a request size at all. `memory`: it does not fit."""

    reason: str
    memory: bool = False
