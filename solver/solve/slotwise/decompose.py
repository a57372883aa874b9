"""The whole decomposition: relaxed master, integers by diving, every slot exactly, cuts where the gap is.

    1  master LP                      -> proven bound
    2  dive and single steps          -> integers of the master
    3  every slot with those fixed    -> a plan
    4  while the gap is too large: the master's MILP for a better bound and better integers; slots where plan and bound
       differ most give cuts; and again from 3

The bound is the master's, so it is proven for the exact problem; the plan is feasible for it. What is still open when the
rounds end is left to the caller, with the plan as a start.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, Progress
from solver.solve.slotwise.blocks import Blocks, split
from solver.solve.slotwise.dive import dive, improve
from solver.solve.slotwise.master import Master, Relaxed
from solver.solve.slotwise.slots import Cut, Slot

Pairs = set[tuple[int, int]]

SLOT_SECONDS = 10.0
SLOT_GAP = 1e-4
"""Slots are planned to a quarter of the gap asked for, but never closer than this."""
MOST_USED = 6
"""Deployments offered to every slot beside those the relaxation runs in it, before all that it runs anywhere."""
MASTER_SHARE = 0.4
"""Share of the time left that one run of the master's MILP may take."""


@dataclass(frozen=True, slots=True)
class Decomposed:
    """Best plan and bound found; values are those of the matrix given. `infeasible`: the relaxation already is."""

    values: FloatArray | None
    objective: float | None
    bound: float | None
    infeasible: bool = False


