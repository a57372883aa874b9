"""The published JSON Schema of study files."""

from __future__ import annotations

from typing import Any

from solver.instance import schema_export

from .schema import Study

SCHEMA_ID = "urn:inferplan.study:v1:study"


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an `inferplan.study/v1` file; rules across fields are checked on loading."""
    schema = schema_export.standard_limits(Study.model_json_schema(by_alias=True, mode="validation"))
    head = {"$schema": schema_export.DIALECT, "$id": SCHEMA_ID, "title": "inferplan.study/v1 study"}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def undescribed() -> list[str]:
    """`Block.key` of every key that has no description of its own."""
    return schema_export.undescribed(json_schema())
