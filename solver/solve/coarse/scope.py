"""Which problems are solved from coarse to fine."""

from __future__ import annotations

from solver.instance.schema.workload import QualityMode
from solver.model.assembly.template import Template


def columns(template: Template) -> int:
    """About how many columns the whole model has."""
    tables = template.tables
    by_slot = len(tables.lines.load) + len(tables.calls.want) + len(tables.pairs) + len(tables.hourly)
    return by_slot * len(tables.moments)


def refinable(template: Template, most_counts: int) -> bool:
    """Whether slots only share purchases, and have more than so many integer columns of their own.

    Averaged quality and a cap on carbon tie all slots of a stage or of the horizon together.
    """
    tables = template.tables
    resolved = tables.resolved
    averaged = any(w.quality is not None and w.quality.mode is QualityMode.AVERAGE for w in resolved.workloads)
    if averaged or resolved.policy.carbon_cap_tonnes is not None:
        return False
    return (len(tables.pairs) + len(tables.hourly)) * len(tables.moments) > most_counts