class Decomposition:
    """State of one decomposed solve."""

    def __init__(
        self,
        matrix: Matrix,
        needless: NDArray[np.bool_],
        limits: Limits,
        phase: str,
        listener: Listener,
        cancel: Cancel,
    ) -> None:
        self._began = time.monotonic()
        self._until = self._began + limits.time_limit_seconds
        self._limits, self._phase, self._listener, self._cancel = limits, phase, listener, cancel
        self._blocks: Blocks = split(matrix)
        self._slots = [Slot(self._blocks, number) for number in range(len(self._blocks.blocks))]
        self._master = Master(self._blocks, needless, limits.time_limit_seconds, cancel)
        self._values: FloatArray | None = None
        self._objective: float | None = None
        self._bound: float | None = None
        self._slot_costs: FloatArray = np.zeros(0)

    def run(self) -> Decomposed:
        """Work until the gap is reached, the time is over or nothing more is gained."""
        relaxed = self._master.solve()
        if relaxed is None:
            return Decomposed(None, None, None, infeasible=self._master.infeasible)
        self._better_bound(relaxed.objective)
        whole = dive(self._master, relaxed, self._until, self._cancel)
        if whole is not None:
            near = (1 + self._limits.relative_gap / 2) * relaxed.objective
            whole = improve(self._master, whole, near, self._part(0.1), self._cancel)
            self._plan_slots(whole)
        self._master.release()
        while not self._done():
            before = (self._bound, self._objective)
            self._round(whole)
            if (self._bound, self._objective) == before:
                break
        return Decomposed(self._values, self._objective, self._bound)

    def _round(self, whole: Relaxed | None) -> None:
        """One pass of step 4."""
        enough = np.inf if self._objective is None else self._objective * (1 - self._limits.relative_gap)
        start = None if whole is None else whole.values
        outcome = self._master.solve_milp(start, enough, self._seconds(MASTER_SHARE), self._relay)
        if outcome.termination.bound is not None:
            self._better_bound(outcome.termination.bound)
        if outcome.values is None or self._done():
            return
        at = self._master.integers
        values = np.round(outcome.values[at])
        self._master.bound_columns(at, values, values)
        found = self._master.solve()
        if found is not None:
            self._plan_slots(found)
            if not self._done():
                self._master.add(self._cuts(found))
        self._master.release()

    def _plan_slots(self, relaxed: Relaxed) -> None:
        """Every slot with the master's columns fixed; their columns together are a plan.

        Rounding gives a first plan at once; slots are then planned exactly, those first that lose most by rounding,
        until the gap is reached.
        """
        matrix, z = self._blocks.matrix, relaxed.values[self._blocks.master]
        values = relaxed.values.copy()
        below = np.array([float(matrix.cost[slot.columns] @ values[slot.columns]) for slot in self._slots])
        costs = np.full(len(self._slots), np.inf)
        for slot in self._slots:
            if self._out_of_time():
                return
            found = slot.rounded(z, relaxed.values[slot.columns], SLOT_SECONDS, self._cancel)
            if found is not None:
                values[slot.columns] = found
                costs[slot.number] = float(matrix.cost[slot.columns] @ found)
        self._take(values, costs)
        gap = max(self._limits.relative_gap / 4, SLOT_GAP)
        own, most_used, used = self._used(relaxed)
        for wide in (False, True):
            for number in np.argsort(below - costs):
                if self._done():
                    return
                slot = self._slots[number]
                pairs = used if wide else own[number] | most_used
                outcome = slot.plan(z, pairs, gap, SLOT_SECONDS, self._cancel)
                if outcome.values is None and np.isinf(costs[number]):
                    outcome = slot.plan(z, None, gap, SLOT_SECONDS, self._cancel)
                    if outcome.values is None:
                        return
                cost = np.inf if outcome.values is None else float(matrix.cost[slot.columns] @ outcome.values)
                if cost < costs[number]:
                    values[slot.columns], costs[number] = outcome.values, cost
                    self._take(values, costs)

    def _used(self, relaxed: Relaxed) -> tuple[list[Pairs], Pairs, Pairs]:
        """(deployment, pool) pairs that the relaxation runs: in each slot, most of all, and anywhere."""
        number = {block.slot: at for at, block in enumerate(self._blocks.blocks)}
        own: list[Pairs] = [set() for _ in self._slots]
        total: Counter[tuple[int, int]] = Counter()
        for (name, index), value in zip(self._blocks.matrix.columns, relaxed.values, strict=True):
            if name == "run" and value > 1e-7:
                own[number[index[2:4]]].add(index[:2])
                total[index[:2]] += value
        return own, {pair for pair, _ in total.most_common(MOST_USED)}, set(total)

    def _take(self, values: FloatArray, costs: FloatArray) -> None:
        """Keep a plan that is complete and better than what there is."""
        if np.isinf(costs).any():
            return
        objective = self._blocks.matrix.objective(values)
        if self._objective is None or objective < self._objective:
            self._objective, self._values = objective, values[: self._blocks.original_columns].copy()
            self._slot_costs = costs.copy()
            self._tell(self._values)

    def _cuts(self, relaxed: Relaxed) -> list[Cut]:
        """Cuts from the slots, those first whose plan is furthest from the relaxation."""
        matrix = self._blocks.matrix
        below = [float(matrix.cost[slot.columns] @ relaxed.values[slot.columns]) for slot in self._slots]
        costs = self._slot_costs if len(self._slot_costs) else np.array(below) + 1.0
        order = np.argsort(np.array(below) - costs)
        found: list[Cut] = []
        until = self._part(MASTER_SHARE)
        for number in order:
            if time.monotonic() > until or self._cancel.asked:
                break
            slot = self._slots[number]
            cut = slot.cut(relaxed.duals[slot.link], SLOT_SECONDS, self._cancel)
            if cut is not None:
                found.append(cut)
        return found

    def _better_bound(self, bound: float) -> None:
        if self._bound is None or bound > self._bound:
            self._bound = bound
        self._tell()

    def _tell(self, values: FloatArray | None = None) -> None:
        elapsed = time.monotonic() - self._began
        self._listener(Progress(self._phase, elapsed, self._objective, self._bound, values=values))

    def _relay(self, progress: Progress) -> None:
        known = [bound for bound in (self._bound, progress.bound) if bound is not None]
        elapsed = time.monotonic() - self._began
        self._listener(Progress(self._phase, elapsed, self._objective, max(known, default=None), progress.nodes))

    def _done(self) -> bool:
        if self._out_of_time():
            return True
        if self._objective is None or self._bound is None:
            return False
        return self._objective - self._bound <= self._limits.relative_gap * abs(self._objective)

    def _out_of_time(self) -> bool:
        return self._cancel.asked or time.monotonic() >= self._until

    def _seconds(self, share: float) -> float:
        return max(0.5, share * (self._until - time.monotonic()))

    def _part(self, share: float) -> float:
        return time.monotonic() + self._seconds(share)


def decompose(
    matrix: Matrix,
    needless: NDArray[np.bool_],
    limits: Limits,
    *,
    phase: str,
    listener: Listener,
    cancel: Cancel,
) -> Decomposed:
    """Solve a planning matrix slot by slot. `needless`: columns that the relaxation can do without."""
    return Decomposition(matrix, needless, limits, phase, listener, cancel).run()
