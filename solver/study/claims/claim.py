"""A claim as a file: what is claimed, by whom, and over which settings it is computed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from solver.catalog.entries import Number
from solver.instance.diagnostics import InstanceError
from solver.instance.document import read_document, read_text
from solver.instance.schema.base import Identifier, Part

from .settings import Settings


class Unit(StrEnum):
    """What a claimed figure is."""

    SHARE = "share"
    MONTHS = "months"
    TIMES = "times"


class Claimed(Part):
    """The range claimed for one measure of the computation."""

    measure: Identifier = Field(description="Name of the measure, as the computation yields it.")
    of: str = Field(description="What is measured, in words.")
    low: Number = Field(description="Least value that bears the claim out.")
    high: Number = Field(description="Greatest value that bears the claim out.")
    unit: Unit = Field(description="`share` (0..1), `months` or `times` (a factor).")
    higher_is_more: bool = Field(
        default=True, description="False where a smaller figure is more of what is claimed (a payback, a cost ratio)."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Claimed:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class Claim(Part):
    """One public claim with all that its computation needs."""

    schema_: Literal["inferplan/claim/v1"] = Field(alias="schema", description="Version of this format.")
    name: Identifier
    claim: str = Field(description="The claim in one sentence.")
    source: str = Field(description="Who says so, or says something near it.")
    url: str = Field(description="Where it is published.")
    as_of: str = Field(description="Date of the publication.")
    claimed: Annotated[tuple[Claimed, ...], Field(min_length=1)]
    settings: Settings
    leaves_out: tuple[str, ...] = Field(
        default=(), description="What the claim does not say and the result depends on."
    )


class ClaimError(ValueError):
    """A claim file that cannot be used; one line for each thing that is wrong."""


def load_claim(path: Path) -> Claim:
    """Claim of a YAML file. Raises ClaimError with everything that is wrong, each with its place in the file."""
    try:
        document = read_document(read_text(path))
    except InstanceError as error:
        raise ClaimError(f"{path}: {error}") from None
    if document.findings:
        raise ClaimError("\n".join(f"{path}: {f.path}: {f.rule}" for f in document.findings))
    try:
        return Claim.model_validate(document.data)
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors()]
        raise ClaimError("\n".join(lines)) from None


def claim_files(folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Files of the claims asked for, all of them where none is named. Raises ClaimError for an unknown name."""
    known = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if not known:
        raise ClaimError(f"{folder}: holds no claim (*.yaml)")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ClaimError(f"no such claim: {', '.join(unknown)}; there are: {', '.join(known)}")
    return tuple(known[name] for name in (names or known))
