"""Plans that cost at most so much more than the optimum and differ from it in a way that is asked for.

    fewest vendors   least k with a plan of at most k vendors within the cap; k - 1 is proven too few where its bound passes it
    least capex      least budget with a plan within the cap, by bisection of the budget (its bound proves what is too little)
    no purchase      the least cost without purchases, held against the cap
    most different   max sum over pools and stages of |servers - those of the optimum|, cost <= cap: a MILP of its own

The cap is (1 + share) x the cost of the best plan known; its distance from the proven bound is reported beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import FAILED, OK, Row, row_from
from solver.study.runner import Runner
from solver.study.scenario import Scenario
from solver.study.schema.decide import Alternatives, Measure, Wish
from solver.study.task import Outcome

from .adapt import WITHOUT_PURCHASE
from .answers import share, usd
from .different import different_task
from .work import Adaptation, adapted_task

BUDGET_SHARE = 0.02
"""The least budget is narrowed to this share of the optimum's capex."""
MOST_BUDGETS = 12
LEAST_COST = "least cost"


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """Alternatives for every scenario of the study."""
    asked = study.study.study
    assert isinstance(asked, Alternatives)
    rows: list[Row] = []
    words: list[str] = []
    table: list[dict[str, Any]] = []
    for scenario in study.scenarios:
        search = _Search(study, asked, runner, scenario)
        search.run()
        for name, (answer, remark) in search.found.items():
            row = _row(len(rows), scenario, name, answer, remark)
            rows.append(row)
            table.append(
                {"scenario": scenario.name, "alternative": name, "cost_usd": row.lifecycle_usd, "remark": remark}
            )
        words += search.words
    return StudyResult(
        "alternatives", rows, words, {"within": asked.within}, {"alternatives": table}, complete=not runner.cancelled
    )


