"""The published JSON Schema of instance files."""

from __future__ import annotations

from typing import Any

from .schema import Instance

SCHEMA_ID = "urn:inferplan:v1:instance"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an `inferplan/v1` instance, keys as they are written in the file, each described.

    It states what one field can state; rules across fields are checked on loading.
    """
    schema = Instance.model_json_schema(by_alias=True, mode="validation")
    schema = standard_limits(schema)
    head = {"$schema": DIALECT, "$id": SCHEMA_ID, "title": "inferplan/v1 instance"}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


STANDARD = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""Limits that stand behind a validator of their own come out under pydantic's names, which JSON Schema does not know."""


def standard_limits(part: Any) -> Any:
    """A schema with limits under JSON Schema's names."""
    if isinstance(part, list):
        return [standard_limits(item) for item in part]
    if not isinstance(part, dict):
        return part
    numeric = isinstance(part.get("type"), str)  # a block of properties has no type of its own
    return {
        STANDARD.get(key, key) if numeric else key: standard_limits(value)
        for key, value in part.items()
        if not (numeric and key == "allow_inf_nan")
    }


def undescribed(schema: dict[str, Any]) -> list[str]:
    """`Block.key` of every key of a schema that has no description of its own."""
    blocks = {"Instance": schema, **schema.get("$defs", {})}
    return [
        f"{name}.{key}"
        for name, block in blocks.items()
        for key, value in block.get("properties", {}).items()
        if not value.get("description")
    ]
