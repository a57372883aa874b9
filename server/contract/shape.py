"""How a message stands for a block of plain values. Both directions are driven by what is found here.

A field stands for the key of the same name, or for the one in RENAMED where the contract states a unit that the document
leaves out. Beside that:
- a oneof stands for the key of its own name; the type of the value chooses the member;
- a message that is nothing but a oneof stands for the member's value itself; where the oneof is named `kind`, the value is a
  block that says its kind;
- a message that is nothing but one repeated field, as a member of a oneof, stands for a list;
- a repeated message in PAIRS stands for a block with a key for each item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

KIND = "kind"

RENAMED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "BaselineCost": {"lifecycle_usd": "lifecycle", "usd_per_million_tokens": "per_million_tokens"},
        "Cost": {
            "lifecycle_usd": "lifecycle",
            "undiscounted_usd": "undiscounted",
            "usd_per_million_tokens": "per_million_tokens",
            "usd_per_million_tokens_by_workload": "per_million_tokens_by_workload",
        },
        "NetPresentValue": {"value_usd": "value", "low_usd": "low", "high_usd": "high"},
        "Progress": {"incumbent_usd": "incumbent", "bound_usd": "bound"},
        "Termination": {"objective_usd": "objective", "bound_usd": "bound"},
        "Verification": {"recomputed_objective_usd": "recomputed_objective"},
    }
)
"""Message -> field -> key of the plan document."""

PAIRS = frozenset(
    {
        "MetricScore",
        "NamedAmount",
        "NamedEmissions",
        "NamedTokenCost",
        "ProvenanceShare",
        "StreamAmount",
        "StreamFlow",
        "StudyInput",
    }
)
"""Messages of two fields, a key and its value."""


@dataclass(frozen=True, slots=True)
class Member:
    """What stands for one key: a single field, or the members of a oneof."""

    key: str
    fields: tuple[FieldDescriptor, ...]
    choice: bool

    @property
    def field(self) -> FieldDescriptor:
        """The only field. Not for a choice."""
        return self.fields[0]


def shape_of(message: Message) -> Descriptor:
    """Descriptor of a message."""
    return cast(Descriptor, message.DESCRIPTOR)


def block_of(field: FieldDescriptor) -> Descriptor:
    """Descriptor of the messages that a field holds. Raises TypeError for a field that holds none."""
    if field.message_type is None:
        raise TypeError(f"{field.full_name} holds no message")
    return field.message_type


@cache
def members(message: Descriptor) -> tuple[Member, ...]:
    """Members of a message in the order of its fields."""
    renamed = RENAMED.get(message.name, {})
    found: dict[str, Member] = {}
    for field in message.fields:
        oneof = field.containing_oneof
        if oneof is None or oneof.name.startswith("_"):
            key = renamed.get(field.name, field.name)
            found[key] = Member(key, (field,), choice=False)
        else:
            found.setdefault(oneof.name, Member(oneof.name, tuple(oneof.fields), choice=True))
    return tuple(found.values())


@cache
def by_key(message: Descriptor) -> Mapping[str, Member]:
    """Members by key."""
    return MappingProxyType({member.key: member for member in members(message)})


def union_of(message: Descriptor) -> Member | None:
    """The oneof that a message is nothing but, if it is."""
    found = members(message)
    return found[0] if len(found) == 1 and found[0].choice else None


def list_of(message: Descriptor) -> FieldDescriptor | None:
    """The repeated field that a message is nothing but, if it is."""
    fields = message.fields
    return fields[0] if len(fields) == 1 and fields[0].is_repeated else None


def is_pair(field: FieldDescriptor) -> bool:
    """Whether the items of a repeated field are keys with values."""
    return bool(field.is_repeated) and field.message_type is not None and field.message_type.name in PAIRS
