"""A large scenario with purchases fixed: its backlog from the relaxed recourse, then every slot as a small MILP.

The relaxed recourse's value is the bound. What waits from slot to slot is taken from it; each slot is then planned with the
(deployment, pool) pairs that the relaxation uses in it and most of all (see solver/solve/slotwise/decompose.py, whose slots
these are), and with all that it uses anywhere where that leaves too much.
"""

from __future__ import annotations

import time
from collections import defaultdict

import numpy as np

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel
from solver.solve.slotwise.blocks import split
from solver.solve.slotwise.decompose import MOST_USED, SLOT_SECONDS
from solver.solve.slotwise.slots import Slot, pair_of

Pairs = set[tuple[int, int]]
USED = 1e-7


class BySlots:
    """The slots of one matrix, made once. `rows`: bounds that hold with the purchases fixed."""

    def __init__(self, matrix: Matrix) -> None:
        self._blocks = split(matrix)
        self._slots = [Slot(self._blocks, number) for number in range(len(self._blocks.blocks))]
        wide = self._blocks.matrix
        free = np.ones(len(wide.cost), dtype=bool)
        for block in self._blocks.blocks:
            free[block.columns] = False
        self.between_slots = np.flatnonzero(free & wide.integer)
        """Integer columns that belong to no slot: they have to be fixed."""
        self.shares = len(wide.cost) > len(matrix.cost)
        """Whether rows join slots (a carbon cap, average quality): then slots cannot be planned one by one."""

    def plan(self, values: FloatArray, bound: float, limits: Limits, cancel: Cancel) -> FloatArray | None:
        """Values of all columns: those given between slots, planned ones inside; None where a slot has no plan in time.

        `values`: of the relaxed recourse, replicas left out; `bound`: its cost.
        """
        matrix = self._blocks.matrix
        until = time.monotonic() + limits.time_limit_seconds
        z = values[self._blocks.master]
        own, most, every = self._used(values)
        found = values.copy()
        below = np.array([float(matrix.cost[slot.columns] @ values[slot.columns]) for slot in self._slots])
        costs = np.zeros(len(self._slots))
        gap = max(limits.relative_gap / 2, 1e-6)
        for wide in (False, True):
            for number in range(len(self._slots)) if not wide else np.argsort(below - costs):
                if time.monotonic() > until or cancel.asked:
                    return None if not wide else found
                if wide and matrix.objective(found) - bound <= limits.relative_gap * abs(bound):
                    return found
                slot = self._slots[number]
                outcome = slot.plan(z, every if wide else own[number] | most, gap, SLOT_SECONDS, cancel)
                if outcome.values is None and not wide:
                    outcome = slot.plan(z, None, gap, SLOT_SECONDS, cancel)
                if outcome.values is None:
                    if wide:
                        continue
                    return None
                cost = float(matrix.cost[slot.columns] @ outcome.values)
                if not wide or cost < costs[number]:
                    found[slot.columns], costs[number] = outcome.values, cost
        return found

    def _used(self, values: FloatArray) -> tuple[list[Pairs], Pairs, Pairs]:
        """(deployment, pool) pairs that the relaxation serves with: in each slot, most of all, anywhere."""
        own: list[Pairs] = []
        total: dict[tuple[int, int], float] = defaultdict(float)
        names = self._blocks.matrix.columns
        for block in self._blocks.blocks:
            here: Pairs = set()
            for at in block.columns[values[block.columns] > USED]:
                name, index = names[int(at)]
                pair = pair_of(name, index)
                if pair is not None:
                    here.add(pair)
                    total[pair] += float(values[at])
            own.append(here)
        ranked = sorted(total, key=lambda pair: -total[pair])
        return own, set(ranked[:MOST_USED]), set(total)
