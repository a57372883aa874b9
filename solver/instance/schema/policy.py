"""Limits the organisation sets, and how much is held back for safety."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from solver.catalog.entries import NonNegative, Number, Share, WholeNumber

from .base import Part, Usd

Margin = Annotated[Number, Field(gt=0, le=1, allow_inf_nan=False)]


class Spare(StrEnum):
    """Redundancy of real-time serving."""

    NONE = "none"
    N_PLUS_1 = "n+1"


class Queueing(StrEnum):
    """Whether waiting for a free place in a batch is modelled."""

    ERLANG_C = "erlang-c"
    OFF = "off"


class PlanningMargin(Part):
    """Share of a rate that is planned with, by where the rate comes from. 1 turns the margin off."""

    measured: Margin = Field(default=0.9, description="User-measured profiles.")
    silicon: Margin = Field(default=0.8, description="Silicon database.")
    roofline: Margin = Field(
        default=0.7, description="Built-in roofline: 10 % of public points measured below 0.7x of it."
    )
    silicon_experts: Margin | None = Field(
        default=None,
        description=(
            "Silicon database, mixtures of experts; blank: 0.72 of `silicon` (10 % of public points measured below 0.58x), "
            "1 where that is 1."
        ),
    )
    roofline_experts: Margin | None = Field(
        default=None,
        description=(
            "Built-in roofline, mixtures of experts; blank: 0.95 of `roofline` (10 % of public points measured below 0.67x), "
            "1 where that is 1."
        ),
    )


class Policy(Part):
    """Limits on the plan. What is left out does not limit."""

    capex_budget_usd: Usd | None = Field(default=None, description="All purchases over the horizon.")
    capex_budget_usd_per_stage: Usd | tuple[Usd, ...] | None = Field(
        default=None, description="Purchases ordered in one stage: one figure for all, or one a stage."
    )
    spare: Spare = Field(
        default=Spare.NONE, description="`n+1`: real-time load fits with one replica down, everywhere."
    )
    minimum_replicas: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(
        default=1,
        description="Replicas a deployment keeps all hours of a stage in which it is used at a site (above 1).",
    )
    spot_share: Share | None = Field(default=None, description="Most spot accelerators, share of all at any hour.")
    max_models: Annotated[WholeNumber, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Most different models in use over the horizon, APIs' included."
    )
    max_vendors: Annotated[WholeNumber, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Most different vendors: makers of accelerators in use and providers of APIs in use."
    )
    carbon_cap_tonnes: NonNegative | None = Field(default=None, description="Emissions over the horizon, t CO2e.")
    carbon_price_usd_per_tonne: Usd = Field(default=0.0, description="Charged on all emissions.")
    planning_margin: PlanningMargin = Field(
        default_factory=PlanningMargin, description="Share of each rate that is planned with."
    )
    queueing: Queueing = Field(default=Queueing.ERLANG_C, description="`off` for published examples without queueing.")
