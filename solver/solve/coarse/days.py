"""One day type of one stage with purchases fixed: its relaxation, its slots as MILPs, its routing for their integers.

Batch work ties the slots of a day together. The relaxation says how much of it each slot does and what a request more or less is
worth, `price`. Slots are then planned one by one with whole replicas and servers, where batch work may deviate:

    done + short - over = target       cost + max(SHORT price, dearest) short

where `dearest` is the highest price of the day and doing more earns nothing. The day's LP with all integers fixed then routes anew, so
that what one slot leaves undone another one does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.assembly.assemble import assemble
from solver.model.assembly.template import Template
from solver.model.formulation import LITERAL, SHIPPED
from solver.model.names import Name
from solver.solve.coarse.fixing import Values, fixed, named
from solver.solve.coarse.thinning import with_lines
from solver.solve.headroom import with_headroom
from solver.solve.highs import Limits, Outcome, run_highs
from solver.solve.matrix import FloatArray, Matrix
from solver.solve.progress import Cancel, Listener, silent
from solver.solve.termination import Reason

STANDING = ("buy", "order", "tier", "tier_servers", "open", "use_model", "use_vendor")
"""Components that belong to no slot."""
COUNTS = ("run", "rent")
FLOWS = ("serve", "call", "backlog")
ROUNDING = 0.5
SHORT = 3.0
MOST_USED = 6
LP_LIMITS = Limits(time_limit_seconds=60.0)
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Planned:
    """Integers and flows of a day by name, and its cost without purchases, USD."""

    counts: dict[Name, float]
    flows: dict[Name, float]
    cost: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    matrix: Matrix
    values: FloatArray
    duals: FloatArray
    objective: float


@dataclass(frozen=True, slots=True)
class _Counts:
    """Replicas and servers of a slot; `short`: some batch work was left undone."""

    counts: dict[Name, float]
    short: bool


class Day:
    """Moments `at` (positions) of one day type and stage, or a stress slot alone."""

    def __init__(self, template: Template, thin: Template, at: NDArray[np.int64], standing: Values) -> None:
        self.at, self._standing = at, standing
        self.template, self._thin = template, thin
        self._relaxation: Relaxation | None = None
        self.best: Planned | None = None
        self.least = 0.0
        self.work = 0.0

    def run(
        self,
        matrix: Matrix,
        limits: Limits,
        cancel: Cancel,
        *,
        phase: str = "day",
        listener: Listener = silent,
        start: FloatArray | None = None,
    ) -> Outcome:
        """HiGHS on a part of the day; its work is counted."""
        outcome = run_highs(matrix, limits, phase=phase, listener=listener, cancel=cancel, start=start)
        self.work += outcome.work
        return outcome

    @property
    def relaxation(self) -> Relaxation:
        """What `relax` found, with room for rounding where there is any."""
        assert self._relaxation is not None
        return self._relaxation

    @property
    def used(self) -> Pairs:
        """Pairs that the relaxation runs anywhere."""
        return self._used(self.relaxation)[2]

    @property
    def ties(self) -> bool:
        """Whether batch work ties its slots together."""
        return bool(len(self.relaxation.matrix.rows.positions("batch_balance"))) and len(self.at) > 1

    def relax(self, pairs: Pairs | None, cancel: Cancel) -> float | None:
        """Cost of the relaxation on some pairs, all where None; None where it is infeasible."""
        template = self._thin if pairs is None else on_pairs(self._thin, pairs)
        matrix = self.part(template, self.at, tight=False)
        outcome = self.run(matrix.relaxed(), LP_LIMITS, cancel)
        if outcome.values is None or outcome.row_duals is None or outcome.termination.objective is None:
            return None
        self._relaxation = Relaxation(matrix, outcome.values, outcome.row_duals, outcome.termination.objective)
        self.least = outcome.termination.objective
        roomier = self.run(with_room(matrix, outcome.values, self.template).relaxed(), LP_LIMITS, cancel)
        if roomier.values is not None and roomier.row_duals is not None:
            self._relaxation = Relaxation(matrix, roomier.values, roomier.row_duals, outcome.termination.objective)
        return outcome.termination.objective

    def plan(self, absolute_gap: float, work: float, cancel: Cancel) -> Planned | None:
        """The best plan after one more pass over the slots, each of so much work at most; None where no pass found one.

        The first pass offers every slot the pairs that its relaxation runs and those run most; later ones all that the day
        runs, with the batch work of the best plan so far as the target. Where the day cannot make up for what slots left
        undone, those slots are planned again and must reach their targets.
        """
        relaxation = self._relaxation
        assert relaxation is not None
        own, most_used, used = self._used(relaxation)
        if self.best is not None:
            most_used = used | pairs_of(self.best.counts)
        counts: dict[int, dict[Name, float]] = {}
        left_undone: list[int] = []
        for position in self.at.tolist():
            pairs = own.get(self.key(position), frozenset()) | most_used
            found = self._slot(relaxation, position, pairs, absolute_gap, work, cancel)
            if found is None:
                found = self._slot(relaxation, position, None, absolute_gap, work, cancel)
            if found is None:
                return self.best
            counts[position] = found.counts
            if found.short:
                left_undone.append(position)
        routed = self.routed(counts, cancel)
        for pairs_then in (used | most_used, None):
            if routed is not None or cancel.asked:
                break
            for position in left_undone:
                found = self._slot(relaxation, position, pairs_then, absolute_gap, work, cancel, whole=True)
                if found is not None:
                    counts[position] = found.counts
            routed = self.routed(counts, cancel)
        return self._better(routed)

    def take(self, counts: dict[int, dict[Name, float]], cancel: Cancel) -> Planned | None:
        """The best plan, given another choice of replicas and servers for all moments."""
        return self._better(self.routed(counts, cancel))

    def _better(self, routed: Planned | None) -> Planned | None:
        if routed is not None and (self.best is None or routed.cost < self.best.cost):
            self.best = routed
        return self.best

    def key(self, position: int) -> tuple[int, int]:
        """Stage and slot of a moment."""
        moments = self.template.tables.moments
        return int(moments.stage[position]), int(moments.slot[position])

    def spread(self, seconds: float) -> Planned | None:
        """The best plan, routed with the most headroom at no more cost."""
        assert self.best is not None
        matrix = self._with_counts(self.best.counts)
        outcome = run_highs(matrix, Limits(time_limit_seconds=seconds))
        if outcome.values is None:
            return self.best
        values = with_headroom(matrix, outcome.values, self.template.tables, seconds)
        return replace(self.best, flows=named(matrix, values, FLOWS))

    def routed(self, by_slot: dict[int, dict[Name, float]], cancel: Cancel) -> Planned | None:
        """The cheapest routing for given replicas and servers of all moments."""
        counts = {name: count for found in by_slot.values() for name, count in found.items()}
        matrix = self._with_counts(counts)
        outcome = self.run(matrix, LP_LIMITS, cancel)
        if outcome.values is None or outcome.termination.reason is not Reason.OPTIMAL:
            return None
        return Planned(counts, named(matrix, outcome.values, FLOWS), float(matrix.cost @ outcome.values))

    def _with_counts(self, counts: dict[Name, float]) -> Matrix:
        """The day's LP on the pairs that run, replicas and servers fixed."""
        matrix = self.part(on_pairs(self.template, pairs_of(counts)), self.at, tight=False)
        at = np.flatnonzero(matrix.columns.is_a(*COUNTS))
        level = np.array([counts.get(name, 0.0) for name in matrix.columns.take(at)], dtype=float)
        lower, upper = matrix.col_lower.copy(), matrix.col_upper.copy()
        lower[at] = upper[at] = level
        return replace(matrix, col_lower=lower, col_upper=upper).relaxed()

    def part(self, template: Template, at: NDArray[np.int64], *, tight: bool) -> Matrix:
        """The model of some moments, purchases fixed; `tight`: in the shipped formulation."""
        moments = self.template.tables.moments.take(at)
        matrix = assemble(template, moments, formulation=SHIPPED if tight else LITERAL, shared_rows=False)
        return fixed(matrix, self._standing, STANDING)

    def _slot(
        self,
        relaxation: Relaxation,
        position: int,
        pairs: Pairs | None,
        absolute_gap: float,
        work: float,
        cancel: Cancel,
        *,
        whole: bool = False,
    ) -> _Counts | None:
        """One slot as a MILP; `whole`: its batch work reaches the target."""
        template = self.template if pairs is None else on_pairs(self.template, pairs)
        matrix = self.part(template, np.array([position]), tight=True)
        waiting = matrix.columns.positions("backlog")
        if len(waiting):
            known = named(relaxation.matrix, relaxation.values, ("backlog",)) if self.best is None else self.best.flows
            matrix = fixed(matrix, known, ("backlog",))
            matrix = _elastic(matrix, relaxation, whole=whole)
        limits = Limits(relative_gap=1e-4, absolute_gap=absolute_gap, time_limit_seconds=60.0, work_limit=work)
        outcome = self.run(matrix, limits, cancel, phase="slot")
        if outcome.values is None:
            return None
        short = bool((outcome.values[matrix.columns.positions("short")] > 1e-6).any())
        return _Counts(named(matrix, np.round(outcome.values), COUNTS, 0.5), short)

    def _used(self, relaxation: Relaxation) -> tuple[dict[tuple[int, int], Pairs], Pairs, Pairs]:
        """Pairs that the relaxation runs: in each slot, most of all, and anywhere."""
        own: dict[tuple[int, int], set[tuple[int, int]]] = {}
        total: dict[tuple[int, int], float] = {}
        for (_, index), value in named(relaxation.matrix, relaxation.values, ("run",), 1e-7).items():
            own.setdefault(index[2:4], set()).add(index[:2])
            total[index[:2]] = total.get(index[:2], 0.0) + value
        most = sorted(total, key=lambda pair: (-total[pair], pair))[:MOST_USED]
        return {slot: frozenset(pairs) for slot, pairs in own.items()}, frozenset(most), frozenset(total)


