"""An explanation as plain JSON types. Its keys are those of the dataclasses; the service's message holds the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from solver.plan.document import plain, termination_document
from solver.plan.explain.explanation import Explanation


def explanation_document(found: Explanation) -> dict[str, Any]:
    """Every key, also of what is empty or None."""
    return {
        part.name: termination_document(found.termination)
        if part.name == "termination"
        else plain(getattr(found, part.name))
        for part in fields(found)
    }
