"""Which problems are solved from coarse to fine."""

from __future__ import annotations

from solver.model.assembly.template import Template
from solver.solve.equal_days import slots_tied


def columns(template: Template) -> int:
    """About how many columns the whole model has."""
    tables = template.tables
    by_slot = len(tables.lines.load) + len(tables.calls.want) + len(tables.pairs) + len(tables.hourly)
    return by_slot * len(tables.moments)


def refinable(template: Template, most_counts: int) -> bool:
    """Whether slots only share purchases, and have more than so many integer columns of their own."""
    tables = template.tables
    if slots_tied(tables.resolved):
        return False
    return (len(tables.pairs) + len(tables.hourly)) * len(tables.moments) > most_counts
