"""Break-even: the value of a lever at which owning begins, or ceases, to pay, by bisection over solved plans.

At each value both sides are solved anew. With costs in [bound, plan] the saving of owning lies between

    (1 - least) bound_other - plan_own    and    (1 - least) plan_other - bound_own

so its sign is proven where both ends agree, and not decidable where they do not; such a value is solved again with a smaller
gap. The answer is the interval between a value where owning is proven not to pay and one where it is proven to pay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from solver.study.loaded import LoadedStudy
from solver.study.planning import Overrides
from solver.study.result import StudyResult
from solver.study.row import FAILED, OK, Row, row_from
from solver.study.runner import Runner
from solver.study.scenario import Scenario
from solver.study.schema.decide import BreakEven, Lever
from solver.study.task import Outcome

from .adapt import EVERYTHING, OWN
from .answers import number, usd
from .work import Adaptation, adapted_task

FINER = (1.0, 0.1, 0.01)
"""Gaps tried in turn where the sign is not decided, as shares of the one asked for."""
MOST_STEPS = 60
WORDS = {
    Lever.API_PRICE: "times today's API prices",
    Lever.VOLUME: "times today's volume",
    Lever.HARDWARE_PRICE: "times today's hardware prices",
    Lever.UTILISATION: "utilisation (mean over highest hour)",
    Lever.GROWTH: "growth per year",
}


@dataclass(frozen=True, slots=True)
class Saving:
    """What owning saves at a value: `low` to `high` USD is proven (infinite: one side is impossible). `sign` 0: not decided.

    None: nothing could be solved there.
    """

    value: float
    low: float
    high: float
    own_usd: float | None = None
    other_usd: float | None = None

    @property
    def sign(self) -> int | None:
        """1: proven to pay; -1: proven not to; 0: between."""
        if np.isnan(self.low) or np.isnan(self.high):
            return None
        if self.low > 0:
            return 1
        return -1 if self.high <= 0 else 0


@dataclass(frozen=True, slots=True)
class Crossing:
    """The sign is proven on either side of (low, high) and changes inside. `decided`: as narrow as was asked for."""

    low: float
    high: float
    sign_below: int
    sign_above: int
    decided: bool


def crossings(sign: Callable[[float], int | None], points: Sequence[float], tolerance: float) -> list[Crossing]:
    """Every change of a proven sign between neighbouring points, narrowed by bisection.

    Two changes between neighbouring points cancel out and stay unseen. Points without a proven sign are passed over.

    >>> crossings(lambda x: 0 if abs(x - 3) < 0.2 else (1 if x > 3 else -1), [0.0, 10.0], 0.01)[0].decided
    False
    """
    known = [(x, found) for x in points if (found := sign(x)) in (-1, 1)]
    return [
        _narrowed(sign, low, below, high, above, tolerance)
        for (low, below), (high, above) in pairwise(known)
        if below != above and below is not None and above is not None
    ]


def _narrowed(
    sign: Callable[[float], int | None], low: float, below: int, high: float, above: int, tolerance: float
) -> Crossing:
    undecided: tuple[float, float] | None = None
    for _ in range(MOST_STEPS):
        if undecided is None:
            if high - low <= tolerance:
                break
            middle = low + (high - low) / 2
        elif undecided[0] - low > tolerance:
            middle = low + (undecided[0] - low) / 2
        elif high - undecided[1] > tolerance:
            middle = undecided[1] + (high - undecided[1]) / 2
        else:
            break
        found = sign(middle)
        if found == below:
            low = middle
        elif found == above:
            high = middle
        else:
            undecided = (
                (middle, middle) if undecided is None else (min(undecided[0], middle), max(undecided[1], middle))
            )
    return Crossing(low, high, below, above, high - low <= tolerance)


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """The break-evens of every scenario of the study."""
    asked = study.study.study
    assert isinstance(asked, BreakEven)
    rows: list[Row] = []
    words: list[str] = []
    found: dict[str, Any] = {}
    table: list[dict[str, Any]] = []
    for scenario in study.scenarios:
        search = _Search(study, asked, runner, scenario)
        points = [float(x) for x in np.linspace(asked.low, asked.high, asked.scan_points)]
        search.ahead(points)
        changes = crossings(search.sign, points, asked.tolerance)
        rows += search.rows(len(rows))
        words += _words(scenario, asked, changes, search)
        found[scenario.name] = [
            {
                "low": change.low,
                "high": change.high,
                "value": (change.low + change.high) / 2,
                "pays_below": change.sign_below > 0,
                "pays_above": change.sign_above > 0,
                "decided": change.decided,
            }
            for change in changes
        ]
        table += [{"scenario": scenario.name, **line} for line in found[scenario.name]]
    figures = {"of": str(asked.of), "break_even": found}
    return StudyResult("break_even", rows, words, figures, {"break_even": table}, complete=not runner.cancelled)


class _Search:
    """Savings of one scenario by value of the lever, each solved once for every gap."""

    def __init__(self, study: LoadedStudy, asked: BreakEven, runner: Runner, scenario: Scenario) -> None:
        self._study, self._asked, self._runner, self._scenario = study, asked, runner, scenario
        self._document = study.base.changed(scenario)
        own = study.base.resolved.instance.solve
        self._gap = own.relative_gap if study.limits.relative_gap is None else study.limits.relative_gap
        self._seconds = study.limits.time_limit_seconds or own.time_limit_seconds
        self.savings: dict[float, Saving] = {}
        self._outcomes: dict[float, tuple[Outcome, Outcome]] = {}

    def ahead(self, points: Sequence[float]) -> None:
        """Solve several values at once."""
        self._solve(points, self._gap)

    def sign(self, value: float) -> int | None:
        """Proven sign at a value; a smaller gap where it is not decided."""
        if value not in self.savings:
            self._solve([value], self._gap)
        for finer in FINER[1:]:
            if value not in self.savings or self.savings[value].sign != 0:
                break
            self._solve([value], self._gap * finer)
        return self.savings[value].sign if value in self.savings else None

    def _solve(self, points: Sequence[float], gap: float) -> None:
        if self._runner.cancelled:
            return
        limits = replace(self._study.limits, baselines=False, relative_gap=gap)
        sides = [OWN if self._asked.own_only else EVERYTHING, str(self._asked.against)]
        tasks = [self._task(at, value, side, limits) for at, value in enumerate(points) for side in sides]
        done = {outcome.task.key: outcome for outcome in self._runner.run(tasks)}
        for at, value in enumerate(points):
            pair = [done.get(task.key) for task in tasks[2 * at : 2 * at + 2]]
            if pair[0] is None or pair[1] is None:
                continue
            self._outcomes[value] = (pair[0], pair[1])
            self.savings[value] = saving(value, pair[0].answer, pair[1].answer, self._asked.least_saving)

    def _task(self, at: int, value: float, side: str, limits: Overrides) -> Any:
        name = f"{self._scenario.name}: {self._asked.of} {value:g}, {side}"
        adaptation = Adaptation(lever=self._asked.of, value=value, side=side)
        return adapted_task(at, name, self._document, adaptation, limits, self._seconds)

    def rows(self, first: int) -> list[Row]:
        """Both sides at every value, by value."""
        found: list[Row] = []
        for value in sorted(self._outcomes):
            gained = self.savings[value]
            for side, outcome in zip(("own", str(self._asked.against)), self._outcomes[value], strict=True):
                inputs = {
                    **self._scenario.inputs,
                    str(self._asked.of): value,
                    "side": side,
                    "saving_low_usd": number(gained.low),
                    "saving_high_usd": number(gained.high),
                }
                head: dict[str, Any] = {"index": first + len(found), "scenario": self._scenario.name, "inputs": inputs}
                if outcome.answer is None:
                    found.append(row_from({**head, "status": FAILED, "reason": outcome.failure}))
                else:
                    found.append(row_from({**outcome.answer, **head}))
        return found


def saving(value: float, own: Any, other: Any, least: float) -> Saving:
    """Proven interval of what owning saves beyond the share `least` of the other side's cost."""
    own_low, own_high = _costs(own)
    other_low, other_high = _costs(other)
    with np.errstate(invalid="ignore"):
        low, high = (1 - least) * other_low - own_high, (1 - least) * other_high - own_low
    if np.isinf(own_low):  # owning is proven impossible: it does not pay, whatever the other side costs
        low = high = -np.inf
    return Saving(value, float(low), float(high), number(own_high), number(other_high))


