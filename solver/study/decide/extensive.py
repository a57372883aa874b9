"""All scenarios in one MILP, joined by the shared columns: the literal problem, for small ones and to check against.

min aim(C)    C_s = offset_s + c_s x + q_s y_s      every scenario's rows      x within the shared rows
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.names import as_names
from solver.solve.highs import Limits, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel
from solver.solve.termination import Reason

from .aims import Aim
from .here_and_now import HereAndNow, rows_within
from .lshaped import Decided
from .problem import ScenarioProblem, purchase_columns
from .session import Costs

IndexArray = NDArray[np.integer[Any]]


def extensive_form(
    problems: Sequence[ScenarioProblem], shared: HereAndNow, aim: Aim, only: Sequence[int] | None = None
) -> Matrix:
    """The joined matrix; scenarios that do not count have neither columns nor rows, and cost 0. Column order: x, the scenarios' other columns, C by scenario, the aim's own."""
    width, count = len(shared.names), len(problems)
    own = aim.rows()
    counted = set(range(count) if only is None else only)
    parts = {s: _part(problems[s], shared) for s in sorted(counted)}
    sizes = [parts[s][1].shape[1] if s in parts else 0 for s in range(count)]
    first = width + np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    cost_at = int(first[-1])
    total = cost_at + count + len(own.columns)
    lower, upper, integer = np.full(total, -np.inf), np.full(total, np.inf), np.zeros(total, dtype=bool)
    cost = np.zeros(total)
    lower[:width], upper[:width], integer[:width] = shared.lower, shared.upper, shared.integer
    rows: list[sp.csr_array] = [_wide(shared.rows, 0, total)]
    low, high = [shared.row_lower], [shared.row_upper]
    for s, (t, w, columns, kept, at) in parts.items():
        matrix = problems[s].matrix
        span = slice(int(first[s]), int(first[s + 1]))
        lower[span], upper[span] = matrix.col_lower[columns], matrix.col_upper[columns]
        integer[span] = matrix.integer[columns]
        joined = sp.csr_array(sp.hstack([_wide(t, 0, span.start), _wide(w, 0, total - span.start)]))
        rows.append(joined)
        low.append(matrix.row_lower[kept])
        high.append(matrix.row_upper[kept])
        line = np.zeros(total)
        line[:width][at >= 0] = -matrix.cost[at[at >= 0]]
        line[span] = -matrix.cost[columns]
        line[cost_at + s] = 1.0
        rows.append(sp.csr_array(line.reshape(1, -1)))
        low.append(np.array([matrix.offset]))
        high.append(np.array([matrix.offset]))
    for s in set(range(count)) - counted:
        lower[cost_at + s] = upper[cost_at + s] = 0.0
    cost[cost_at : cost_at + count] = own.on_costs
    for extra, (price, least) in enumerate(own.columns):
        cost[cost_at + count + extra], lower[cost_at + count + extra] = price, least
    for on_costs, on_own, least in own.rows:
        line = np.zeros(total)
        line[cost_at : cost_at + count], line[cost_at + count :] = on_costs, on_own
        rows.append(sp.csr_array(line.reshape(1, -1)))
        low.append(np.array([least]))
        high.append(np.array([np.inf]))
    a = sp.csc_array(sp.vstack(rows))
    a.eliminate_zeros()
    return Matrix(
        cost=cost,
        offset=0.0,
        a=a,
        row_lower=np.concatenate(low),
        row_upper=np.concatenate(high),
        col_lower=lower,
        col_upper=upper,
        integer=integer,
        columns=as_names([("joined", at) for at in range(total)]),
        rows=as_names([("joined", at) for at in range(a.shape[0])]),
    )


def solve_extensive(
    problems: Sequence[ScenarioProblem],
    shared: HereAndNow,
    aim: Aim,
    limits: Limits,
    cancel: Cancel | None = None,
    only: Sequence[int] | None = None,
) -> Decided:
    """The joined problem by HiGHS; the costs' bounds are not proven one by one, so they are -inf."""
    matrix = extensive_form(problems, shared, aim, only)
    outcome = run_highs(matrix, limits, phase="extensive form", cancel=cancel)
    if outcome.termination.reason is Reason.INFEASIBLE:
        return Decided(None, None, None, None, infeasible=True)
    if outcome.values is None:
        return Decided(None, None, None, outcome.termination.bound)
    own = len(aim.rows().columns)
    end = len(matrix.cost) - own
    costs: FloatArray = outcome.values[end - len(problems) : end]
    found = outcome.values[: len(shared.names)]
    x = np.where(shared.integer, np.round(found), found)
    objective = aim.value(costs)
    bound = outcome.termination.bound
    bound = None if bound is None else min(bound, objective)
    return Decided(x, Costs(costs, np.full(len(problems), -np.inf)), objective, bound)


def _part(
    problem: ScenarioProblem, shared: HereAndNow
) -> tuple[sp.csr_array, sp.csr_array, IndexArray, IndexArray, IndexArray]:
    """(T, W, positions of the other columns, of the rows, of the shared columns) of one scenario."""
    matrix = problem.matrix
    position = {name: at for at, name in purchase_columns(problem).items()}
    at = np.array([position.get(name, -1) for name in shared.names], dtype=np.int64)
    inner = np.zeros(len(matrix.row_lower), dtype=bool)
    inner[rows_within(matrix, at[at >= 0])] = True
    kept = np.flatnonzero(~inner)
    others = np.ones(len(matrix.cost), dtype=bool)
    others[at[at >= 0]] = False
    columns = np.flatnonzero(others)
    by_row = sp.csr_array(matrix.a)[kept]
    there = sp.coo_array(by_row[:, at[at >= 0]])
    place = np.flatnonzero(at >= 0)
    t = sp.csr_array((there.data, (there.row, place[there.col])), shape=(len(kept), len(at)))
    return t, sp.csr_array(by_row[:, columns]), columns, kept, at


def _wide(block: sp.csr_array, at: int, total: int) -> sp.csr_array:
    """The block with empty columns before and after."""
    height, width = block.shape
    before, after = sp.csr_array((height, at)), sp.csr_array((height, total - at - width))
    return sp.csr_array(sp.hstack([before, block, after]))
