"""Scenarios under one set of shared columns, with all that was learnt of them: cuts and evaluated purchases.

Cuts bound a scenario's cost whatever the aim, so every further question (another aim, one scenario alone) starts from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solver.solve.highs import Limits
from solver.solve.matrix import FloatArray
from solver.solve.progress import Cancel

from .aims import Aim
from .here_and_now import FirstStage, HereAndNow, merged
from .integer_recourse import Evaluated
from .master import Master
from .oracle import Shape
from .pool import Pool
from .recourse import RecourseCut


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs by scenario for given purchases, USD: of plans in hand (inf: infeasible, nan: no plan found), and proven bounds."""

    objective: FloatArray
    bound: FloatArray

    @property
    def complete(self) -> bool:
        """Whether every scenario has a plan."""
        return bool(np.isfinite(self.objective).all())


class Session:
    """`attach` has been asked of every oracle; the shared columns do not change any more."""

    def __init__(self, pool: Pool, *, wait: bool = False, cancel: Cancel | None = None) -> None:
        self.pool, self.cancel = pool, cancel or Cancel()
        every = range(pool.scenarios)
        parts: dict[int, FirstStage] = pool.ask(dict.fromkeys(every, ("first_stage", ())))
        self.shared: HereAndNow = merged([parts[s] for s in every], wait=wait)
        shapes: dict[int, Shape] = pool.ask(dict.fromkeys(every, ("attach", (self.shared,))))
        self.shapes = [shapes[s] for s in every]
        self._cuts: list[tuple[int, list[RecourseCut], FloatArray]] = []
        self._priced: list[tuple[int, FloatArray, float]] = []
        self._slopes: dict[tuple[int, bytes], FloatArray] = {}
        self._evaluated: dict[bytes, dict[int, Evaluated]] = {}

    @property
    def scenarios(self) -> int:
        """How many."""
        return len(self.shapes)

    @property
    def evaluated(self) -> list[Costs]:
        """Of all purchases evaluated exactly so far; nan where a scenario was not."""
        return [costs_of(known, self.scenarios, range(self.scenarios)) for known in self._evaluated.values()]

    def master(self, aim: Aim, only: Sequence[int] | None = None) -> Master:
        """A master that knows everything found so far of the scenarios that count."""
        found = Master(self.shared, self.shapes, aim)
        counted = range(self.scenarios) if only is None else only
        for scenario, cuts, at in self._cuts:
            if scenario in counted:
                found.add(scenario, cuts, at)
        for scenario, prices, bound in self._priced:
            if scenario in counted:
                found.add_priced(scenario, prices, bound)
        return found

    def relaxed(self, x: FloatArray, master: Master, only: Sequence[int] | None = None) -> FloatArray:
        """Lower bounds of the costs at x (inf: infeasible; 0: not asked; nan: stopped), and their cuts into the master."""
        asked = range(self.scenarios) if only is None else only
        answers: dict[int, list[RecourseCut]] = self.pool.ask(dict.fromkeys(asked, ("cuts", (x,))), self.cancel)
        costs = np.zeros(self.scenarios)
        costs[list(asked)] = np.nan
        for scenario, cuts in answers.items():
            shape = self.shapes[scenario]
            usd = shape.offset + float(shape.cost @ x) + sum(cut.value for cut in cuts if cut.feasible)
            costs[scenario] = usd if all(cut.feasible for cut in cuts) else np.inf
            master.add(scenario, cuts, x)
            self._cuts.append((scenario, cuts, x))
            slope = np.sum([cut.slope for cut in cuts if cut.feasible], axis=0) if cuts else np.zeros(len(x))
            self._slopes[scenario, x.tobytes()] = np.asarray(slope) + np.zeros(len(x))
        return costs

    def evaluate(self, x: FloatArray, limits: Limits, only: Sequence[int] | None = None) -> Costs:
        """Exact costs at whole x, remembered by scenario; those not asked stand at 0. After a stop some may be nan."""
        asked = range(self.scenarios) if only is None else only
        known = self._evaluated.setdefault(np.round(x, 6).tobytes(), {})
        questions = {s: ("fixed", (x, limits)) for s in asked if s not in known}
        answers: dict[int, Evaluated] = self.pool.ask(questions, self.cancel)
        known.update(answers)
        return costs_of(known, self.scenarios, asked)

    def strengthen(self, x: FloatArray, master: Master, order: Sequence[int], limits: Limits) -> int:
        """Scenarios' exact problems at the prices of the relaxed recourse at x: how many gave a cut."""
        asked = {s: self._slopes[s, x.tobytes()] for s in order if (s, x.tobytes()) in self._slopes}
        answers: dict[int, float | None] = self.pool.ask(
            {s: ("priced", (slope, limits)) for s, slope in asked.items()}, self.cancel
        )
        gained = 0
        for scenario, bound in answers.items():
            if bound is not None:
                master.add_priced(scenario, asked[scenario], bound)
                self._priced.append((scenario, asked[scenario], bound))
                gained += 1
        return gained

    def alone(self, limits: Limits, only: Sequence[int]) -> list[tuple[Evaluated, FloatArray | None]]:
        """Some scenarios' own optima, with their purchases."""
        answers: dict[int, tuple[Evaluated, FloatArray | None]] = self.pool.ask(
            dict.fromkeys(only, ("alone", (limits,))), self.cancel
        )
        nothing = (Evaluated(None, None), None)
        return [answers.get(s, nothing) for s in only]


def costs_of(known: Mapping[int, Evaluated], scenarios: int, asked: Sequence[int]) -> Costs:
    """Evaluations as arrays; scenarios that were not asked stand at 0."""
    objective, bound = np.zeros(scenarios), np.zeros(scenarios)
    for scenario in asked:
        found = known.get(scenario, Evaluated(None, None))
        if found.infeasible:
            objective[scenario] = bound[scenario] = np.inf
            continue
        objective[scenario] = np.nan if found.objective is None else found.objective
        bound[scenario] = -np.inf if found.bound is None else found.bound
    return Costs(objective, bound)
