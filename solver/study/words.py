"""Results of a study in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from .analysis.statistics import Estimate, Spread
from .row import Row
from .scenario import Cell

NEVER = ("NEVER_WITHIN_HORIZON",)


def usd(value: float | None) -> str:
    """Money for people.

    >>> usd(1234567.8), usd(None), usd(-12.34)
    ('1,234,568 USD', 'unknown', '-12.34 USD')
    """
    if value is None:
        return "unknown"
    return f"{value:,.0f} USD" if abs(value) >= 1000 else f"{value:,.2f} USD"


def between(found: Estimate) -> str:
    """Interval of an estimate of money."""
    if found.low is None or found.high is None:
        return "no interval from so few samples"
    return f"{found.low:,.0f} to {found.high:,.0f}"


def percent(value: float) -> str:
    """A share.

    >>> percent(0.1234), percent(1.0)
    ('12.3 %', '100 %')
    """
    shown = f"{100 * value:.1f}"
    return f"{shown.removesuffix('.0')} %"


def point(inputs: dict[str, Cell] | Sequence[tuple[str, Cell]]) -> str:
    """What was varied, as `name value`."""
    pairs = inputs.items() if isinstance(inputs, dict) else inputs
    return ", ".join(f"{name} {value}" for name, value in pairs if value is not None)


def cost_words(title: str, found: Spread) -> list[str]:
    """Distribution of the cost of one scenario."""
    q = found.quantiles
    return [
        f"{title}: lifecycle cost {usd(found.mean.value)} in the mean of {found.count} samples "
        f"({between(found.mean)}); half of them between {usd(q[0.25].value)} and {usd(q[0.75].value)}, one in twenty below "
        f"{usd(q[0.05].value)}, one in twenty above {usd(q[0.95].value)} ({between(q[0.95])})"
    ]


def payback_sentence(row: Row) -> list[str]:
    """What a row says against each of its baselines."""
    found = []
    for entry in row.payback:
        if entry.npv_usd is None:
            continue
        against = entry.baseline.replace("_", " ")
        saves = f"saves {usd(entry.npv_usd)}" if entry.npv_usd >= 0 else f"costs {usd(-entry.npv_usd)} more"
        months = f", pays back in {entry.simple_months:.1f} months" if entry.simple_months is not None else ""
        found.append(f"{saves} against {against}{months}")
    return found
