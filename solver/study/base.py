"""The base instance of a study as plain values, and what becomes of it under a scenario's changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from solver.instance.checks import check
from solver.instance.diagnostics import InstanceError, Location, in_order
from solver.instance.load import Loaded, parse_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance, Severity
from solver.instance.schema import Instance

from .apply import applied
from .scenario import Scenario


@dataclass(frozen=True)
class BaseInstance:
    """`document`: the instance's plain values, sound as they are. `shown`: its file, for people."""

    document: Mapping[str, Any]
    shown: str = ""

    @cached_property
    def resolved(self) -> ResolvedInstance:
        """The base itself. Raises InstanceError."""
        return resolved_of(self.document)

    def changed(self, scenario: Scenario) -> dict[str, Any]:
        """Plain values of the instance under a scenario, not checked. Raises ChangeError."""
        return applied(self.document, scenario.overrides, self.known)

    def resolve(self, scenario: Scenario) -> ResolvedInstance:
        """The whole problem under a scenario. Raises ChangeError, or InstanceError with every diagnostic."""
        return resolved_of(self.changed(scenario))

    def known(self, location: Location) -> float | None:
        """Figure that the file leaves to the catalog (prices) or to the schema's default; None where there is none."""
        value = _figure(self.resolved, location)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def resolved_of(document: Mapping[str, Any]) -> ResolvedInstance:
    """The whole problem of an instance's plain values. Raises InstanceError with everything that is wrong."""
    try:
        instance = Instance.model_validate(document)
    except ValidationError:
        parse_instance(document)
        raise
    findings = in_order(check(instance))
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InstanceError(findings)
    return resolve(Loaded(instance, findings))


def digest_of(value: Any) -> str:
    """SHA-256 (hexadecimal) of plain values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _figure(resolved: ResolvedInstance, location: Location) -> object:
    """Resolved offers and endpoints stand in the order of the file; all else is read off the checked instance."""
    match location:
        case ("sites", int(site), "offers", int(offer), str(key)):
            before = sum(len(other.offers) for other in resolved.instance.sites[:site])
            flat = before + offer
            return getattr(resolved.offers[flat].terms, key, None) if flat < len(resolved.offers) else None
        case ("endpoints", int(index), str(key)) if index < len(resolved.endpoints):
            return getattr(resolved.endpoints[index], key, None)
        case _:
            value: object = resolved.instance
            for step in location:
                value = _below(value, step)
            return value


def _below(value: object, step: str | int) -> object:
    if isinstance(step, str):
        return getattr(value, step, None)
    return value[step] if isinstance(value, tuple) and step < len(value) else None
