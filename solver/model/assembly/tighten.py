"""Valid inequalities: `serve <= D run` where it is tighter than the capacity row; see `solver.model.tighten`."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Entries, Rows
from solver.model.assembly.tables import KINDS
from solver.model.formulation import Formulation
from solver.model.names import Span


def add_tightening(rows: Rows, layout: Layout, formulation: Formulation) -> None:
    """Rows that the formulation asks for."""
    if not formulation.serve_upper_bounds:
        return
    lines, serve, run = layout.tables.lines, layout.serve, layout.run
    place = layout.run_at[serve.moment, lines.pair[serve.item]] - run.start
    most = layout.most[serve.moment, lines.want[serve.item]]
    several = np.bincount(place, minlength=len(run.item)) > 1
    small = np.flatnonzero((most * lines.load[serve.item] < 1) & several[place])
    at = np.arange(len(small))
    names = Span("serve_upper_bound", lines.key, serve.item[small], layout.times, serve.moment[small], {2: KINDS})
    rows.add(
        names,
        -np.inf,
        0.0,
        Entries(at, serve.columns[small], 1.0),
        Entries(at, place[small] + run.start, -most[small]),
    )
