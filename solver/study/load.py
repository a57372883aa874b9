"""From a study file to a checked study, or to all that is wrong with it and its base at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from solver.instance.diagnostics import Finding, InstanceError, Location, Report, describe, in_order
from solver.instance.document import Document, read_document, read_text
from solver.instance.load import parse_instance, read_values
from solver.instance.resolved import Severity
from solver.instance.translate import translate

from .base import BaseInstance
from .check_factors import check_factors
from .check_kind import check_kind
from .check_scenarios import check_scenarios
from .loaded import LoadedStudy
from .remainder import remainder
from .scenarios import scenarios_of
from .schema import Study


def load_study(path: Path | str) -> LoadedStudy:
    """Study of a YAML or JSON file. Raises InstanceError with everything that is wrong with it, or with its base."""
    place = Path(path)
    return _checked(read_document(read_text(place)), place.parent, place)


def parse_study(given: str | Mapping[str, Any], folder: Path | None = None) -> LoadedStudy:
    """Study of a text or of plain values. `folder`: where its base is looked for; None: the base must be given in full."""
    document = read_document(given) if isinstance(given, str) else read_values(given)
    return _checked(document, folder, None)


def _checked(document: Document, folder: Path | None, path: Path | None) -> LoadedStudy:
    report = Report(document.lines, list(document.findings))
    study, origin = _study(document, report)
    base = None if study is None else _base(study, folder, report)
    if study is not None and base is not None:
        further = Report({}, [])
        check_scenarios(study, base, further)
        check_factors(study, base, further)
        check_kind(study, further)
        report.found.extend(_placed(finding, origin, document) for finding in further.found)
    findings = in_order(report.found)
    if study is None or base is None or any(finding.severity is Severity.ERROR for finding in findings):
        raise InstanceError(findings)
    return LoadedStudy(study, base, scenarios_of(study), findings, path)


def _study(document: Document, report: Report) -> tuple[Study | None, Mapping[Location, int]]:
    """The study, or what is left of a faulty one; and where list items stood in the file."""
    data = document.data
    if not isinstance(data, dict):
        if not document.findings:
            report.error((), data, "a study file is a block of keys", "start with `schema: inferplan.study/v1`")
        return None, {}
    told = {finding.location for finding in document.findings}
    try:
        return Study.model_validate(data), {}
    except ValidationError as error:
        schema = Report(document.lines, [])
        faults = translate(error, data, Study, schema)
        report.found.extend(
            f for f in schema.found if not any(f.location[:n] in told for n in range(1, len(f.location) + 1))
        )
        return remainder(data, [*faults, *told])


def _base(study: Study, folder: Path | None, report: Report) -> BaseInstance | None:
    """The base instance; what is wrong with it is told as its own findings, behind its name."""
    try:
        if isinstance(study.base, dict):
            shown = "base"
            values = read_values(study.base).data
        elif folder is None:
            report.error(("base",), study.base, "a study that comes from no file must hold its base instance itself")
            return None
        else:
            shown = study.base
            values = read_document(read_text(folder / study.base)).data
        parse_instance(values if isinstance(values, dict) else {})
        base = BaseInstance(values, shown)
        _ = base.resolved
    except InstanceError as error:
        for found in error.diagnostics:
            if found.severity is Severity.ERROR:
                report.error(
                    ("base",),
                    study.base if isinstance(study.base, str) else "",
                    f"the base instance: {describe(found)}",
                )
        return None
    return base


def _placed(finding: object, origin: Mapping[Location, int], document: Document) -> Finding:
    """A finding about what is left of a faulty file, at its place in the file."""
    assert isinstance(finding, Finding)
    location = finding.location
    if len(location) > 1 and location[:2] in origin:
        location = (location[0], origin[location[:2]], *location[2:])
    placed = Report(document.lines, [])
    placed.error(location, None, finding.rule, finding.fix)
    at = placed.found[0]
    return replace(finding, path=at.path, line=at.line, location=location)
