"""Hypothesis strategies made from the schema itself: plain values of every block that the schema accepts."""

from __future__ import annotations

import types
from collections.abc import Iterable
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

LARGEST = 1e12
MOST_ITEMS = 2
Values = st.SearchStrategy[Any]


def block(cls: type[BaseModel]) -> Values:
    """Values of a block: what is required, and any of what may be left out."""
    required: dict[str, Values] = {}
    optional: dict[str, Values] = {}
    for key, field in cls.model_fields.items():
        place = required if field.is_required() else optional
        place[field.alias or key] = of_type(field.annotation, field.metadata)
    return st.fixed_dictionaries(required, optional=optional)


def of_type(annotation: Any, limits: Iterable[Any] = ()) -> Values:
    """Values of a type within its limits."""
    limits = list(limits)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [limit for part in args[1:] for limit in (part.metadata if isinstance(part, FieldInfo) else [part])]
        return of_type(args[0], [*limits, *inner])
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(part, limits) for part in args if part is not type(None)])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        least = int(_limit(limits, "min_length", 0))
        return st.lists(of_type(args[0]), min_size=least, max_size=max(least, MOST_ITEMS))
    if issubclass(annotation, BaseModel):
        return block(annotation)
    if issubclass(annotation, Enum):
        return st.sampled_from([member.value for member in annotation])
    if annotation is bool:
        return st.booleans()
    if annotation is str:
        return _text(limits)
    return _number(annotation, limits)


def _text(limits: list[Any]) -> Values:
    longest = int(_limit(limits, "max_length", 40))
    pattern = next((limit.pattern for limit in limits if getattr(limit, "pattern", None)), None)
    if pattern is None:
        return st.text(min_size=int(_limit(limits, "min_length", 0)), max_size=min(longest, 12))
    texts = st.from_regex(pattern, fullmatch=True)
    return texts.filter(lambda text: len(text) <= longest and text.isascii() and "\n" not in text)


def _number(kind: type, limits: list[Any]) -> Values:
    above, least = _limit(limits, "gt", None), _limit(limits, "ge", None)
    below, most = _limit(limits, "lt", None), _limit(limits, "le", None)
    low = above if above is not None else least
    high = below if below is not None else most
    if kind is int:
        start = -1000 if low is None else int(low) + (above is not None)
        return st.integers(start, 1000 if high is None else int(high) - (below is not None))
    return st.floats(
        -LARGEST if low is None else float(low),
        LARGEST if high is None else float(high),
        exclude_min=above is not None,
        exclude_max=below is not None,
        allow_nan=False,
    )


def _limit(limits: list[Any], name: str, otherwise: Any) -> Any:
    found = [getattr(limit, name) for limit in limits if getattr(limit, name, None) is not None]
    return found[-1] if found else otherwise
