"""Schema errors in plain words: which rule, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from .diagnostics import Location, Report
from .places import MISSING, Place, blocks_in, description_of, fields_of, kinds_of, place_of
from .suggest import did_you_mean, nearest

Words = tuple[str, str]
"""Rule and fix."""

UNKNOWN_KEY = "this key is not known"
"""Rule told of a key that its block does not have."""

_NUMBER_WITH_UNIT = re.compile(r"\s*[$€£]?\s*([-+]?[0-9][0-9.,_' ]*)\s*(\S.*)?\Z")
_PATTERNS = {
    r"^\d{4}-(0[1-9]|1[0-2])$": ("must be a month as YYYY-MM, such as 2027-01", ""),
    "^USD$": ("must be USD: all money is in one currency", "convert other quotes before writing them down"),
    r"^[A-Za-z0-9][A-Za-z0-9 _.:/+@-]*$": (
        "a name starts with a letter or digit and holds only letters, digits, blanks and _ . : / + @ -",
        "",
    ),
}


def translate(error: ValidationError, data: Any, schema: type[BaseModel], report: Report) -> list[Location]:
    """Put all errors down in plain words; returns the place of each in the data."""
    places: list[Location] = []
    for item in error.errors(include_url=False, include_context=True, include_input=False):
        place = place_of(item["loc"], data, schema)
        kind = item["type"]
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            place = _kind_place(place)
        if place.wrong_branch or _follows_from_others(kind, place, item.get("ctx", {})):
            continue
        if place.choice:
            rule, fix = _choice(place), ""
        elif kind == "extra_forbidden":
            rule, fix = _unknown_key(place, data, schema)
        else:
            rule, fix = _words(kind, place, item.get("ctx", {}), item["msg"])
        if place.choice and place.location in places:
            continue
        places.append(place.location)
        value = "" if place.value is MISSING else place.value
        report.error(place.location, "nothing" if value is None else value, rule, fix)
    return places


def _follows_from_others(kind: str, place: Place, context: Mapping[str, Any]) -> bool:
    """A list that is too short only because its wrong items do not count."""
    return kind == "too_short" and isinstance(place.value, list) and len(place.value) >= context.get("min_length", 0)


def _kind_place(place: Place) -> Place:
    value = place.value.get("kind", MISSING) if isinstance(place.value, Mapping) else place.value
    return Place((*place.location, "kind"), value, place.annotation, None)


def _choice(place: Place) -> str:
    names = {"block": "a block of keys", "list": "a list", "name or number": "a single value"}
    return f"must be {' or '.join(names[form] for form in reversed(place.choice))}"


def _words(kind: str, place: Place, context: Mapping[str, Any], message: str) -> Words:
    if place.value is None and kind not in ("missing", "enum", "literal_error"):
        return _empty(kind)
    make = _WORDS.get(kind)
    if make is not None:
        return make(place, context)
    # A kind that the table lacks keeps pydantic's sentence, which names a rule, without its type name or address.
    return message.removeprefix("Value error, ").replace("Input should be", "must be"), ""


def _empty(kind: str) -> Words:
    wanted = {"model_type": "a block of keys", "model_attributes_type": "a block of keys", "tuple_type": "a list"}
    return f"must be {wanted.get(kind, 'a value')}, not nothing", "fill it in, or remove the key for its default"


def _missing(place: Place, context: Mapping[str, Any]) -> Words:
    key = place.location[-1]
    meaning = description_of(place.block, key)
    return "this key is required", f"add `{key}: ...`{f' ({meaning.rstrip(chr(46))})' if meaning else ''}"


def _number(place: Place, context: Mapping[str, Any]) -> Words:
    return "must be a number", _number_fix(place)


def _whole(place: Place, context: Mapping[str, Any]) -> Words:
    return "must be a whole number", _number_fix(place)


def _number_fix(place: Place) -> str:
    if not isinstance(place.value, str):
        return ""
    found = _NUMBER_WITH_UNIT.match(place.value[:60])
    if found is None:
        return ""
    digits = found[1].strip().rstrip(".,")
    unit = (found[2] or "").strip()
    if unit == "%":
        return f"write a share: {digits} % is {_hundredth(digits)}"
    if any(mark in digits for mark in ",' "):
        return "write it without separators and with a decimal point"
    if unit:
        return f"write {digits}: the unit is in the key's name"
    return f"write {digits} without the sign" if digits != place.value.strip() else ""


def _hundredth(digits: str) -> str:
    try:
        return f"{float(digits) / 100:.12g}"
    except ValueError:
        return "a number between 0 and 1"


def _at_least(place: Place, context: Mapping[str, Any]) -> Words:
    return f"must be at least {_limit(context['ge'])}", ""


def _more_than(place: Place, context: Mapping[str, Any]) -> Words:
    return f"must be more than {_limit(context['gt'])}", ""


def _at_most(place: Place, context: Mapping[str, Any]) -> Words:
    limit = context["le"]
    value = place.value
    is_percent = limit == 1 and isinstance(value, int | float) and 1 < value <= 100
    return f"must be at most {_limit(limit)}", f"write a share: {value:g} % is {value / 100:g}" if is_percent else ""


def _less_than(place: Place, context: Mapping[str, Any]) -> Words:
    return f"must be less than {_limit(context['lt'])}", ""


def _limit(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _text(place: Place, context: Mapping[str, Any]) -> Words:
    fix = f'write "{place.value}" in quotes' if isinstance(place.value, int | float) else ""
    return "must be a text", fix


def _pattern(place: Place, context: Mapping[str, Any]) -> Words:
    return _PATTERNS.get(str(context["pattern"]), (f"must have the form {context['pattern']}", ""))


def _one_of(place: Place, context: Mapping[str, Any]) -> Words:
    options = re.findall(r"'([^']*)'", str(context["expected"]))
    found = nearest(str(place.value), options) if isinstance(place.value, str) else None
    listed = ", ".join(options)
    return f"must be {'one of ' if len(options) > 1 else ''}{listed}", f"did you mean {found}?" if found and len(
        options
    ) > 1 else ""


def _offer_kind(place: Place, context: Mapping[str, Any]) -> Words:
    options = list(kinds_of(place.annotation))
    if place.value is MISSING:
        return "this key is required", f"add `kind: ...`, one of {', '.join(options)}"
    fix = did_you_mean(place.value, options) if isinstance(place.value, str) else ""
    return f"must be one of {', '.join(options)}", fix


def _unknown_key(place: Place, data: Any, schema: type[BaseModel]) -> Words:
    """The nearest key of the block; else the block below or beside it that has the key."""
    key, block = str(place.location[-1]), place.block
    if block is None:
        return "this key is not known", ""
    known = fields_of(block)
    parent: Any = data
    for step in place.location[:-1]:
        parent = parent[step]
    for below, annotation in known.items():
        if any(key in fields_of(inner) for inner in blocks_in(annotation)):
            return "this key is not known here", f"did you mean {below}.{key}?"
    outer = place_of(place.location[:-1], data, schema)
    others = kinds_of(outer.annotation)
    having = [kind for kind, other in others.items() if key in fields_of(other)]
    if having:
        return (
            f"`kind: {parent.get('kind')}` does not have this key",
            f"{' and '.join(having)} {'has' if len(having) == 1 else 'have'} it",
        )
    free = [name for name in known if name not in parent] or list(known)
    return UNKNOWN_KEY, did_you_mean(key, free, f"known keys: {', '.join(known)}")


def _list(place: Place, context: Mapping[str, Any]) -> Words:
    return "must be a list", f"write [{place.value}]" if isinstance(place.value, str | int | float) else ""


_WORDS: dict[str, Callable[[Place, Mapping[str, Any]], Words]] = {
    "missing": _missing,
    "float_type": _number,
    "float_parsing": _number,
    "int_type": _whole,
    "int_parsing": _whole,
    "int_parsing_size": _whole,
    "int_from_float": _whole,
    "finite_number": lambda place, context: ("must be a finite number", ""),
    "greater_than_equal": _at_least,
    "greater_than": _more_than,
    "less_than_equal": _at_most,
    "less_than": _less_than,
    "string_type": _text,
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda place, context: ("must not be empty", ""),
    "string_too_long": lambda place, context: (f"may have at most {context['max_length']} characters", ""),
    "enum": _one_of,
    "literal_error": _one_of,
    "tuple_type": _list,
    "list_type": _list,
    "too_short": lambda place, context: (f"must have at least {context['min_length']} items", ""),
    "too_long": lambda place, context: (f"may have at most {context['max_length']} items", ""),
    "model_type": lambda place, context: ("must be a block of keys", _block_fix(place)),
    "dict_type": lambda place, context: ("must be a block of keys", ""),
    "model_attributes_type": lambda place, context: ("must be a block of keys", ""),
    "union_tag_invalid": _offer_kind,
    "union_tag_not_found": _offer_kind,
}


def _block_fix(place: Place) -> str:
    blocks: Iterable[type[BaseModel]] = blocks_in(place.annotation)
    keys = [name for block in blocks for name, field in block.model_fields.items() if field.is_required()]
    return f"write {{{', '.join(f'{key}: ...' for key in keys)}}}" if keys else ""