def pairs_of(counts: Iterable[Name]) -> Pairs:
    """Pairs whose replicas are among these names."""
    return frozenset((index[0], index[1]) for name, index in counts if name == "run")


def with_room(matrix: Matrix, values: FloatArray, template: Template) -> Matrix:
    """Pools smaller by what rounding up the replicas in use takes on average: half a replica of each deployment."""
    pools = matrix.rows.positions("accelerators")
    row_of = {index: row for row, (_, index) in zip(pools.tolist(), matrix.rows.take(pools), strict=True)}
    tables = template.tables
    pairs = [(d, p) for d, p in tables.pairs.tolist()]
    accelerators = dict(zip(pairs, tables.replica_accelerators.tolist(), strict=True))
    upper = matrix.row_upper.copy()
    for _, (d, p, s, h) in named(matrix, values, ("run",), 1e-6):
        upper[row_of[p, s, h]] -= ROUNDING * accelerators[d, p]
    return replace(matrix, row_upper=upper)


def on_pairs(template: Template, pairs: Pairs) -> Template:
    """The template with the lines of some pairs."""
    tables = template.tables
    keep = np.array([tuple(pair) in pairs for pair in tables.pairs.tolist()], dtype=bool)
    return with_lines(template, keep[tables.lines.pair] if len(keep) else np.zeros(0, dtype=bool))


