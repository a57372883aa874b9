"""Published measurements and what each says: which replica, which requests, how the benchmark ran, what came out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from solver.catalog.entries import Model, Precision
from solver.catalog.load import catalog
from solver.catalog.names import UnknownNameError
from solver.instance.schema.serving import KvPrecision

from .types import RequestSize, ServingConfig

SHIPPED_POINTS = Path(__file__).parent / "data" / "measured_points.csv"
HELD_OUT_POINTS = Path(__file__).parent / "data" / "held_out_points.csv"

# Names that publishers use, where they are not the catalog's own.
_ACCELERATORS = {"H100": "H100-80GB-SXM", "H200": "H200-SXM", "A100": "A100-80GB-SXM", "B200": "B200-SXM"}
_MODEL_ENDINGS = ("", "-Instruct", "-Chat", "-v0.1")
_PRECISIONS = {
    "fp16": "bf16",
    "fp8_block": "fp8",
    "w8a8": "int8",
    "awq": "int4",
    "gptq": "int4",
    "int4_awq": "int4",
    "w4a16": "int4",
}


class Mode(StrEnum):
    """How a benchmark offers its requests."""

    OFFLINE_MAX = "offline_max"
    """All at once, the engine's own batch limit."""
    FIXED_BATCH = "offline_fixed_batch"
    """One static batch from start to end."""
    CLOSED_LOOP = "online_concurrency"
    """So many clients, each sending its next request when one is answered; equal lengths keep them in step."""
    STEADY = "online_steady"
    """So many clients, long enough and with latencies small enough beside the run that they fall out of step."""
    FIRST_TOKEN = "ttft_batch1"
    """One prompt, time to its first token."""


class Quantity(StrEnum):
    """What is measured."""

    TOKENS_PER_SECOND = "tokens/s"
    TPOT_MS = "TPOT"
    TTFT_MS = "TTFT"


@dataclass(frozen=True, slots=True)
class PublishedPoint:
    """One measured point. `batch` is 0 where the engine chose it."""

    identifier: str
    source: str
    config: ServingConfig
    size: RequestSize
    batch: int
    mode: Mode
    measured: dict[Quantity, float]


def read_points(path: Path = SHIPPED_POINTS) -> tuple[PublishedPoint, ...]:
    """Points of a CSV file with the columns of the shipped one. Rows marked `scored` other than 1 are left out;
    columns `pp` (1) and `attention_dp` (from "DEP" in the notes) may be missing.

    Raises FileNotFoundError, KeyError for a missing column or a name the catalog lacks, ValueError for a bad number.
    """
    with path.open(newline="", encoding="utf-8") as stream:
        return tuple(_point(row) for row in csv.DictReader(stream) if row.get("scored", "1") == "1")


def _model(name: str) -> Model:
    """Catalog entry of a publisher's model name, with or without its ending. Raises UnknownNameError."""
    models = catalog().models
    for ending in _MODEL_ENDINGS:
        try:
            return models[name + ending]
        except UnknownNameError:
            continue
    return models[name]


def _point(row: dict[str, str]) -> PublishedPoint:
    reference = catalog()
    weights, cache = (_PRECISIONS.get(row[column], row[column]) for column in ("weights", "kv_dtype"))
    columns = {
        Quantity.TOKENS_PER_SECOND: "output_tok_s",
        Quantity.TPOT_MS: "tpot_ms",
        Quantity.TTFT_MS: "ttft_ms",
    }
    batch = int(row["batch_or_concurrency"] or 0)
    # TensorRT-LLM's DEP: ranks split the sequences in attention, and experts are dealt to them whole.
    dealt = row.get("attention_dp", "1" if "DEP" in row["notes"] else "0") == "1"
    return PublishedPoint(
        identifier=row["id"],
        source=row["source"],
        config=ServingConfig(
            model=_model(row["model"]),
            precision=Precision(weights),
            accelerator=reference.accelerators[_ACCELERATORS.get(row["hardware"], row["hardware"])],
            tensor_parallel=int(row["tp"]),
            pipeline_parallel=int(row.get("pp") or 1),
            engine=row["engine"],
            concurrency=max(1, batch),
            kv_precision=KvPrecision(cache),
            expert_parallel=int(row["tp"]) if dealt else 1,
            attention_data_parallel=dealt,
        ),
        size=RequestSize(int(row["isl"]), int(row["osl"])),
        batch=batch,
        mode=Mode(row["mode"]),
        measured={quantity: float(row[column]) for quantity, column in columns.items() if row[column]},
    )
