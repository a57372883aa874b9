"""Results of claims in words: for the terminal, and as a page in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from .claim import Unit
from .points import Point
from .run import Result
from .verdict import Driver, Measured, Verdict

LEVELS_TOLD = 6


def figure(value: float, unit: Unit) -> str:
    """A value in its unit.

    >>> figure(0.5, Unit.SHARE), figure(16.4, Unit.MONTHS), figure(math.inf, Unit.MONTHS), figure(2.0, Unit.TIMES)
    ('50 %', '16.4 months', 'never', '2x')
    """
    if math.isinf(value):
        return "never"
    match unit:
        case Unit.SHARE:
            return f"{round(100 * value) + 0:d} %"
        case Unit.MONTHS:
            return f"{value:.1f} months"
        case Unit.TIMES:
            return f"{value:.2g}x" if value < 100 else f"{value:,.0f}x"


def why(measure: Measured) -> list[str]:
    """Sentences on where the settings fall and what the value varies with, made from the points."""
    unit, found = measure.claimed.unit, [_where(measure)]
    for driver in measure.drivers:
        found.append(f"varies with {driver.dimension}: {_levels(driver, unit)}")
    found.append(f"lowest, {figure(measure.lowest, unit)}: {_setting(measure.lowest_setting)}")
    found.append(f"highest, {figure(measure.highest, unit)}: {_setting(measure.highest_setting)}")
    return found


def text(result: Result) -> str:
    """One claim for the terminal."""
    claim = result.claim
    lines = [
        f"{claim.name}: {result.verdict.value.upper()}",
        f"  {claim.claim}",
        f"  {claim.source}, {claim.as_of}: {claim.url}",
    ]
    for measure in result.measures:
        lines += [
            f"  {measure.claimed.measure} ({measure.claimed.of}): {measure.verdict.value}",
            f"    claimed  {_claimed(measure)}",
            f"    computed {_computed(measure)}",
            *(f"    {sentence}" for sentence in why(measure)),
        ]
    lines += [f"  left out: {sentence}" for sentence in claim.leaves_out]
    lines.append(f"  {len(result.points)} settings computed in {result.seconds:.1f} s")
    return "\n".join(lines)


def markdown(results: Sequence[Result]) -> str:
    """All claims as a page: a table, then each claim with its reasons."""
    return "\n".join([*_table(results), "", *(line for result in results for line in _section(result))])


def plain(result: Result) -> dict[str, Any]:
    """One claim as plain values; what is infinite is null."""
    return {
        "name": result.claim.name,
        "claim": result.claim.claim,
        "source": result.claim.source,
        "url": result.claim.url,
        "as_of": result.claim.as_of,
        "verdict": result.verdict.value,
        "seconds": result.seconds,
        "measures": [_plain(measure) for measure in result.measures],
        "leaves_out": list(result.claim.leaves_out),
        "points": [
            {"measure": p.measure, "value": _finite(p.value), "setting": dict(p.setting)} for p in result.points
        ],
    }


def _plain(measure: Measured) -> dict[str, Any]:
    claimed = measure.claimed
    return {
        "measure": claimed.measure,
        "of": claimed.of,
        "unit": claimed.unit.value,
        "claimed": {"low": claimed.low, "high": claimed.high},
        "computed": {
            name: _finite(getattr(measure, name)) for name in ("lowest", "tenth", "median", "ninetieth", "highest")
        },
        "settings": measure.settings,
        "share_inside": measure.share_inside,
        "share_below": measure.share_below,
        "share_above": measure.share_above,
        "verdict": measure.verdict.value,
        "why": why(measure),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _table(results: Sequence[Result]) -> Iterator[str]:
    yield "| claim | measure | claimed | computed: lowest, **median**, highest | settings inside | verdict |"
    yield "|---|---|---|---|---|---|"
    for result in results:
        for measure in result.measures:
            unit = measure.claimed.unit
            spread = (
                f"{figure(measure.lowest, unit)}, **{figure(measure.median, unit)}**, {figure(measure.highest, unit)}"
            )
            inside = f"{100 * measure.share_inside:.0f} % of {measure.settings}"
            verdict = measure.verdict.value
            shown = f"**{verdict}**" if measure.verdict is Verdict.BORNE_OUT else verdict
            yield (
                f"| {result.claim.name} | {measure.claimed.of} | {_claimed(measure)} | {spread} | {inside} | {shown} |"
            )


def _section(result: Result) -> Iterator[str]:
    claim = result.claim
    yield f"## {claim.name}: {result.verdict.value}"
    yield ""
    yield f"{claim.claim} ([{claim.source}]({claim.url}), {claim.as_of})"
    yield ""
    for measure in result.measures:
        yield f"- **{measure.claimed.measure}** ({measure.claimed.of}): {measure.verdict.value}. {_computed(measure)}."
        for sentence in why(measure):
            yield f"  - {sentence}"
    for sentence in claim.leaves_out:
        yield f"- left out by the claim: {sentence}"
    yield ""


def _claimed(measure: Measured) -> str:
    claimed = measure.claimed
    return f"{figure(claimed.low, claimed.unit)} to {figure(claimed.high, claimed.unit)}"


def _computed(measure: Measured) -> str:
    unit = measure.claimed.unit
    return (
        f"{figure(measure.lowest, unit)} to {figure(measure.highest, unit)}, median {figure(measure.median, unit)}, "
        f"eight in ten between {figure(measure.tenth, unit)} and {figure(measure.ninetieth, unit)}"
    )


def _where(measure: Measured) -> str:
    more, less = (
        (measure.share_above, measure.share_below)
        if measure.claimed.higher_is_more
        else (measure.share_below, measure.share_above)
    )
    return (
        f"{100 * measure.share_inside:.0f} % of {measure.settings} settings lie in the claimed range, "
        f"{100 * less:.0f} % show less than claimed, {100 * more:.0f} % more"
    )


def _levels(driver: Driver, unit: Unit) -> str:
    told = sorted(driver.levels, key=lambda level: level.median)
    if len(told) > LEVELS_TOLD:
        half = LEVELS_TOLD // 2
        told = [*told[:half], *told[-half:]]
    words = [f"{level.name} {figure(level.median, unit)}" for level in told]
    rest = len(driver.levels) - len(told)
    return ", ".join(words) + (f" ({rest} between)" if rest else "")


def _setting(point: Point) -> str:
    return ", ".join(f"{name} {value}" for name, value in point.setting.items())
