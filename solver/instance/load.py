"""From an instance file to a checked instance, or to all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .checks import check
from .diagnostics import Finding, InstanceError, Lines, Location, Report, in_order
from .document import Document, decode, read_document, read_text
from .resolved import Diagnostic, Severity
from .salvage import findings_despite
from .schema import Instance
from .translate import translate


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked instance. `diagnostics` holds warnings; `lines` is empty where it comes from no text."""

    instance: Instance
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: Lines = field(default_factory=dict)
    path: Path | None = None


def load_instance(path: Path | str) -> Loaded:
    """Instance of a YAML or JSON file (UTF-8, at most 8 MiB). Raises InstanceError with everything that is wrong."""
    place = Path(path)
    loaded = parse_instance(read_text(place))
    return Loaded(loaded.instance, loaded.diagnostics, loaded.lines, place)


def parse_instance(given: str | bytes | Mapping[str, Any]) -> Loaded:
    """Instance of a YAML or JSON text, or of plain values. Raises InstanceError with everything that is wrong."""
    if isinstance(given, bytes):
        given = decode(given)
    document = read_document(given) if isinstance(given, str) else read_values(given)
    del given  # as large as the document, and maybe nobody else's
    instance, findings = _validated(document)
    diagnostics = in_order(findings)
    if instance is None or any(finding.severity is Severity.ERROR for finding in diagnostics):
        raise InstanceError(diagnostics)
    return Loaded(instance, diagnostics, document.lines)


def read_values(given: Mapping[str, Any]) -> Document:
    """Plain values as a document without lines; tuples and enumerations become lists and texts."""
    import json

    try:
        text = json.dumps(given, default=_plain)
    except (TypeError, ValueError, RecursionError):
        error = Finding(Severity.ERROR, "file", "", "must hold nothing but texts, numbers, lists and blocks of keys")
        raise InstanceError([error]) from None
    document = read_document(text, lines=False)
    findings = tuple(Finding(f.severity, f.path, f.value, f.rule, f.fix, None, f.location) for f in document.findings)
    return Document(document.data, {}, findings)


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _validated(document: Document) -> tuple[Instance | None, Sequence[Finding]]:
    """The instance where the schema accepts the document, and every finding."""
    data, lines = document.data, document.lines
    report = Report(lines, list(document.findings))
    if not isinstance(data, dict):
        if not document.findings:
            report.error((), data, "an instance file is a block of keys", "start with `schema: inferplan/v1`")
        return None, report.found
    told = {finding.location for finding in document.findings}
    try:
        instance = Instance.model_validate(data)
    except ValidationError as error:
        schema = Report(lines, [])
        faults = translate(error, data, Instance, schema)
        report.found.extend(finding for finding in schema.found if not _within(finding.location, told))
        report.found.extend(findings_despite(data, [*faults, *told], lines, check))
        return None, report.found
    report.found.extend(check(instance, lines))
    return instance, report.found


def _within(location: Location, told: set[Location]) -> bool:
    return any(location[:length] in told for length in range(1, len(location) + 1))
