"""Words of the solver's closed sets <-> numbers of the contract's enums.

A value `PAYBACK_STATUS_PAID_BACK` of the enum `PaybackStatus` stands for the member `PAID_BACK` of the solver's enum.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from google.protobuf.descriptor import EnumDescriptor

from solver.catalog.entries import Precision, Standing
from solver.deployments.services import RefusalKind
from solver.deployments.types import ServeKind
from solver.finance.breakeven import BreakEvenStatus
from solver.finance.irr import InternalRateStatus
from solver.finance.payback import PaybackStatus
from solver.finance.streams import Stream
from solver.instance.resolved import Severity
from solver.instance.schema import Baseline
from solver.instance.schema.finance import ResidualMode
from solver.instance.schema.horizon import DayTypes
from solver.instance.schema.policy import Queueing, Spare
from solver.instance.schema.serving import KvPrecision
from solver.instance.schema.workload import QualityMode
from solver.instance.timeline import SlotKind
from solver.performance.types import Provenance
from solver.plan.document import NOT_COMPARED
from solver.plan.verify.verdict import Family, Relation
from solver.plan.workloads import API_PROVENANCE
from solver.solve.termination import Limit, Reason
from solver.study.schema.decide import Lever, Measure, Side, Solver, Wish
from solver.study.schema.uncertain import How, Method

UNSPECIFIED = 0

SOLVER_ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "Baseline": Baseline,
        "BreakEvenStatus": BreakEvenStatus,
        "CheckFamily": Family,
        "CheckRelation": Relation,
        "DayTypes": DayTypes,
        "ExclusionReason": RefusalKind,
        "InternalRateStatus": InternalRateStatus,
        "KvPrecision": KvPrecision,
        "PaybackStatus": PaybackStatus,
        "Precision": Precision,
        "Provenance": Provenance,
        "QualityMode": QualityMode,
        "Queueing": Queueing,
        "ResidualMode": ResidualMode,
        "ServeKind": ServeKind,
        "Severity": Severity,
        "SlotKind": SlotKind,
        "Spare": Spare,
        "Standing": Standing,
        "Stream": Stream,
        "StudyHow": How,
        "StudyLever": Lever,
        "StudyMeasure": Measure,
        "StudyMethod": Method,
        "StudySide": Side,
        "StudySolver": Solver,
        "StudyWish": Wish,
        "TerminationLimit": Limit,
        "TerminationReason": Reason,
    }
)
"""Enum of the contract -> the solver's. Enums that are not here have the lower-case names of their values as words."""

BESIDE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "BreakEvenStatus": {"NOT_COMPARED": NOT_COMPARED},
        "InternalRateStatus": {"NOT_COMPARED": NOT_COMPARED},
        "PaybackStatus": {"NOT_COMPARED": NOT_COMPARED},
        "Provenance": {"API": API_PROVENANCE},
    }
)
"""Words that plans use beside the members of the solver's enum, by the name of the value."""


def prefix_of(enum: EnumDescriptor) -> str:
    """What the names of all values begin with: `PAYBACK_STATUS_`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", str(enum.name)).upper() + "_"


@cache
def words(enum: EnumDescriptor) -> Mapping[int, str]:
    """Number -> word, without the unspecified value. Raises KeyError for a value that the solver's enum does not have."""
    solver_enum = SOLVER_ENUMS.get(enum.name)
    known = {name: str(member.value) for name, member in solver_enum.__members__.items()} if solver_enum else {}
    known.update(BESIDE.get(enum.name, {}))
    found: dict[int, str] = {}
    for value in enum.values:
        if value.number != UNSPECIFIED:
            name = value.name.removeprefix(prefix_of(enum))
            found[value.number] = known[name] if known else name.lower()
    return MappingProxyType(found)


@cache
def numbers(enum: EnumDescriptor) -> Mapping[str, int]:
    """Word -> number."""
    return MappingProxyType({word: number for number, word in words(enum).items()})


def word(enum: EnumDescriptor, number: int) -> str:
    """Word of a number that a message holds; a number that stands for nothing becomes a word that no schema accepts."""
    return words(enum).get(number, "unspecified" if number == UNSPECIFIED else f"value {number}")


def number(enum: EnumDescriptor, text: object) -> int:
    """Number of a word. Raises ValueError for a word that the contract does not have."""
    found = numbers(enum).get(str(text))
    if found is None:
        raise ValueError(f"{enum.full_name} has no value for {text!r}")
    return found