def _costs(answer: Any) -> tuple[float, float]:
    """(bound, cost of the plan): infinite where proven impossible, nan where not known."""
    if answer is None:
        return np.nan, np.nan
    if answer.get("status") == OK and answer.get("lifecycle_usd") is not None:
        bound = answer.get("bound_usd")
        return (-np.inf if bound is None else float(bound)), float(answer["lifecycle_usd"])
    return (np.inf, np.inf) if answer.get("termination") == "INFEASIBLE" else (np.nan, np.nan)


def _words(scenario: Scenario, asked: BreakEven, changes: Sequence[Crossing], search: _Search) -> list[str]:
    if not changes:
        signs = {gained.sign for gained in search.savings.values()}
        told = {1: "pays at every value tried", -1: "pays at no value tried"}
        if len(signs) == 1 and (only := signs.pop()) in told:
            return [f"{scenario.name}: owning {told[only]} from {asked.low:g} to {asked.high:g} {WORDS[asked.of]}."]
        return [
            f"{scenario.name}: the gaps of the solves leave open whether owning pays between {asked.low:g} and {asked.high:g}."
        ]
    words = []
    for change in changes:
        begins = "begins" if change.sign_above > 0 else "ceases"
        words.append(
            f"{scenario.name}: owning {begins} to pay between {change.low:.6g} and {change.high:.6g} {WORDS[asked.of]} "
            + ("(proven on either side)." if change.decided else "(inside, the gaps of the solves do not decide).")
        )
    nearest = min(search.savings.values(), key=lambda gained: abs(gained.value - changes[0].high))
    words.append(f"At {nearest.value:.6g}: owning {usd(nearest.own_usd)}, {asked.against} {usd(nearest.other_usd)}.")
    return words
