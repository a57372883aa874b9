"""Settings of a server from flags, environment and file, in this order of belief; all that is wrong is told at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from server.settings import Settings
from solver.instance.diagnostics import Finding, InstanceError, Lines, Report, in_order
from solver.instance.document import Document, read_document, read_text
from solver.instance.places import blocks_in
from solver.instance.resolved import Severity
from solver.instance.suggest import did_you_mean
from solver.instance.translate import translate

PREFIX = "INFERPLAN_SERVE_"
"""Variables are named after keys: INFERPLAN_SERVE_SLOTS, INFERPLAN_SERVE_TLS__KEY_FILE."""
SCHEMA_ID = "urn:inferplan:serve:v1"

Tree = dict[str, Any]


def load_settings(path: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Settings:
    """Settings. `flags` by key, those inside a block as `block.key`; None: not given.

    Relative paths of a file are relative to the file. Raises InstanceError with every finding.
    """
    document = Document({}, {}, ()) if path is None else read_document(read_text(path))
    report = Report(document.lines, list(document.findings))
    told: Tree = {}
    if isinstance(document.data, dict):
        told = document.data if path is None else _beside(document.data, path.parent)
    elif document.data is not None:
        report.error(
            (), document.data, "a configuration file is a block of keys", "start with `listen: 127.0.0.1:50051`"
        )
    _from_environment(told, environment, report)
    for key, value in flags.items():
        if value is not None:
            _put(told, tuple(key.split(".")), value)
    return _checked(told, document.lines, report)


def settings_schema() -> Tree:
    """JSON Schema (2020-12) of a configuration file."""
    schema = Settings.model_json_schema()
    schema["properties"]["store"].pop("default", None)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, "title": "inferplan serve"}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def _checked(told: Tree, lines: Lines, report: Report) -> Settings:
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(told)
    except ValidationError as error:
        translate(error, told, Settings, report)
    if settings is None or any(finding.severity is Severity.ERROR for finding in report.found):
        raise InstanceError(in_order(report.found))
    return settings


def _from_environment(told: Tree, environment: Mapping[str, str], report: Report) -> None:
    known = {PREFIX + "__".join(keys).upper(): keys for keys in _keys(Settings)}
    for name, text in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        if name in known:
            _put(told, known[name], _value(text))
        else:
            fix = did_you_mean(name, known, "the variables are named after the keys")
            report.found.append(Finding(Severity.ERROR, name, "", "this variable is not known", fix))


def _value(text: str) -> Any:
    """Numbers, switches, lists and blocks as YAML writes them; any other text as it stands."""
    try:
        return read_document(text).data
    except (InstanceError, yaml.YAMLError):
        return text


def _put(tree: Tree, keys: tuple[str, ...], value: Any) -> None:
    *blocks, last = keys
    for block in blocks:
        inner = tree.get(block)
        tree[block] = tree = dict(inner) if isinstance(inner, dict) else {}
    tree[last] = value


def _keys(block: type[BaseModel], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every key with those of the blocks around it; the keys of lists' items are not among them."""
    found: list[tuple[str, ...]] = []
    for name, field in block.model_fields.items():
        found.append((*above, name))
        if "tuple" not in str(field.annotation):
            for inner in blocks_in(field.annotation):
                found += _keys(inner, (*above, name))
    return found


def _beside(data: Tree, folder: Path) -> Tree:
    """The same with relative paths of files put behind the folder."""
    found: Tree = json.loads(json.dumps(data))
    places = [(found, "store"), (_block(found, "accounts"), "token_file")]
    places += [(_block(found, "tls"), key) for key in ("certificate_file", "key_file", "client_ca_file")]
    for block, key in places:
        value = block.get(key)
        if isinstance(value, str) and value and "://" not in value:
            block[key] = str(folder / value)
    return found


def _block(data: Tree, key: str) -> Tree:
    inner = data.get(key)
    return inner if isinstance(inner, dict) else {}