class _Search:
    """One scenario: the least cost first, then each wish."""

    def __init__(self, study: LoadedStudy, asked: Alternatives, runner: Runner, scenario: Scenario) -> None:
        self._asked, self._runner, self._scenario = asked, runner, scenario
        self._limits = replace(study.limits, baselines=False)
        self._document = study.base.changed(scenario)
        own = study.base.resolved.instance.solve
        self._seconds = self._limits.time_limit_seconds or own.time_limit_seconds
        self.found: dict[str, tuple[Mapping[str, Any], str]] = {}
        self.words: list[str] = []
        self._cap = 0.0

    def run(self) -> None:
        """Fill `found` and `words`."""
        best = self._plan(LEAST_COST, Adaptation())
        if best is None:
            return
        self.found[LEAST_COST] = (best, "")
        if not _solved(best):
            self.words.append(f"{self._scenario.name}: {best.get('reason') or 'no plan'}.")
            return
        cost, bound = float(best["lifecycle_usd"]), best.get("bound_usd")
        self._cap = cost + self._asked.within * abs(cost)
        above = None if bound is None or bound <= 0 else self._cap / bound - 1
        self.words.append(
            f"{self._scenario.name}: the least cost is {usd(cost)} (proven at least {usd(bound)}); alternatives cost at most "
            f"{usd(self._cap)}, which is at most {share(above)} above the true optimum."
        )
        for wish in self._asked.find:
            if self._runner.cancelled:
                return
            {
                Wish.FEWEST_VENDORS: self._fewest_vendors,
                Wish.LEAST_CAPEX: self._least_capex,
                Wish.NO_PURCHASE: self._no_purchase,
                Wish.MOST_DIFFERENT: self._most_different,
            }[wish](best)

    def _fewest_vendors(self, best: Mapping[str, Any]) -> None:
        most = len(best.get("vendors", ()))
        for count in range(1, most):
            answer = self._plan(f"at most {count} vendors", Adaptation(max_vendors=count))
            if answer is None:
                return
            if self._within(answer):
                self._tell(Wish.FEWEST_VENDORS, answer, f"{count} instead of {most}: {', '.join(answer['vendors'])}")
                return
            if not self._beyond(answer):
                self.words.append(f"{self._scenario.name}: whether {count} vendors do is left open by the gap.")
        self._tell(Wish.FEWEST_VENDORS, best, f"none has fewer than the least cost's {most}")

    def _least_capex(self, best: Mapping[str, Any]) -> None:
        capex = float(best["measures"]["capex"])
        if capex <= 0:
            self._tell(Wish.LEAST_CAPEX, best, "the least cost spends no capital")
            return
        low, high, proven = 0.0, capex, 0.0
        plan, budget = best, 0.0
        for _ in range(MOST_BUDGETS):
            answer = self._plan(f"capex at most {budget:.0f}", Adaptation(measure=Measure.CAPEX, limit=budget))
            if answer is None:
                return
            if self._within(answer):
                plan, high = answer, float(answer["measures"]["capex"])
                if budget <= 0:
                    break
            else:
                low = budget
                if self._beyond(answer):
                    proven = budget
            if high - low <= BUDGET_SHARE * capex:
                break
            budget = low + (high - low) / 2
        self._tell(
            Wish.LEAST_CAPEX,
            plan,
            f"capex {usd(high)} instead of {usd(capex)}; less than {usd(proven)} is proven too little",
        )

    def _no_purchase(self, best: Mapping[str, Any]) -> None:
        answer = self._plan("no purchase", Adaptation(side=WITHOUT_PURCHASE))
        if answer is None:
            return
        if self._within(answer):
            extra = float(answer["lifecycle_usd"]) - float(best["lifecycle_usd"])
            self._tell(Wish.NO_PURCHASE, answer, f"costs {usd(max(0.0, extra))} more")
        elif self._beyond(answer):
            self._none(Wish.NO_PURCHASE, answer, "proven: every plan without purchases costs more than the cap")
        else:
            self._none(Wish.NO_PURCHASE, answer, "left open by the gap")

    def _most_different(self, best: Mapping[str, Any]) -> None:
        task = different_task(self._scenario.name, self._document, self._cap, self._limits, self._seconds)
        answer = self._answer(self._runner.run([task]))
        if answer is None:
            return
        if not _solved(answer):
            self._none(Wish.MOST_DIFFERENT, answer, str(answer.get("reason", "")))
            return
        distance, most = answer["distance_servers"], answer["distance_bound_servers"]
        self._tell(
            Wish.MOST_DIFFERENT,
            answer,
            f"{distance:,.1f} server-stages away from the least cost; at most {most:,.1f} are possible",
        )

    def _plan(self, what: str, adaptation: Adaptation) -> Mapping[str, Any] | None:
        task = adapted_task(
            0, f"{self._scenario.name}: {what}", self._document, adaptation, self._limits, self._seconds
        )
        return self._answer(self._runner.run([task]))

    def _answer(self, outcomes: Sequence[Outcome]) -> Mapping[str, Any] | None:
        if not outcomes:
            return None
        return outcomes[0].answer or {"status": FAILED, "reason": outcomes[0].failure}

    def _within(self, answer: Mapping[str, Any]) -> bool:
        return _solved(answer) and float(answer["lifecycle_usd"]) <= self._cap * (1 + 1e-9)

    def _beyond(self, answer: Mapping[str, Any]) -> bool:
        """Whether it is proven that no such plan keeps the cap."""
        bound = answer.get("bound_usd")
        return answer.get("termination") == "INFEASIBLE" or (bound is not None and float(bound) > self._cap)

    def _tell(self, wish: Wish, answer: Mapping[str, Any], remark: str) -> None:
        self.found[str(wish)] = (answer, remark)
        self.words.append(f"{self._scenario.name}, {_shown(wish)}: {remark}; {usd(answer.get('lifecycle_usd'))}.")

    def _none(self, wish: Wish, answer: Mapping[str, Any], remark: str) -> None:
        self.found[str(wish)] = ({**answer, "status": FAILED, "reason": remark}, remark)
        self.words.append(f"{self._scenario.name}, {_shown(wish)}: none within the cap ({remark}).")


def _shown(wish: Wish) -> str:
    return str(wish).replace("_", " ")


def _solved(answer: Mapping[str, Any]) -> bool:
    return answer.get("status") == OK and answer.get("lifecycle_usd") is not None


def _row(index: int, scenario: Scenario, name: str, answer: Mapping[str, Any], remark: str) -> Row:
    inputs = {**scenario.inputs, "alternative": name, "remark": remark}
    return row_from({**answer, "index": index, "scenario": scenario.name, "inputs": inputs})
