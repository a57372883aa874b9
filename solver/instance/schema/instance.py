"""The instance file `inferplan/v1`: everything a plan is made from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import Accelerator, Model, Number, Precision, ServerType, WholeNumber

from .base import Identifier, Part
from .finance import Finance
from .horizon import Horizon
from .policy import Policy
from .serving import MeasuredProfile, Rates, Serving
from .sites import Endpoint, Site
from .workload import Workload


class Baseline(StrEnum):
    """Plans the result is compared with: the same problem solved with restricted offers."""

    API_ONLY = "api_only"
    CLOUD_ON_DEMAND = "cloud_on_demand"
    CLOUD_RESERVED = "cloud_reserved"
    STATUS_QUO = "status_quo"


class Solve(Part):
    """When the solver may stop."""

    relative_gap: Annotated[Number, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.01, description="Proven distance from the optimum, share of the cost."
    )
    time_limit_seconds: Annotated[Number, Field(gt=0, le=864_000, allow_inf_nan=False)] = Field(
        default=60.0, description="For the plan; each baseline may take as long again."
    )
    threads: Annotated[WholeNumber, Field(ge=1, le=256)] = Field(
        default=1,
        description="Days of a large problem that are planned side by side; HiGHS itself has one thread.",
    )
    seed: Annotated[WholeNumber, Field(ge=0, le=2_147_483_647)] = Field(
        default=0, description="Seed of the solver; the same seed gives the same run."
    )


class Instance(Part):
    """One planning problem."""

    schema_: Literal["inferplan/v1"] = Field(alias="schema", description="Version of this format.")
    name: Identifier = Field(description="Name of the instance, shown in plans.")
    description: str = Field(default="", description="What the instance is about, for people.")
    horizon: Horizon = Field(description="Months that are planned, their stages and the representative days.")
    finance: Finance = Field(default_factory=Finance, description="Discount rate, residual value, tax and escalation.")
    workloads: Annotated[tuple[Workload, ...], Field(min_length=1, max_length=1000)] = Field(
        description="Streams of requests to serve."
    )
    models: tuple[Identifier | Model, ...] = Field(
        default=(), description="Models on offer for own or rented servers: names in the catalog, or in full."
    )
    precisions: Annotated[tuple[Precision, ...], Field(min_length=1)] = Field(
        default=(Precision.BF16,), description="Number formats that models may be served in."
    )
    serving: Serving = Field(
        default_factory=Serving, description="Engines, parallelism and batch sizes that are considered."
    )
    rates: Rates = Field(default_factory=Rates, description="Which sources estimate rates.")
    accelerators: tuple[Accelerator, ...] = Field(default=(), description="Beside or instead of the catalog's.")
    servers: tuple[ServerType, ...] = Field(default=(), description="Beside or instead of the catalog's.")
    profiles: tuple[MeasuredProfile, ...] = Field(default=(), description="Measured rates; they override estimates.")
    sites: tuple[Site, ...] = Field(default=(), description="Places with offers of servers.")
    endpoints: tuple[Endpoint, ...] = Field(default=(), description="Per-token APIs on offer.")
    policy: Policy = Field(default_factory=Policy, description="Limits the organisation sets, and safety margins.")
    baselines: tuple[Baseline, ...] = Field(
        default=(), description="Plans with restricted offers that the result is compared with."
    )
    solve: Solve = Field(default_factory=Solve, description="Gap, time, threads and seed of the solver.")
