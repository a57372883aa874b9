"""What each benchmark instance is: the shape of its problem. The recipe fills it in from a seed."""

from __future__ import annotations

from dataclasses import dataclass

from solver.instance.schema.horizon import DayTypes

RECIPE_VERSION = 1
"""Raised with every change that makes other instances from the same seed: figures of two versions do not compare."""

FEW_MODELS = ("Qwen3-8B", "Qwen3-30B-A3B", "gpt-oss-20b", "Qwen3-32B", "Llama-3.3-70B-Instruct", "gpt-oss-120b")
MORE_MODELS = (*FEW_MODELS, "Qwen3-14B", "Gemma-3-27B", "Qwen2.5-72B-Instruct", "Qwen3-235B-A22B")


@dataclass(frozen=True, slots=True)
class Size:
    """Shape of one instance.

    `slot_hours` and `days` give the slots of a stage: 24 of one day for all, 48 of a weekday and a weekend day, 168 of
    a week. `models`: names in the catalog, or None for all of it. `whole_price_lists`: every server in the price list
    of a site's region, in place of a handful. `mean_rps`: geometric mean of the workloads' rates.
    """

    name: str
    about: str
    workloads: int
    buckets: int
    months: int
    stage_months: int
    days: DayTypes
    slot_hours: int
    models: tuple[str, ...] | None
    precisions: tuple[str, ...]
    concurrency: tuple[int, ...]
    sites: tuple[str, ...]
    endpoints: int
    mean_rps: float
    whole_price_lists: bool = False
    shortlist: int = 2
    """Models that a workload's team has approved."""
    resident: float = 0.0
    """Share of workloads whose data must stay in the US or in the EU."""
    servers_per_cloud: int | None = None
    """Server types that a cloud's contract covers, of the usual ones; None: all of them."""
    parallel: tuple[int, ...] = (1, 2, 4, 8)
    lead_times_months: tuple[int, ...] = (3, 4, 6)


XS = Size(
    name="XS",
    about="2 workloads, 1 stage, 6 slots: to try the command, not to measure",
    workloads=2,
    buckets=1,
    months=12,
    stage_months=12,
    days=DayTypes.EVERY_DAY,
    slot_hours=4,
    models=FEW_MODELS[:2],
    precisions=("fp8",),
    concurrency=(64,),
    sites=("aws-us-east-1",),
    endpoints=2,
    mean_rps=30.0,
)
S = Size(
    name="S",
    about="3 workloads, 1 stage, 24 slots: a team that serves one year from one room, one cloud or an API",
    workloads=3,
    buckets=3,
    months=12,
    stage_months=12,
    days=DayTypes.EVERY_DAY,
    slot_hours=1,
    models=FEW_MODELS[:4],
    precisions=("bf16", "fp8"),
    concurrency=(32, 128),
    sites=("own-virginia", "aws-us-east-1"),
    lead_times_months=(0,),
    endpoints=2,
    mean_rps=10.0,
)
M = Size(
    name="M",
    about="10 workloads, 6 stages x 48 slots: a company that plans three years with one room and two clouds",
    workloads=10,
    buckets=2,
    months=36,
    stage_months=6,
    days=DayTypes.WEEKDAY_WEEKEND,
    slot_hours=1,
    models=FEW_MODELS,
    precisions=("bf16", "fp8"),
    concurrency=(64,),
    sites=("own-virginia", "aws-us-east-1", "gcp-us-central1"),
    endpoints=4,
    mean_rps=10.0,
)
L = Size(
    name="L",
    about="25 workloads, 6 stages x 48 slots, 5 sites: every model, every accelerator of four clouds' price lists",
    workloads=25,
    buckets=2,
    months=36,
    stage_months=6,
    days=DayTypes.WEEKDAY_WEEKEND,
    slot_hours=1,
    models=None,
    precisions=("bf16", "fp8"),
    concurrency=(64,),
    sites=("own-virginia", "aws-us-east-1", "gcp-us-central1", "azure-eastus2", "aws-eu-central-1"),
    endpoints=8,
    mean_rps=10.0,
    resident=0.3,
    whole_price_lists=True,
)
XL = Size(
    name="XL",
    about="100 workloads, 12 stages x 168 slots, 10 sites: a group of companies, every hour of the week",
    workloads=100,
    buckets=2,
    months=36,
    stage_months=3,
    days=DayTypes.EACH_WEEKDAY,
    slot_hours=1,
    models=MORE_MODELS,
    precisions=("fp8",),
    concurrency=(64,),
    parallel=(1, 2, 4),
    sites=(
        "own-virginia",
        "own-frankfurt",
        "aws-us-east-1",
        "aws-us-west-2",
        "aws-eu-central-1",
        "aws-eu-north-1",
        "gcp-us-central1",
        "gcp-europe-west4",
        "azure-eastus2",
        "azure-westeurope",
    ),
    endpoints=8,
    mean_rps=10.0,
    shortlist=1,
    resident=0.6,
    servers_per_cloud=2,
)

SIZES: dict[str, Size] = {size.name: size for size in (XS, S, M, L, XL)}
