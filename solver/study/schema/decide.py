"""Kinds of study that decide over many scenarios, or search around one plan."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from solver.instance.schema.base import Part


class Stochastic(Part):
    """One first-stage decision for all scenarios."""

    kind: Literal["stochastic"] = Field(description="One first-stage decision for all scenarios.")


class Regret(Part):
    """The plan with the least largest regret over named scenarios."""

    kind: Literal["regret"] = Field(description="The plan with the least largest regret over named scenarios.")


class Pareto(Part):
    """The front of cost against another aim."""

    kind: Literal["pareto"] = Field(description="The front of cost against another aim.")


class Alternatives(Part):
    """Plans near the optimum that differ from it."""

    kind: Literal["alternatives"] = Field(description="Plans near the optimum that differ from it.")


class BreakEven(Part):
    """The value at which owning pays."""

    kind: Literal["break_even"] = Field(description="The value at which owning pays.")
