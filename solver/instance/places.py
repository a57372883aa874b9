"""Where in the file a schema error lies: pydantic's location without the names of union branches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from .diagnostics import Location

MISSING = object()
"""Stands for a value that the file does not have."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the data and what the schema knows of it.

    `block`: the schema of the block that the last key belongs to. `annotation`: type of the value. `wrong_branch`: the
    error is about a form (name, list, block) that the value does not have. `choice`: the forms it may have, where it
    has none of them.
    """

    location: Location
    value: Any
    annotation: Any
    block: type[BaseModel] | None
    wrong_branch: bool = False
    choice: tuple[str, ...] = ()


def place_of(location: Iterable[str | int], data: Any, schema: type[BaseModel]) -> Place:
    """Place of a pydantic error location in the data it was raised for."""
    steps = list(location)
    place = Place((), data, schema, None)
    while True:
        members = _members(place.annotation)
        if len(members) > 1 and steps:
            form = _form(place.value)
            forms = {_form_of(member) for member in members}
            if form not in forms:
                return Place(place.location, place.value, place.annotation, place.block, choice=tuple(sorted(forms)))
            branch = _branch(str(steps.pop(0)), members)
            if _form_of(branch) != form:
                return Place(place.location, place.value, place.annotation, place.block, wrong_branch=True)
            members = [branch]
        if not steps:
            return place
        place = _into(place, members[0], steps.pop(0))


def fields_of(block: type[BaseModel]) -> dict[str, Any]:
    """Type of each key that a block may have, by the key as written in the file."""
    return {field.alias or name: field.annotation for name, field in block.model_fields.items()}


def description_of(block: type[BaseModel] | None, key: str | int) -> str:
    """What the schema says about a key, empty where it says nothing."""
    if block is None:
        return ""
    for name, field in block.model_fields.items():
        if key in (name, field.alias):
            return field.description or ""
    return ""


def blocks_in(annotation: Any) -> list[type[BaseModel]]:
    """All block schemas that a value of this type may hold, one level down."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in get_args(annotation):
        found.extend(block for block in blocks_in(argument) if block not in found)
    return found


def kinds_of(annotation: Any) -> dict[str, type[BaseModel]]:
    """Blocks told apart by `kind`, by that word."""
    return {_kind(block): block for block in blocks_in(annotation) if _kind(block)}


def _into(place: Place, annotation: Any, step: str | int) -> Place:
    location = (*place.location, step)
    value: Any = MISSING
    if isinstance(place.value, Mapping):
        value = place.value.get(step, MISSING)
    elif isinstance(place.value, list | tuple) and isinstance(step, int) and 0 <= step < len(place.value):
        value = place.value[step]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Place(location, value, fields_of(annotation).get(str(step)), annotation)
    inner = [argument for argument in get_args(annotation) if argument is not Ellipsis]
    if get_origin(annotation) is dict:
        inner = inner[1:]
    return Place(location, value, inner[0] if inner else None, None)


def _members(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [member for part in get_args(annotation) for member in _members(part) if member is not NoneType]
    return [annotation]


def _branch(tag: str, members: list[Any]) -> Any:
    """Member of a union that pydantic calls `tag`: a class name, a `kind`, `tuple[...]`, `dict[...]`, or else a plain value."""
    for member in members:
        if isinstance(member, type) and issubclass(member, BaseModel) and tag in (member.__name__, _kind(member)):
            return member
    form = {"tuple": "list", "dict": "block"}.get(tag.partition("[")[0], "name or number")
    return next((member for member in members if _form_of(member) == form), members[0])


def _kind(block: type[BaseModel]) -> str:
    field = block.model_fields.get("kind")
    if field is None or get_origin(field.annotation) is not Literal:
        return ""
    return str(get_args(field.annotation)[0])


def _form_of(member: Any) -> str:
    if get_origin(member) is dict or (isinstance(member, type) and issubclass(member, BaseModel)):
        return "block"
    return "list" if get_origin(member) is tuple else "name or number"


def _form(value: Any) -> str:
    if isinstance(value, Mapping):
        return "block"
    return "list" if isinstance(value, list | tuple) else "name or number"
