"""The instance schema and the messages are one format: held equal field by field, both ways."""

from __future__ import annotations

import types
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from contract_facts import INSTANCE_FILES, WRAPPERS, comments, enums, messages, model_classes
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from server.contract.enums import BESIDE, SOLVER_ENUMS, numbers, prefix_of, words
from server.contract.shape import KIND, list_of, members, union_of

SCALARS = {
    float: FieldDescriptor.TYPE_DOUBLE,
    int: FieldDescriptor.TYPE_INT32,
    str: FieldDescriptor.TYPE_STRING,
    bool: FieldDescriptor.TYPE_BOOL,
}
CLASSES = model_classes()
ANSWERS_ONLY = {"DailyShape", "LengthProfile"}
"""Catalog entries that no instance holds."""


def test_every_block_has_a_message_and_every_message_a_block() -> None:
    assert set(messages(*INSTANCE_FILES)) == set(CLASSES) | WRAPPERS


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_same_fields(name: str) -> None:
    message, block = messages()[name], CLASSES[name]
    keys = {
        field.alias or key: field for key, field in block.model_fields.items() if not (key == KIND and _tag(block, key))
    }
    assert [member.key for member in members(message)] == list(keys)
    for member in members(message):
        field = keys[member.key]
        types_ = _alternatives(field.annotation)
        if member.choice:
            assert sorted(map(_of_field, member.fields)) == sorted(map(_of_type, types_)), member.key
        else:
            assert len(types_) == 1, member.key
            assert _of_field(member.field) == _of_type(types_[0]), member.key
            if member.field.is_repeated:
                assert name in ANSWERS_ONLY or _empty_is_left_out(field), member.key
            else:
                assert member.field.has_presence, f"{member.key}: left out cannot be told from zero"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_comments_say_what_the_schema_says(name: str) -> None:
    block = CLASSES[name]
    for member in members(messages()[name]):
        field = next(f for key, f in block.model_fields.items() if (f.alias or key) == member.key)
        told = comments()[f"{name}.{member.key}"]
        assert told.startswith(" ".join((field.description or "").split())), f"{name}.{member.key}"
        assert told.endswith(" Required.") == field.is_required(), f"{name}.{member.key}: {told}"
        default = _default(field)
        if default is not None:
            assert told.endswith(f" Default: {default}."), f"{name}.{member.key}: {told}"


def test_a_null_is_never_something_else_than_left_out() -> None:
    for name, block in CLASSES.items():
        for key, field in block.model_fields.items():
            if type(None) in _flat(field.annotation):
                assert field.default is None, f"{name}.{key}"


def test_everything_has_a_comment() -> None:
    assert [name for name, text in comments().items() if len(text) < 4] == []


@pytest.mark.parametrize("name", sorted(SOLVER_ENUMS))
def test_same_words(name: str) -> None:
    enum, solver_enum = enums()[name], SOLVER_ENUMS[name]
    named = {value.name.removeprefix(prefix_of(enum)) for value in enum.values} - {"UNSPECIFIED"}
    assert named == set(solver_enum.__members__) | set(BESIDE.get(name, {}))
    assert set(words(enum).values()) == {member.value for member in solver_enum} | set(BESIDE.get(name, {}).values())
    assert len(numbers(enum)) == len(enum.values) - 1


def test_enums_of_the_contract_alone() -> None:
    own = {"CatalogKind", "JobFailureReason", "JobState", "JobView", "OfferKind", "SchemaType", "StudyRowStatus"}
    assert set(enums()) == set(SOLVER_ENUMS) | own
    offers = {member.name for member in union_of(messages()["Offer"]).fields}  # type: ignore[union-attr]
    assert set(numbers(enums()["OfferKind"])) == offers


def _tag(block: type[BaseModel], key: str) -> bool:
    return get_origin(block.model_fields[key].annotation) is Literal


def _strip(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _flat(annotation: Any) -> list[Any]:
    annotation = _strip(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for arg in get_args(annotation) for part in _flat(arg)]
    return [annotation]


def _alternatives(annotation: Any) -> list[Any]:
    return [part for part in _flat(annotation) if part is not type(None)]


def _of_type(annotation: Any) -> str:
    """Type of a schema's field as a text: `int`, `list of Model`, `list of str or Model`."""
    if get_origin(annotation) is tuple:
        return "list of " + " or ".join(sorted(_of_type(part) for part in _flat(get_args(annotation)[0])))
    if get_origin(annotation) is Literal:
        return "str"
    assert isinstance(annotation, type), annotation
    return annotation.__name__


def _of_field(field: FieldDescriptor) -> str:
    if field.is_repeated:
        return "list of " + " or ".join(sorted(_item(field)))
    if field.message_type is not None and (items := list_of(field.message_type)) is not None:
        return _of_field(items)
    return _item(field)[0]


def _item(field: FieldDescriptor) -> list[str]:
    if field.enum_type is not None:
        return [str(field.enum_type.name)]
    if field.message_type is None:
        return [scalar.__name__ for scalar, number in SCALARS.items() if number == field.type]
    union = union_of(field.message_type)
    return [_of_field(member) for member in union.fields] if union else [_class_name(field.message_type)]


def _class_name(message: Descriptor) -> str:
    return str(message.name)


def _empty_is_left_out(field: FieldInfo) -> bool:
    """An empty list is the default, or is refused by the schema."""
    shortest = max((int(part.min_length) for part in field.metadata if hasattr(part, "min_length")), default=0)
    within = [part for arg in _flat_parts(field.annotation) for part in arg]
    return shortest >= 1 or field.default == () or any(getattr(part, "min_length", 0) for part in within)


def _flat_parts(annotation: Any) -> list[tuple[Any, ...]]:
    """Limits written inside a type, such as those of `Annotated[tuple[...], Field(min_length=24)] | None`."""
    found = [annotation, *get_args(annotation)]
    return [
        tuple(limit for part in get_args(one)[1:] for limit in getattr(part, "metadata", ()))
        for one in found
        if get_origin(one) is Annotated
    ]


def _default(field: FieldInfo) -> str | None:
    value = field.default
    if field.is_required() or field.default_factory is not None or value in (None, (), ""):
        return None
    if isinstance(value, tuple):
        return ", ".join(str(item.value if isinstance(item, Enum) else item) for item in value)
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:g}" if isinstance(value, float) else str(value)
