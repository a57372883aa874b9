"""Kinds of study that decide over many scenarios, or search around one plan."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import Number, WholeNumber
from solver.instance.schema.base import Identifier, Part

from .uncertain import Method

Positive = Annotated[Number, Field(gt=0, le=1e9, allow_inf_nan=False)]
Level = Annotated[Number, Field(ge=0, lt=1, allow_inf_nan=False)]


class Solver(StrEnum):
    """How one decision for all scenarios is found."""

    AUTO = "auto"
    EXTENSIVE = "extensive"
    DECOMPOSITION = "decomposition"
    PROGRESSIVE_HEDGING = "progressive_hedging"


class Stochastic(Part):
    """Purchases and commitments for all scenarios alike; rent, dispatch and APIs as each turns out."""

    kind: Literal["stochastic"] = Field(
        description="Purchases and commitments for all scenarios alike, the rest as each turns out."
    )
    samples: Annotated[WholeNumber, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="Samples of what is uncertain, each a scenario; left out: the named scenarios alone."
    )
    method: Method = Field(default=Method.LATIN_HYPERCUBE, description="How samples are drawn.")
    cvar_weight: Annotated[Number, Field(ge=0, le=1e6, allow_inf_nan=False)] = Field(
        default=0.0, description="Weight of the tail: minimised is expected cost + weight x CVaR."
    )
    cvar_level: Level = Field(default=0.9, description="CVaR is the mean of the dearest (1 - level) of the scenarios.")
    wait: bool = Field(
        default=False, description="Orders signed after the first stage may wait until it is known which scenario came."
    )
    solver: Solver = Field(default=Solver.AUTO, description="`auto`: one joined MILP where small, else decomposition.")
    ranks: Annotated[WholeNumber, Field(ge=3, le=1024)] = Field(
        default=3, description="MPI processes of progressive hedging (a multiple of 3: hub and two bounds)."
    )
    verify: bool = Field(default=True, description="Hold every scenario's plan against the independent verifier.")


class Regret(Part):
    """The purchases whose largest regret over the named scenarios is least, and every candidate in every scenario."""

    kind: Literal["regret"] = Field(description="The purchases whose largest regret over the scenarios is least.")
    solver: Solver = Field(default=Solver.AUTO, description="`auto`: one joined MILP where small, else decomposition.")


class Measure(StrEnum):
    """What cost is weighed against."""

    CAPEX = "capex"
    CARBON = "carbon"
    POWER = "power"
    TTFT = "ttft"
    QUALITY = "quality"


class Pareto(Part):
    """Least cost for every limit on another measure, each point with its proven bound."""

    kind: Literal["pareto"] = Field(description="Least cost for every limit on another measure.")
    against: Measure = Field(
        description="capex USD, carbon tonnes, power kW of one's own rooms at full load, TTFT target ms, quality floor."
    )
    points: Annotated[WholeNumber, Field(ge=2, le=200)] = Field(
        default=7, description="Limits tried, evenly between the least cost's figure and zero; with `limits` left out."
    )
    limits: tuple[Annotated[Number, Field(ge=0, le=1e12, allow_inf_nan=False)], ...] = Field(
        default=(), description="Limits to try; needed for ttft and quality."
    )
    workloads: tuple[Identifier, ...] = Field(
        default=(), description="ttft and quality: whose target or floor; left out: every workload that has one."
    )


class Wish(StrEnum):
    """In what an alternative differs."""

    FEWEST_VENDORS = "fewest_vendors"
    LEAST_CAPEX = "least_capex"
    NO_PURCHASE = "no_purchase"
    MOST_DIFFERENT = "most_different"


class Alternatives(Part):
    """Plans that cost little more than the optimum and differ from it."""

    kind: Literal["alternatives"] = Field(
        description="Plans that cost little more than the optimum and differ from it."
    )
    within: Annotated[Number, Field(gt=0, le=1, allow_inf_nan=False)] = Field(
        default=0.05, description="Share of the optimum's cost that an alternative may cost more."
    )
    find: Annotated[tuple[Wish, ...], Field(min_length=1)] = Field(
        default=tuple(Wish), description="What is looked for, one alternative each."
    )


class Lever(StrEnum):
    """What a break-even search varies."""

    API_PRICE = "api_price"
    VOLUME = "volume"
    HARDWARE_PRICE = "hardware_price"
    UTILISATION = "utilisation"
    GROWTH = "growth"


class Side(StrEnum):
    """What owning is held against."""

    API_ONLY = "api_only"
    CLOUD_ON_DEMAND = "cloud_on_demand"
    CLOUD_RESERVED = "cloud_reserved"
    RENT_OR_CALL = "rent_or_call"


class BreakEven(Part):
    """The value of a lever at which owning begins, or ceases, to pay."""

    kind: Literal["break_even"] = Field(description="The value at which owning begins, or ceases, to pay.")
    of: Lever = Field(
        description="api_price, volume, hardware_price: multiple of today's; utilisation: mean over highest hour of the day; "
        "growth: per year."
    )
    low: Annotated[Number, Field(gt=-0.99, le=1e6, allow_inf_nan=False)] = Field(description="Least value searched.")
    high: Annotated[Number, Field(gt=-0.99, le=1e6, allow_inf_nan=False)] = Field(description="Largest value searched.")
    tolerance: Positive = Field(
        default=0.01, description="Width to which the break-even is narrowed, in the lever's unit."
    )
    against: Side = Field(
        default=Side.RENT_OR_CALL, description="Plans without servers of one's own that owning is held against."
    )
    own_only: bool = Field(
        default=True,
        description="Owning means servers of one's own alone; false: everything on offer, with a saving to beat.",
    )
    least_saving: Annotated[Number, Field(ge=0, lt=1, allow_inf_nan=False)] = Field(
        default=0.0, description="Owning pays where it saves more than this share of the other side's cost."
    )
    scan_points: Annotated[WholeNumber, Field(ge=2, le=100)] = Field(
        default=3, description="Values tried before bisecting, so that several crossings are seen."
    )
