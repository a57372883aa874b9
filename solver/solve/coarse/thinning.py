"""Templates with fewer lines: those that a relaxation needs, or those of chosen pairs.

With replicas continuous, `run = sum load serve`, so a line takes `acc[d] load` accelerators and `busy_kw` of power per request/s.
Where another line of the same want in the same pool takes no more of both, it replaces the first in every solution of the
relaxation at no more cost. What is counted (models, vendors) must be the same for both, averaged quality no worse; where
redundancy keeps replicas (`open`) nothing is left out. The argument needs `run = sum load serve`: rows that only tighten the
model (`serve <= D run`) are no part of such a relaxation.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.instance.schema.workload import QualityMode
from solver.model.assembly.tables import Lines, Tables
from solver.model.assembly.template import Template

BoolArray = NDArray[np.bool_]


UNCHANGED = ("server_bounds", "buys", "backlog_limits", "availability", "serving", "existing")
UNCHANGED_TABLES = ("moments", "regular_slot", "takes_batch", "hourly", "offer_pool", "server_accelerators")
"""What a template and its tables have worked out and lines do not change."""


def with_lines(template: Template, keep: BoolArray) -> Template:
    """The template with some of its lines, (L,). Bounds of standing servers stay those of the whole."""
    tables = template.tables
    lines = Lines(**{name: getattr(tables.lines, name)[keep] for name in Lines.__slots__})
    used, pair = np.unique(lines.pair, return_inverse=True)
    fewer = Template(
        replace(
            tables,
            lines=replace(lines, pair=pair.reshape(-1).astype(np.int32)),
            pairs=tables.pairs[used],
            replica_accelerators=tables.replica_accelerators[used],
        )
    )
    for name in UNCHANGED:
        fewer.__dict__[name] = getattr(template, name)
    fewer.__dict__["costs"] = replace(template.costs, serve=template.costs.serve[keep])
    for name in UNCHANGED_TABLES:
        fewer.tables.__dict__[name] = getattr(tables, name)
    return fewer


def needed_in_relaxation(tables: Tables) -> BoolArray:
    """Which lines a relaxation with continuous replicas needs, (L,)."""
    lines = tables.lines
    if tables.keeps_replicas:
        return np.ones(len(lines.load), dtype=bool)
    resolved, deployments = tables.resolved, tables.candidates.deployments
    averaged = {w.index for w in resolved.workloads if w.quality is not None and w.quality.mode is QualityMode.AVERAGE}
    accelerators = tables.replica_accelerators[lines.pair] * lines.load
    rivals: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for at, (_, _, _, d, p) in enumerate(lines.key.tolist()):
        config = deployments[d].config
        counted = config.model.name if resolved.policy.max_models is not None else ""
        counted += f"/{config.accelerator.vendor}" if resolved.policy.max_vendors is not None else ""
        rivals[int(lines.want[at]), p, counted].append(at)
    keep = np.zeros(len(lines.load), dtype=bool)
    for found in rivals.values():
        members = np.array(found)
        quality = np.zeros(len(members))
        if int(lines.key[found[0], 0]) in averaged:
            quality = -np.nan_to_num(lines.quality[members])
        figures = np.stack([accelerators[members], lines.busy_kw[members], quality], axis=1)
        keep[members[_undominated(figures)]] = True
    return keep | _sole_relief(tables)


def _sole_relief(tables: Tables) -> BoolArray:
    """Lines that alone serve their want in stress slots."""
    lines, calls = tables.lines, tables.calls
    barred = np.concatenate([lines.want[~lines.at_stress], calls.want[~calls.at_stress]])
    found: BoolArray = lines.at_stress & np.isin(lines.want, barred)
    return found


def _undominated(figures: NDArray[np.float64]) -> list[int]:
    """Rows that no other row is at most as large as in every column, of equal ones the first."""
    kept: list[int] = []
    for at in np.lexsort((np.arange(len(figures)), *figures.T[::-1])).tolist():
        room = 1e-12 * np.abs(figures[at]) + 1e-15
        if not any((figures[other] <= figures[at] + room).all() for other in kept):
            kept.append(at)
    return kept
