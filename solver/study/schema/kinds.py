"""What a study asks for, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import Number, WholeNumber
from solver.instance.schema.base import Months, Part

from .decide import Alternatives, BreakEven, Pareto, Regret, Stochastic
from .uncertain import Method, Samples


class Sweep(Part):
    """A plan for every scenario and every point of the grid."""

    kind: Literal["sweep"] = Field(description="A plan for every scenario and every point of the grid.")


class MonteCarlo(Part):
    """A plan for every sample of what is uncertain: the distribution of cost and payback."""

    kind: Literal["monte_carlo"] = Field(description="A plan for every sample of what is uncertain.")
    samples: Samples = Field(
        default=128,
        description="Samples of each scenario; with `saltelli` the base of a design with samples x (factors + 2) rows.",
    )
    method: Method = Field(
        default=Method.LATIN_HYPERCUBE, description="How samples are drawn; `saltelli` gives Sobol indices."
    )
    payback_within_months: tuple[Months, ...] = Field(
        default=(12, 24, 36), description="P(payback within so many months) is reported for each."
    )
    confidence: Annotated[Number, Field(ge=0.5, le=0.999)] = Field(
        default=0.95, description="Confidence of the intervals of means, quantiles and probabilities."
    )
    tornado: bool = Field(
        default=True,
        description="Also solve with each factor alone at its 10 % and 90 % quantile, the others at their median.",
    )
    resamples: Annotated[WholeNumber, Field(ge=100, le=100_000)] = Field(
        default=1000, description="Bootstrap resamples for the confidence of Sobol indices."
    )


AnyKind = Annotated[
    Sweep | MonteCarlo | Stochastic | Regret | Pareto | Alternatives | BreakEven, Field(discriminator="kind")
]
