"""What the samples of one scenario came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from solver.study.row import Payback, Row
from solver.study.scenario import Scenario
from solver.study.schema.kinds import MonteCarlo
from solver.study.titles import title_of

from .statistics import Estimate, Spread, rank_correlation, share, spread

PAID = ("PAID_BACK", "IMMEDIATE")


@dataclass(frozen=True, slots=True)
class PaybackOutcome:
    """Against one baseline, of the samples that can be compared with it. `within`: P(payback <= T) by T in months.

    `npv`: None where no sample has one. `cheaper`: share of samples whose plan costs less than the baseline.
    """

    baseline: str
    compared: int
    within: dict[int, Estimate]
    cheaper: Estimate
    npv: Spread | None


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """`costs`: of the samples with a plan, USD. `drivers`: rank correlation of each factor with the cost."""

    title: str
    samples: int
    failed: int
    costs: tuple[float, ...]
    cost: Spread | None
    paybacks: tuple[PaybackOutcome, ...]
    drivers: dict[str, float | None]

    def plain(self) -> dict[str, Any]:
        """Plain JSON values without the samples themselves."""
        found = asdict(self)
        del found["costs"]
        plain: dict[str, Any] = _text_keys(found)
        return plain

    def lines(self) -> list[dict[str, Any]]:
        """Lines of the table of statistics: scenario, quantity, statistic, value and its interval."""
        quantities = [("lifecycle_usd", self.cost)]
        quantities += [(f"{entry.baseline}_npv_usd", entry.npv) for entry in self.paybacks]
        found = [
            {"scenario": self.title, "quantity": name, "statistic": statistic, **asdict(estimate)}
            for name, found in quantities
            if found is not None
            for statistic, estimate in [
                ("mean", found.mean),
                *((f"q{level:g}", q) for level, q in found.quantiles.items()),
            ]
        ]
        for entry in self.paybacks:
            chances = [("cheaper", entry.cheaper), *((f"payback <= {t} months", p) for t, p in entry.within.items())]
            found += [
                {"scenario": self.title, "quantity": f"P({entry.baseline})", "statistic": name, **asdict(p)}
                for name, p in chances
            ]
        return found


def outcome_of(scenario: Scenario, rows: Sequence[Row], factors: Sequence[str], asked: MonteCarlo) -> ScenarioOutcome:
    """Statistics of a scenario's samples; of those without a plan only their number."""
    good = [row for row in rows if row.ok and row.lifecycle_usd is not None]
    costs = np.array([row.lifecycle_usd for row in good], dtype=np.float64)
    return ScenarioOutcome(
        title_of(scenario.name, scenario.inputs),
        len(rows),
        len(rows) - len(good),
        tuple(costs.tolist()),
        spread(costs, asked.confidence) if good else None,
        tuple(_paybacks(good, asked)),
        {
            name: rank_correlation(np.array([row.inputs[name] for row in good], dtype=np.float64), costs)
            for name in factors
        },
    )


def _paybacks(rows: Sequence[Row], asked: MonteCarlo) -> list[PaybackOutcome]:
    found = []
    for baseline in dict.fromkeys(entry.baseline for row in rows for entry in row.payback):
        entries = [entry for row in rows for entry in row.payback if entry.baseline == baseline]
        entries = [entry for entry in entries if entry.npv_usd is not None]
        if not entries:
            continue
        values = [entry.npv_usd for entry in entries if entry.npv_usd is not None]
        found.append(
            PaybackOutcome(
                baseline,
                len(entries),
                {
                    months: share(sum(_paid(entry, months) for entry in entries), len(entries), asked.confidence)
                    for months in asked.payback_within_months
                },
                share(sum(value > 0 for value in values), len(entries), asked.confidence),
                spread(values, asked.confidence),
            )
        )
    return found


def _paid(entry: Payback, months: int) -> bool:
    return entry.status in PAID and (entry.simple_months or 0.0) <= months


def _text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{key:g}" if isinstance(key, float) else str(key): _text_keys(item) for key, item in value.items()}
    return [_text_keys(item) for item in value] if isinstance(value, list | tuple) else value
