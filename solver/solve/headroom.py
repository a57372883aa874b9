"""Among routings of equal cost, the one with the most headroom: optimal routings are not unique, this one is robust.

With integers fixed and t[s,h] in [0,1] the spare share that every deployment and pool keeps in a slot:

    max  sum_{s,h} H[h] t[s,h]         (stress slots count one hour)
    s.t. sum load serve + run t[s,h] <= run        every d, p, s, h with run > 0
         cost <= least cost (1 + 1e-9)
         and every other row as it was
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from solver.model.facts import Facts
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.termination import Reason

COST_SLACK = 1e-9
NOTHING = 1e-9
"""Requests/s."""


def with_headroom(fixed: Matrix, values: FloatArray, indices: Facts, seconds: float) -> FloatArray:
    """Values of the same columns with the best headroom; the given ones where no better routing was found in time."""
    at = fixed.columns.positions("run")
    running = at[np.round(values[at]) > 0]
    counts = {index: round(values[at]) for at, (_, index) in zip(running, fixed.columns.take(running), strict=True)}
    replicas = fixed.rows.positions("replicas")
    rows = [
        (row, index, counts[index])
        for row, (_, index) in zip(replicas, fixed.rows.take(replicas), strict=True)
        if index in counts
    ]
    if not rows:
        return values
    slots = sorted({(index[2], index[3]) for _, index, _ in rows})
    column = {slot: at for at, slot in enumerate(slots)}
    block = sp.csc_array(
        (
            [float(count) for _, _, count in rows],
            ([row for row, _, _ in rows], [column[index[2], index[3]] for _, index, _ in rows]),
        ),
        shape=(len(fixed.rows), len(slots)),
    )
    hours = [indices.resolved.slots[h].hours_per_month or 1.0 for _, h in slots]
    best = fixed.objective(values)
    budget = best + COST_SLACK * max(1.0, abs(best)) - fixed.offset
    cost_row = sp.csr_array(fixed.cost.reshape(1, -1))
    capped = fixed.with_rows(cost_row, np.array([-np.inf]), np.array([budget]), [("least_cost", None)])
    block = sp.csc_array(sp.vstack([block, sp.csr_array((1, len(slots)))]))
    zero = np.zeros(len(slots))
    spread = capped.extended(-np.asarray(hours), block, zero, zero + 1, [("headroom", slot) for slot in slots])
    spread.cost[: len(fixed.cost)] = 0.0
    # The slack in the cost must not buy requests from an API that the least-cost routing does not call.
    calls = fixed.columns.positions("call")
    spread.col_upper[calls[values[calls] <= NOTHING]] = 0.0
    outcome = run_highs(spread, Limits(time_limit_seconds=seconds), phase="headroom")
    if outcome.values is None or outcome.termination.reason is not Reason.OPTIMAL:
        return values
    return outcome.values[: len(fixed.cost)]
