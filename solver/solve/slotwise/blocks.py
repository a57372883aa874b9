"""A planning matrix split by time slot.

    z     master columns: purchases, commitments, binaries, backlog
    x_b   columns of block b, one slot of one stage: serve, call, run, rent

Rows are *inner* (one block, no master column), *link* (one block and master columns), *master* (no block), or *shared*
(several blocks: average quality, carbon cap). Shared rows get a column of their own in every block they touch,
`v[i,b] = a_ib x_b`, after which they are master rows and the definitions are link rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.solve.matrix import Matrix

IndexArray = NDArray[np.int64]
SLOT_OF = {"serve": slice(5, 7), "call": slice(4, 6), "run": slice(2, 4), "rent": slice(1, 3)}
"""Where stage and slot stand in the index of a block's variable."""


@dataclass(frozen=True, slots=True)
class Block:
    """One slot of one stage: positions of its columns, and of the rows that touch them."""

    slot: tuple[int, int]
    columns: IndexArray
    inner: IndexArray
    link: IndexArray


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix (with columns for shared rows) and its split. `master` are the positions of the columns z."""

    matrix: Matrix
    original_columns: int
    master: IndexArray
    blocks: tuple[Block, ...]


def split(matrix: Matrix) -> Blocks:
    """Split a planning matrix by slot."""
    original = len(matrix.cost)
    slots = [tuple(index[SLOT_OF[name]]) if name in SLOT_OF else None for name, index in matrix.columns]
    keys = sorted({slot for slot in slots if slot is not None})
    number = {slot: at for at, slot in enumerate(keys)}
    owner = np.array([-1 if slot is None else number[slot] for slot in slots], dtype=np.int64)
    matrix, owner = _with_shared_columns(matrix, owner)
    coo = sp.coo_array(matrix.a)
    row_owner = np.full(len(matrix.rows), -1, dtype=np.int64)
    in_block = owner[coo.col] >= 0
    row_owner[coo.row[in_block]] = owner[coo.col[in_block]]
    touches_master = np.zeros(len(matrix.rows), dtype=bool)
    touches_master[coo.row[~in_block]] = True
    columns = _grouped(owner, len(keys))
    inner = _grouped(np.where(touches_master, -1, row_owner), len(keys))
    link = _grouped(np.where(touches_master, row_owner, -1), len(keys))
    blocks = tuple(Block((s, h), columns[at], inner[at], link[at]) for at, (s, h) in enumerate(keys))
    return Blocks(matrix, original, np.flatnonzero(owner < 0), blocks)


def _grouped(owner: IndexArray, count: int) -> list[IndexArray]:
    order = np.argsort(owner, kind="stable")
    edges = np.searchsorted(owner[order], np.arange(count + 1))
    return [order[edges[at] : edges[at + 1]] for at in range(count)]


def _with_shared_columns(matrix: Matrix, owner: IndexArray) -> tuple[Matrix, IndexArray]:
    """v[i,b] = a_ib x_b for every row i that touches several blocks b."""
    csr = sp.csr_array(matrix.a)
    shared: list[tuple[int, int, IndexArray]] = []
    for row in range(csr.shape[0]):
        span = slice(csr.indptr[row], csr.indptr[row + 1])
        mine = owner[csr.indices[span]]
        touched = np.unique(mine[mine >= 0])
        if len(touched) > 1:
            shared.extend((row, int(b), np.arange(span.start, span.stop)[mine == b]) for b in touched)
    if not shared:
        return matrix, owner
    top = csr.copy()
    definitions: list[sp.csr_array] = []
    for _, _, places in shared:
        cols = csr.indices[places]
        definitions.append(sp.csr_array((csr.data[places], (np.zeros(len(cols), int), cols)), shape=(1, csr.shape[1])))
        top.data[places] = 0.0
    count = len(shared)
    rows = np.array([row for row, _, _ in shared])
    takes = sp.csr_array((np.ones(count), (rows, np.arange(count))), shape=(csr.shape[0], count))
    stacked = sp.vstack([sp.hstack([top, takes]), sp.hstack([sp.vstack(definitions), -sp.eye_array(count)])])
    zero = np.zeros(count)
    # A share may be booked higher than used where the row limits from above, lower where it limits from below.
    wider = Matrix(
        cost=np.concatenate([matrix.cost, zero]),
        offset=matrix.offset,
        a=sp.csc_array(stacked),
        row_lower=np.concatenate([matrix.row_lower, np.where(np.isfinite(matrix.row_lower[rows]), 0.0, -np.inf)]),
        row_upper=np.concatenate([matrix.row_upper, np.where(np.isfinite(matrix.row_upper[rows]), 0.0, np.inf)]),
        col_lower=np.concatenate([matrix.col_lower, zero - np.inf]),
        col_upper=np.concatenate([matrix.col_upper, zero + np.inf]),
        integer=np.concatenate([matrix.integer, np.zeros(count, dtype=bool)]),
        columns=matrix.columns.plus(("share", (row, b)) for row, b, _ in shared),
        rows=matrix.rows.plus(("share", (row, b)) for row, b, _ in shared),
    )
    wider.a.eliminate_zeros()
    return wider, np.concatenate([owner, np.full(count, -1, dtype=np.int64)])
