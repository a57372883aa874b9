"""What is uncertain: distributions of values or of their changes, and how they move together."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import Number, Positive, WholeNumber
from solver.instance.schema.base import Identifier, Part

from .scenarios import PATH_HELP, OverridePath

Figure = Annotated[Number, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Spread = Annotated[Number, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Uniform(Part):
    """Every value between two equally likely."""

    kind: Literal["uniform"] = Field(description="Every value between two equally likely.")
    low: Figure = Field(description="Least value.")
    high: Figure = Field(description="Largest value.")


class Triangular(Part):
    """Least, most likely and largest value."""

    kind: Literal["triangular"] = Field(description="Least, most likely and largest value.")
    low: Figure = Field(description="Least value.")
    mode: Figure = Field(description="Most likely value.")
    high: Figure = Field(description="Largest value.")


class Pert(Part):
    """A beta distribution by least, most likely and largest value: smoother than the triangular one."""

    kind: Literal["pert"] = Field(description="Beta distribution by least, most likely and largest value.")
    low: Figure = Field(description="Least value.")
    mode: Figure = Field(description="Most likely value.")
    high: Figure = Field(description="Largest value.")
    weight: Positive = Field(default=4.0, description="Weight of the most likely value; 4 is usual.")


class Beta(Part):
    """A beta distribution stretched between two values."""

    kind: Literal["beta"] = Field(description="Beta distribution between two values.")
    alpha: Positive = Field(description="First shape.")
    beta: Positive = Field(description="Second shape.")
    low: Figure = Field(default=0.0, description="Least value.")
    high: Figure = Field(default=1.0, description="Largest value.")


class Normal(Part):
    """A normal distribution, cut where that is asked for."""

    kind: Literal["normal"] = Field(description="Normal distribution.")
    mean: Figure = Field(description="Mean, before cutting.")
    deviation: Spread = Field(description="Standard deviation, before cutting.")
    at_least: Figure | None = Field(default=None, description="No value below; left out: no cut.")
    at_most: Figure | None = Field(default=None, description="No value above; left out: no cut.")


class Lognormal(Part):
    """A lognormal distribution by its median and the deviation of its logarithm, cut where that is asked for."""

    kind: Literal["lognormal"] = Field(description="Lognormal distribution.")
    median: Positive = Field(description="Median, before cutting.")
    log_deviation: Annotated[Number, Field(gt=0, le=10, allow_inf_nan=False)] = Field(
        description="Standard deviation of the natural logarithm; 0.1 is about 10 %."
    )
    at_least: Figure | None = Field(default=None, description="No value below; left out: no cut.")
    at_most: Figure | None = Field(default=None, description="No value above; left out: no cut.")


class Discrete(Part):
    """A few values with their probabilities."""

    kind: Literal["discrete"] = Field(description="A few values with their probabilities.")
    values: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=1000)] = Field(
        description="Values, rising: that is what a rank correlation orders."
    )
    probabilities: tuple[Annotated[Number, Field(ge=0, le=1)], ...] = Field(
        default=(), description="One a value, together 1; left out: all alike."
    )


AnyDistribution = Annotated[
    Uniform | Triangular | Pert | Beta | Normal | Lognormal | Discrete, Field(discriminator="kind")
]


class How(StrEnum):
    """What a drawn figure does to the base's value."""

    VALUE = "value"
    TIMES = "times"
    PLUS = "plus"


class Factor(Part):
    """One uncertain figure."""

    name: Identifier = Field(description="Name of the factor: a column of the results.")
    paths: Annotated[tuple[OverridePath, ...], Field(min_length=1, max_length=50)] = Field(
        description=f"What it changes, all by the same draw. {PATH_HELP}"
    )
    how: How = Field(
        default=How.VALUE, description="The draw is the value, or is multiplied with or added to the base's."
    )
    whole: bool = Field(
        default=False, description="Round the value that comes out to a whole number (months, servers)."
    )
    distribution: AnyDistribution = Field(description="Distribution of the draw.")
    source: str = Field(default="", description="Where the range comes from; `assumption` where from nowhere.")


class Correlation(Part):
    """Two factors that move together."""

    between: tuple[Identifier, Identifier] = Field(description="Names of two factors.")
    rank: Annotated[Number, Field(ge=-1, le=1)] = Field(description="Spearman's rank correlation.")


class Method(StrEnum):
    """Ways to draw samples."""

    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"
    RANDOM = "random"
    SALTELLI = "saltelli"


Samples = Annotated[WholeNumber, Field(ge=1, le=1_000_000)]
