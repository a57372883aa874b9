"""What is varied by hand: named scenarios, and axes of a grid."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from solver.instance.schema.base import Identifier, Part

OverridePath = Annotated[str, Field(min_length=1, max_length=400)]

PATH_HELP = (
    "A path names a value of the instance, list items by name: `sites.frankfurt.offers[dgx-h200].usd_per_server`; "
    "`[*]` is every item, `[kind=on_demand]` every item with that value."
)


class NamedScenario(Part):
    """The base instance with some values changed."""

    name: Identifier = Field(description="Name of the scenario, shown in results.")
    description: str = Field(default="", description="What the scenario is about, for people.")
    overrides: dict[OverridePath, Any] = Field(
        default_factory=dict,
        description=f"New value by path, or {{times: x}}, {{plus: x}}, {{remove: true}}, {{add: item}} (to a list). {PATH_HELP}",
    )
    weight: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] = Field(
        default=1.0, description="Relative probability, where a kind of study uses one."
    )


class Axis(Part):
    """One axis of a grid: every value is combined with every value of the other axes and every scenario."""

    name: Identifier = Field(description="Name of the axis: a column of the results.")
    paths: Annotated[tuple[OverridePath, ...], Field(min_length=1, max_length=50)] = Field(
        description=f"What is varied, all to the same value. {PATH_HELP}"
    )
    values: Annotated[tuple[Any, ...], Field(min_length=1, max_length=10_000)] = Field(
        description="Values, or {times: x} and {plus: x}, in the order of the results."
    )
