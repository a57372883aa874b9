"""Each factor alone: what moving it from its 10 % to its 90 % quantile does, the others at their median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.study.loaded import LoadedStudy
from solver.study.row import Row
from solver.study.sampling.distributions import quantiles
from solver.study.sampling.draw import at_values
from solver.study.scenario import Scenario
from solver.study.titles import title_of

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Swing:
    """Cost with a factor low and high, USD; None where there is no plan. `middle`: all at their median."""

    scenario: str
    factor: str
    low_value: float
    high_value: float
    low_usd: float | None
    middle_usd: float | None
    high_usd: float | None

    @property
    def width_usd(self) -> float:
        """How far the cost moves between the two, 0 where one of them is not known."""
        return 0.0 if self.low_usd is None or self.high_usd is None else abs(self.high_usd - self.low_usd)


def tornado_scenarios(study: LoadedStudy, first_index: int) -> tuple[Scenario, ...]:
    """For each scenario: all factors at their median, then each low and high. Indices count on from `first_index`."""
    factors = study.study.uncertain
    middle = [float(quantiles(factor.distribution, [MIDDLE])[0]) for factor in factors]
    points: list[tuple[str, list[float]]] = [("medians", middle)]
    for k, factor in enumerate(factors):
        for word, level in (("low", LOW), ("high", HIGH)):
            moved = [*middle]
            moved[k] = float(quantiles(factor.distribution, [level])[0])
            points.append((f"{factor.name} {word}", moved))
    found: list[Scenario] = []
    for word, values in points:
        for scenario in study.scenarios:
            index = first_index + len(found)
            found.append(at_values(study, scenario, index, values, {"design": f"tornado: {word}"}))
    return tuple(found)


def swings(study: LoadedStudy, scenarios: Sequence[Scenario], rows: Sequence[Row]) -> list[Swing]:
    """Swings by scenario, the widest first. `scenarios`: those of `tornado_scenarios`; `rows` may lack some."""
    cost = {row.index: row.lifecycle_usd for row in rows if row.ok}
    count = len(study.scenarios)
    found: list[Swing] = []
    for position, named in enumerate(study.scenarios):
        at = [scenario.index for scenario in scenarios[position::count]]
        mine: list[Swing] = []
        for k, factor in enumerate(study.study.uncertain):
            low, high = at[1 + 2 * k], at[2 + 2 * k]
            values = quantiles(factor.distribution, [LOW, HIGH])
            mine.append(
                Swing(
                    title_of(named.name, named.inputs),
                    factor.name,
                    float(values[0]),
                    float(values[1]),
                    cost.get(low),
                    cost.get(at[0]),
                    cost.get(high),
                )
            )
        found.extend(sorted(mine, key=lambda swing: -swing.width_usd))
    return found
