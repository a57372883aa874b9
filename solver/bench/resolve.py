"""How much sooner a changed problem is solved than a new one: a study of price changes on a benchmark instance.

One session solves the instance, then every change of it; every so often a change is solved from nothing too, to the same gap
and within the same limits. Every offer's and every endpoint's price is multiplied with a factor of its own.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from random import Random
from statistics import median
from typing import Any

from solver.bench.recipe import document
from solver.bench.sizes import Size
from solver.instance.resolved import ResolvedInstance
from solver.solve.highs import Limits
from solver.solve.session import Session

PRICES = ("usd_per_server", "usd_per_hour", "usd_per_server_month")
API_PRICES = (
    "usd_per_million_input_tokens",
    "usd_per_million_cached_input_tokens",
    "usd_per_million_output_tokens",
    "batch_usd_per_million_input_tokens",
    "batch_usd_per_million_output_tokens",
)
ANCHOR_GAP = 0.4
"""Share of the gap asked for that the first solve may leave: what changes of prices may use up."""

FIRST_SECONDS = 200.0
"""The first solve may take that long at least, however little each change may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`changes` of prices within +- `half`; each `every`-th of them is solved from nothing too.

    No change is begun but the first once `total_seconds` are over, which leave out the solve of the instance itself.
    """

    changes: int
    half: float
    every: int
    relative_gap: float
    time_limit_seconds: float
    seed: int = 0
    total_seconds: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Solve:
    """One solve: wall and processor seconds, plan and bound in USD. `verified`: every constraint and dollar recomputed."""

    seconds: float
    cpu_seconds: float
    objective: float | None
    bound: float | None
    gap: float | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A change by its number, solved in the session and, where `cold` is given, from nothing."""

    number: int
    warm: Solve
    step: str
    cold: Solve | None


def repriced(resolved: ResolvedInstance, draw: Random, half: float) -> ResolvedInstance:
    """The instance with every price of offers and endpoints times a factor between 1 - half and 1 + half."""
    offers = []
    for offer in resolved.offers:
        factor = draw.uniform(1 - half, 1 + half)
        known = {name: value for name in PRICES if (value := getattr(offer.terms, name, None)) is not None}
        changed = {name: value * factor for name, value in known.items()}
        offers.append(replace(offer, terms=offer.terms.model_copy(update=changed)))
    endpoints = []
    for endpoint in resolved.endpoints:
        factor = draw.uniform(1 - half, 1 + half)
        prices: dict[str, Any] = {name: getattr(endpoint, name) for name in API_PRICES}
        scaled: dict[str, Any] = {name: None if price is None else price * factor for name, price in prices.items()}
        endpoints.append(replace(endpoint, **scaled))
    return replace(resolved, offers=tuple(offers), endpoints=tuple(endpoints))


def run_resolve(size: Size, asked: Asked, say: Callable[[str], None]) -> dict[str, Any]:
    """Every measurement, told as it comes; the figures as plain values."""
    from solver.study.base import resolved_of

    base = resolved_of(document(size, asked.seed))
    limits = Limits(asked.relative_gap, asked.time_limit_seconds)
    session = Session(base)
    seconds = max(FIRST_SECONDS, limits.time_limit_seconds)
    near = Limits(ANCHOR_GAP * limits.relative_gap, seconds)
    anchor = _warm(session, base, near, verified=True)
    session.warm_up(limits)
    say(
        f"{size.name}: first solve {anchor.seconds:.1f} s ({anchor.cpu_seconds:.1f} s of CPU), gap {_share(anchor.gap)}"
    )
    pairs: list[Pair] = []
    try:
        for pair in _changes(session, base, asked, limits, say):
            pairs.append(pair)
    except KeyboardInterrupt:
        say(f"interrupted after {len(pairs)} of {asked.changes} changes")
        if not any(pair.cold for pair in pairs):
            raise
    found = figures(pairs, anchor, asked)
    say(
        f"{found['sooner']:.1f} times as soon in CPU time, {found['sooner_wall']:.1f} in wall time "
        f"({found['sooner_with_first']:.1f} with the first solve counted); "
        f"{found['reached']} of {found['done']} reached the gap, {found['agree']} of {found['compared']} compared agree"
    )
    return {"size": size.name, **found, "pairs": [asdict(pair) for pair in pairs]}


