"""The study file `inferplan.study/v1`: a base instance, what is varied, and what is asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from solver.catalog.entries import Number, WholeNumber
from solver.instance.schema.base import Identifier, Part

from .kinds import AnyKind
from .scenarios import Axis, NamedScenario
from .uncertain import Correlation, Factor


class StudySolve(Part):
    """Limits of every solve of the study, instead of the base instance's."""

    relative_gap: Annotated[Number, Field(ge=0, le=1, allow_inf_nan=False)] | None = Field(
        default=None, description="Proven distance from the optimum; default: the instance's."
    )
    time_limit_seconds: Annotated[Number, Field(gt=0, le=864_000, allow_inf_nan=False)] | None = Field(
        default=None, description="For one solve; default: the instance's."
    )
    threads: Annotated[WholeNumber, Field(ge=1, le=256)] | None = Field(
        default=None,
        description="Days of a large problem that one solve plans side by side; default: the instance's.",
    )
    warm: bool = Field(
        default=False,
        description="Start every solve from the base instance's plan: faster where only prices, demand or limits change; "
        "another plan within the gap may be found. Rows stay reproducible.",
    )
    baselines: bool = Field(default=True, description="Solve the instance's baselines too, for payback.")


class Study(Part):
    """Many solves of one problem with some of its values changed."""

    schema_: Literal["inferplan.study/v1"] = Field(alias="schema", description="Version of this format.")
    name: Identifier = Field(description="Name of the study, shown in results.")
    description: str = Field(default="", description="What the study is about, for people.")
    base: str | dict[str, Any] = Field(
        description="Instance file (YAML or JSON), relative to the study file; or an `inferplan/v1` instance itself."
    )
    seed: Annotated[WholeNumber, Field(ge=0, le=2_147_483_647)] = Field(
        default=0, description="Seed of all sampling; the same seed draws the same samples."
    )
    scenarios: Annotated[tuple[NamedScenario, ...], Field(max_length=10_000)] = Field(
        default=(), description="Named scenarios; left out: the base instance as it is, named `base`."
    )
    grid: Annotated[tuple[Axis, ...], Field(max_length=20)] = Field(
        default=(), description="Axes whose values are all combined with each other and with every scenario."
    )
    uncertain: Annotated[tuple[Factor, ...], Field(max_length=100)] = Field(
        default=(), description="Factors that are sampled."
    )
    correlations: tuple[Correlation, ...] = Field(default=(), description="Rank correlations between factors.")
    solve: StudySolve = Field(default_factory=StudySolve, description="Limits of every solve.")
    study: AnyKind = Field(description="What is asked, by `kind`.")
