"""The instance format as messages, for tools that build forms: every block, field, type, limit, default and meaning."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from inferplan.v1 import catalog_pb2, services_pb2
from server.contract.instance import SCHEMA
from solver.instance.schema import Instance
from solver.instance.schema_export import json_schema

Json = dict[str, Any]
ROOT = Instance.__name__
_TYPES = {
    "string": catalog_pb2.SCHEMA_TYPE_TEXT,
    "number": catalog_pb2.SCHEMA_TYPE_NUMBER,
    "integer": catalog_pb2.SCHEMA_TYPE_WHOLE_NUMBER,
    "boolean": catalog_pb2.SCHEMA_TYPE_BOOLEAN,
}


@cache
def schema_message() -> services_pb2.CatalogGetSchemaResponse:
    """Every block of the format, the instance itself first; enums are choices of the fields that take them."""
    schema = json_schema()
    definitions: Json = schema.get("$defs", {})
    blocks = {ROOT: schema, **{name: found for name, found in definitions.items() if "properties" in found}}
    return services_pb2.CatalogGetSchemaResponse(
        version=SCHEMA,
        root=ROOT,
        blocks=[_block(name, block, definitions) for name, block in blocks.items()],
    )


def _block(name: str, block: Json, definitions: Json) -> catalog_pb2.SchemaBlock:
    required = set(block.get("required", ()))
    return catalog_pb2.SchemaBlock(
        name=name,
        description=block.get("description", ""),
        fields=[
            catalog_pb2.SchemaField(
                name=key,
                description=found.get("description", ""),
                required=key in required,
                default_text=_default(found.get("default")),
                forms=[_form(form, definitions) for form in _forms(found, definitions)],
            )
            for key, found in block["properties"].items()
        ],
    )


def _forms(found: Json, definitions: Json) -> Iterator[Json]:
    """The alternatives of a field, references to enums followed; what may be null is said by `required`."""
    if "$ref" in found:
        target = definitions[_name(found)]
        yield found if "properties" in target else target
    elif "oneOf" in found or "anyOf" in found:
        for form in found["oneOf"] if "oneOf" in found else found["anyOf"]:
            yield from _forms(form, definitions)
    elif found.get("type") != "null":
        yield found


def _form(found: Json, definitions: Json) -> catalog_pb2.SchemaForm:
    repeated = found.get("type") == "array"
    items = list(_forms(found["items"], definitions)) if repeated else [found]
    blocks = [_name(item) for item in items if "$ref" in item]
    plain = next((item for item in items if "$ref" not in item), {})
    return catalog_pb2.SchemaForm(
        repeated=repeated,
        type=_type(plain) if plain else catalog_pb2.SCHEMA_TYPE_BLOCK,
        blocks=blocks,
        choices=[str(word) for word in plain.get("enum", [plain["const"]] if "const" in plain else [])],
        minimum=_first(plain, "minimum", "ge", "exclusiveMinimum", "gt"),
        maximum=_first(plain, "maximum", "le"),
        minimum_excluded=_first(plain, "exclusiveMinimum", "gt") is not None,
        pattern=plain.get("pattern"),
        shortest=found.get("minItems") if repeated else found.get("minLength"),
        longest=found.get("maxItems") if repeated else found.get("maxLength"),
    )


def _first(plain: Json, *keys: str) -> float | None:
    """The first limit given; pydantic writes `ge` for `minimum` and the like where a validator stands before the limit."""
    return next((float(plain[key]) for key in keys if key in plain), None)


def _type(plain: Json) -> catalog_pb2.SchemaType:
    if "enum" in plain or "const" in plain:
        return catalog_pb2.SCHEMA_TYPE_CHOICE
    return _TYPES[plain["type"]]


def _name(found: Json) -> str:
    return str(found["$ref"]).rsplit("/", 1)[-1]


def _default(value: Any) -> str | None:
    """Default as it would be written; None for no default and for blocks and lists that are empty."""
    if value is None or value in ("", [], {}) or isinstance(value, dict):
        return None
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