def _changes(
    session: Session, base: ResolvedInstance, asked: Asked, limits: Limits, say: Callable[[str], None]
) -> Iterator[Pair]:
    """Every change as it is solved; ends early where the time for all is over."""
    until = time.monotonic() + asked.total_seconds
    draw = Random(f"inferplan bench resolve {asked.seed}")
    spent = 0.0
    for number in range(asked.changes):
        if number and time.monotonic() > until:
            say(f"the time for all was over after {number} of {asked.changes} changes")
            return
        changed = repriced(base, draw, asked.half)
        compared = number % asked.every == 0
        began, cpu = time.monotonic(), time.process_time()
        session.update(changed)
        updated, updated_cpu = time.monotonic() - began, time.process_time() - cpu
        warm = _warm(session, changed, limits, verified=compared)
        warm = replace(warm, seconds=warm.seconds + updated, cpu_seconds=warm.cpu_seconds + updated_cpu)
        spent += warm.cpu_seconds
        step = session.steps[-1]
        cold = _cold(changed, limits) if compared else None
        if cold is not None:
            say(
                f"change {number}: {warm.seconds:.2f} s ({step}, gap {_share(warm.gap)}), from nothing "
                f"{cold.seconds:.1f} s (gap {_share(cold.gap)}); {spent / (number + 1):.2f} s of CPU a change so far"
            )
        elif step == "search":
            say(f"change {number}: {warm.seconds:.1f} s (search, gap {_share(warm.gap)})")
        yield Pair(number, warm, step, cold)


def figures(pairs: list[Pair], anchor: Solve, asked: Asked) -> dict[str, Any]:
    """What the pairs say together. Two plans agree where neither bound lies above the other plan and both are within the gap."""
    cold = [pair.cold for pair in pairs if pair.cold is not None]
    warm_cpu = sum(pair.warm.cpu_seconds for pair in pairs) / len(pairs)
    cold_cpu = sum(solve.cpu_seconds for solve in cold) / len(cold)
    warm_wall = sum(pair.warm.seconds for pair in pairs) / len(pairs)
    cold_wall = sum(solve.seconds for solve in cold) / len(cold)
    return {
        **asdict(asked),
        "first": asdict(anchor),
        "warm_cpu_seconds": warm_cpu,
        "warm_median_seconds": median(pair.warm.seconds for pair in pairs),
        "warm_most_seconds": max(pair.warm.seconds for pair in pairs),
        "cold_cpu_seconds": cold_cpu,
        "sooner": cold_cpu / warm_cpu,
        "sooner_wall": cold_wall / warm_wall,
        "sooner_with_first": cold_cpu / (warm_cpu + anchor.cpu_seconds / len(pairs)),
        "steps": dict(Counter(pair.step for pair in pairs)),
        "done": len(pairs),
        "reached": sum(_reached(pair.warm, asked.relative_gap) for pair in pairs),
        "cold_reached": sum(_reached(solve, asked.relative_gap) for solve in cold),
        "compared": len(cold),
        "agree": sum(_agree(pair, asked.relative_gap) for pair in pairs if pair.cold is not None),
        "verified": all(solve.verified for pair in pairs if pair.cold for solve in (pair.warm, pair.cold)),
    }


def _reached(solve: Solve, gap: float) -> bool:
    return solve.gap is not None and solve.gap <= gap * (1 + 1e-9)


def _agree(pair: Pair, gap: float) -> bool:
    """Whether the costs are the same within the gap, and neither bound contradicts the other plan."""
    warm, cold = pair.warm, pair.cold
    if cold is None or warm.objective is None or cold.objective is None or warm.bound is None or cold.bound is None:
        return False
    near = abs(warm.objective - cold.objective) <= gap * max(warm.objective, cold.objective)
    slack = 1e-9 * abs(warm.objective)
    return near and warm.bound <= cold.objective + slack and cold.bound <= warm.objective + slack


def _warm(session: Session, resolved: ResolvedInstance, limits: Limits, *, verified: bool) -> Solve:
    began, cpu = time.monotonic(), time.process_time()
    found = session.solve(limits)
    seconds, spent = time.monotonic() - began, time.process_time() - cpu
    passed = _passes(resolved, session.candidates, found) if verified else False
    ended = found.termination
    return Solve(seconds, spent, ended.objective, ended.bound, ended.relative_gap, passed)


def _cold(resolved: ResolvedInstance, limits: Limits) -> Solve:
    from solver.deployments.enumerate import candidates
    from solver.model.assembly import assembled
    from solver.solve.run import solve

    began, cpu = time.monotonic(), time.process_time()
    known = candidates(resolved)
    found = solve(assembled(resolved, known), limits)
    seconds, spent = time.monotonic() - began, time.process_time() - cpu
    ended = found.termination
    return Solve(seconds, spent, ended.objective, ended.bound, ended.relative_gap, _passes(resolved, known, found))


def _passes(resolved: ResolvedInstance, candidates: Any, found: Any) -> bool:
    from solver.plan.verify import verify

    if found.decisions is None:
        return False
    return verify(resolved, candidates, found.decisions, found.termination.objective, None).passed


def _share(gap: float | None) -> str:
    return "none" if gap is None else f"{gap:.2%}"