def _elastic(matrix: Matrix, relaxation: Relaxation, *, whole: bool) -> Matrix:
    """Batch work that may deviate from its target at its price; `whole`: only upwards.

    What is left undone costs at least what it would in the day's dearest slot: somewhere it must be done.
    """
    rows = matrix.rows.positions("batch_balance")
    if not len(rows):
        return matrix
    whole_day = relaxation.matrix.rows.positions("batch_balance")
    price_of = dict(zip(relaxation.matrix.rows.take(whole_day), relaxation.duals[whole_day].tolist(), strict=True))
    dearest: dict[tuple[int, int], float] = {}
    for (_, index), dual in price_of.items():
        dearest[index[:2]] = max(dearest.get(index[:2], 0.0), dual)
    names = matrix.rows.take(rows)
    price = np.array([max(price_of.get(name, 0.0), 0.0) for name in names])
    most = np.array([dearest.get(index[:2], 0.0) for _, index in names])
    count = len(rows)
    ones = np.ones(count)
    at = np.arange(count)
    block = sp.csc_array(
        (np.concatenate([ones, -ones]), (np.concatenate([rows, rows]), np.concatenate([at, count + at]))),
        shape=(len(matrix.row_lower), 2 * count),
    )
    arrivals = np.maximum(matrix.row_lower[rows], 0.0)
    return matrix.extended(
        np.concatenate([np.maximum(price * SHORT, most), price * 0]),
        block,
        np.zeros(2 * count),
        np.concatenate([np.full(count, 0.0 if whole else np.inf), 24 * arrivals]),
        [*(("short", number) for number in range(count)), *(("over", number) for number in range(count))],
    )
