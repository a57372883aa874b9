"""Checks of what is varied by hand: every override names something, and leaves an instance that is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from solver.instance.diagnostics import Finding, InstanceError, Location, Report, describe
from solver.instance.resolved import Diagnostic, Severity
from solver.instance.suggest import nearest
from solver.instance.translate import UNKNOWN_KEY

from .apply import ChangeError, applied
from .base import BaseInstance, resolved_of
from .change import Change, read_change
from .paths import PathError, places, value_at
from .scenario import Scenario
from .scenarios import axis_changes, named
from .schema import Study
from .schema.scenarios import NamedScenario

MOST_ROWS = 1_000_000
MOST_TRIED = 500
"""Scenarios and axis values that are resolved when a study is loaded; those beyond fail as rows."""


def check_scenarios(study: Study, base: BaseInstance, report: Report) -> None:
    """Names are unique, the grid is not too large, every change can be made and leaves a sound instance."""
    _check_names(study, report)
    rows = len(named(study))
    for axis in study.grid:
        rows *= len(axis.values)
    if rows > MOST_ROWS:
        report.error(("grid",), rows, f"scenarios x grid may be at most {MOST_ROWS}")
        return
    for index, scenario in enumerate(study.scenarios[:MOST_TRIED]):
        _check_scenario(scenario, ("scenarios", index), base, report)
    for index in range(len(study.grid)):
        _check_axis(study, index, base, report)


def _check_names(study: Study, report: Report) -> None:
    twice = Counter(scenario.name for scenario in study.scenarios)
    for index, scenario in enumerate(study.scenarios):
        if twice[scenario.name] > 1 and study.scenarios.index(scenario) != index:
            report.error(("scenarios", index, "name"), scenario.name, "each scenario needs a name of its own")
    columns = [("grid", k, axis.name) for k, axis in enumerate(study.grid)]
    columns += [("uncertain", k, factor.name) for k, factor in enumerate(study.uncertain)]
    seen = {"index", "scenario", "sample", "status", *(path for s in study.scenarios for path in s.overrides)}
    for section, k, name in columns:
        if name in seen:
            report.error(
                (section, k, "name"), name, "this name is taken: each axis and factor is a column of the results"
            )
        seen.add(name)


def _check_scenario(scenario: NamedScenario, at: Location, base: BaseInstance, report: Report) -> None:
    changes = []
    sound = True
    for path, written in scenario.overrides.items():
        try:
            changes.append(read_change(path, written))
        except ValueError as error:
            report.error((*at, "overrides", path), written, f"scenario {scenario.name}: {error}")
            sound = False
    # One change that cannot be made should not hide the next: each is tried on what those before it left.
    document = dict(base.document)
    for change in changes:
        try:
            document = applied(document, [change], base.known)
        except ChangeError as error:
            report.error(
                (*at, "overrides", change.path), change.shown, f"scenario {scenario.name}: {error.rule}", error.fix
            )
            sound = False
    if sound:
        tell_invalid(
            Scenario(0, scenario.name, tuple(changes)), base, (*at, "overrides"), f"scenario {scenario.name}", report
        )


def _check_axis(study: Study, index: int, base: BaseInstance, report: Report) -> None:
    axis, at = study.grid[index], ("grid", index)
    before = len(report.found)
    for k, path in enumerate(axis.paths):
        check_path(study, path, (*at, "paths", k), base, report)
    readable = []
    for k, value in enumerate(axis.values):
        try:
            readable.append((k, axis_changes(axis, value)))
        except ValueError as error:
            report.error((*at, "values", k), value, f"axis {axis.name}: {error}")
    if len(report.found) > before:
        return
    for k, changes in readable[:MOST_TRIED]:
        scenario = Scenario(0, axis.name, changes)
        where = (*at, "values", k)
        try:
            base.changed(scenario)
        except ChangeError as error:
            report.error(where, axis.values[k], f"axis {axis.name}: {error.change.path}: {error.rule}", error.fix)
            continue
        tell_invalid(scenario, base, where, f"axis {axis.name}", report)


def check_path(study: Study, path: str, at: Location, base: BaseInstance, report: Report) -> None:
    """A path of an axis or factor names something in the base, or in some scenario that adds it."""
    try:
        places(base.document, path)
    except PathError as error:
        if not any(_names(base, scenario, path) for scenario in study.scenarios if scenario.overrides):
            report.error(at, path, error.rule, error.fix)


def _names(base: BaseInstance, scenario: NamedScenario, path: str) -> bool:
    try:
        changes = [read_change(where, written) for where, written in scenario.overrides.items()]
        places(applied(base.document, changes, base.known), path)
    except ValueError:
        return False
    return True


def tell_invalid(scenario: Scenario, base: BaseInstance, at: Location, what: str, report: Report) -> None:
    """Every error of the instance that a scenario leads to, at the override that it comes from where that is clear."""
    try:
        document = base.changed(scenario)
        resolved_of(document)
    except ChangeError as error:
        report.error(at, error.change.shown, f"{what}: {error.rule}", error.fix)
    except InstanceError as error:
        for found in error.diagnostics:
            if found.severity is not Severity.ERROR:
                continue
            cause = _cause(document, scenario.overrides, getattr(found, "location", ()))
            place = (*at, cause.path) if cause is not None and at[-1:] == ("overrides",) else at
            rule = f"{what} makes the instance invalid: {_told(found, base)}"
            report.error(place, cause.shown if cause is not None else "", rule)


def _told(found: Diagnostic, base: BaseInstance) -> str:
    """A finding in words. A misspelled key most likely stands for one that the block has already."""
    if isinstance(found, Finding) and found.rule == UNKNOWN_KEY:
        block = value_at(base.document, found.location[:-1])
        near = nearest(str(found.location[-1]), block) if isinstance(block, dict) else None
        if near is not None:
            found = replace(found, fix=f"did you mean {near}?")
    return describe(found).removeprefix("error: ")


def _cause(document: object, changes: Sequence[Change], location: Location) -> Change | None:
    """The change that touches a place of the instance."""
    for change in changes:
        try:
            found = places(document, change.path)
        except PathError:
            continue
        if any(place[: len(location)] == location or location[: len(place)] == place for place in found if location):
            return change
    return None
