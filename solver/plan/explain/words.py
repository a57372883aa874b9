"""An explanation in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from solver.deployments.types import ServeKind
from solver.plan.explain.explanation import (
    Alternative,
    Conflict,
    Explanation,
    LimitExplanation,
    ServedBy,
    StandingExplanation,
    WorkloadExplanation,
)
from solver.plan.words import milliseconds, share, terminated, usd

MOST_TOLD = 3
LEAST_SHARE = 0.005
CLASSES = {ServeKind.REAL_TIME: "", ServeKind.BATCH: " (may wait)"}


def all_words(found: Explanation) -> Iterator[str]:
    """How the solve ended, then each workload, limits, purchases, or the conflict."""
    yield terminated(found.termination)
    for workload in found.workloads:
        yield from workload.words
    binding = [limit for limit in found.limits if limit.binds]
    yield from (limit_words(limit) for limit in binding)
    if found.limits and not binding:
        yield "no limit binds: more of any of them would save nothing"
    yield from (standing_words(entry) for entry in found.standing)
    if found.conflict is not None:
        yield from conflict_words(found.conflict)
    for saving in found.savings:
        against = saving.baseline.replace("_", " ")
        less = f"saves {usd(saving.npv_usd)}" if saving.npv_usd >= 0 else f"costs {usd(-saving.npv_usd)} more"
        yield f"against {against} the plan {less}, net present"


def workload_words(found: WorkloadExplanation) -> Iterator[str]:
    """What serves it, at what cost, beside the next best and what is out of the question."""
    shown = [one for one in found.served_by if one.share >= LEAST_SHARE]
    parts = [f"{share(one.share)} by {_served(one)}" for one in shown[:MOST_TOLD]]
    rest = sum(one.share for one in found.served_by) - sum(one.share for one in shown[:MOST_TOLD])
    others = [f"{share(rest)} by others"] if rest >= LEAST_SHARE else []
    cost = ""
    if found.usd_per_million_tokens is not None:
        thousand = found.usd_per_million_tokens * found.tokens_per_request / 1000
        cost = f", at {_rate(found.usd_per_million_tokens)} in all ({thousand:,.3g} USD per thousand requests)"
    yield f"{found.workload}: served {', '.join([*parts, *others])}{cost}"
    if found.marginal_usd_per_million_tokens is not None:
        yield f"{found.workload}: one more of its requests costs {_rate(found.marginal_usd_per_million_tokens)} at the margin"
    for kind in ServeKind:
        able = [one for one in found.alternatives if one.kind is kind and not one.beyond_limits and not one.chosen]
        if able:
            told = "; ".join(_alternative(one) for one in able[:MOST_TOLD])
            yield f"{found.workload}{CLASSES[kind]}: next best, alone on servers of its own: {told}"
        for one in [one for one in found.alternatives if one.kind is kind and one.beyond_limits][:MOST_TOLD]:
            cheaper = one.usd_more_per_million_tokens is not None and one.usd_more_per_million_tokens < 0
            if cheaper:
                why = "; ".join(one.beyond_limits)
                yield f"{found.workload}{CLASSES[kind]}: {_alternative(one)} is beyond a limit: {why}"
    if found.excluded:
        counts = Counter(str(entry.reason).replace("_", " ") for entry in found.excluded)
        nearest = found.excluded[0]
        how = ", ".join(f"{count} by {reason}" for reason, count in counts.most_common())
        more = "" if found.excluded_count == len(found.excluded) else f" (of {found.excluded_count}, the nearest)"
        yield f"{found.workload}: out of the question: {how}{more}; nearest: {nearest.what}: {nearest.detail}"


def limit_words(limit: LimitExplanation) -> str:
    """A limit that binds, and what more of it is worth."""
    words = f"{limit.requirement} binds at {limit.place}"
    if limit.used is not None:
        words += f": {_figure(limit.used)} of {_figure(limit.limit)} {limit.unit} in use"
    if limit.usd_per_unit is None:
        return (
            f"{words}; what more is worth is not known (its relaxation took too long, or is too far from whole servers)"
        )
    if limit.usd_per_unit < 0.005:
        return f"{words}; a little more would save nothing"
    return f"{words}; one more {_one(limit.unit)} saves about {usd(limit.usd_per_unit)}"


def standing_words(entry: StandingExplanation) -> str:
    """What owning or committing is worth beside renting."""
    verb = {"purchase": "bought", "lease": "leased", "reserved": "committed"}.get(entry.kind, "ordered")
    words = f"{entry.servers_most} x {entry.where} {verb} for {usd(entry.lifecycle_usd)}, used {share(entry.used_share)} of the time"
    if entry.rented_usd is None or entry.saved_usd is None:
        return f"{words}; nothing of the same accelerator is rented by the hour"
    saved = f"saves {usd(entry.saved_usd)}" if entry.saved_usd >= 0 else f"costs {usd(-entry.saved_usd)} more"
    words = f"{words}: {saved} against renting {entry.rented_offer} for those hours ({usd(entry.rented_usd)})"
    if entry.break_even_share is None:
        return words
    if entry.break_even_share > 1:
        return f"{words}; renting all the time would cost less"
    return f"{words}; it pays from {share(entry.break_even_share)} of the time on"


def conflict_words(found: Conflict) -> Iterator[str]:
    """What cannot hold together, and the ways out."""
    for missing in found.unserved:
        nearest = "; ".join(missing.reasons) or "nothing is offered"
        kind = "real time" if missing.kind is ServeKind.REAL_TIME else "may wait"
        yield f"{missing.workload}, bucket {missing.bucket} ({kind}): nothing on offer can serve it; nearest: {nearest}"
    if found.requirements:
        parts = [
            f"{one.requirement} of {one.place}" + ("" if one.limit is None else f" ({_figure(one.limit)} {one.unit})")
            for one in found.requirements
        ]
        proof = "without any one of them the rest could be met" if found.irreducible else "perhaps not all are needed"
        yield f"these cannot hold together: {'; '.join(parts)} ({proof})"
    elif found.whole_numbers_only:
        yield "only whole servers and replicas stand against a plan: with fractions of them every requirement could be met"
    for way in found.ways_out:
        changes = [
            f"{c.place}: {_figure(c.change)} of {_figure(c.limit)} {c.unit} would stay unserved"
            if c.is_demand
            else f"{c.requirement} of {c.place}: {_figure(c.limit)} {c.unit}, needs {_figure(c.change)} more"
            for c in way.changes
        ]
        yield f"a way out: {'; '.join(changes)}"


def _served(one: ServedBy) -> str:
    what = one.model if one.precision is None else f"{one.model} {one.precision}"
    cost = "" if one.usd_per_million_tokens is None else f" at {_rate(one.usd_per_million_tokens)}"
    return f"{_at(what, one.where)}{CLASSES[one.kind]}{cost}{_promised(one)}"


def _alternative(one: Alternative) -> str:
    what = one.model if one.precision is None else f"{one.model} {one.precision}"
    offer = "" if one.offer is None else f" ({one.offer})"
    more = one.usd_more_per_million_tokens
    than = "" if more is None else f", {_rate(abs(more), unit=False)} {'more' if more >= 0 else 'less'}"
    late = f", from month {one.from_month + 1} on" if one.from_month else ""
    return f"{_at(what, one.where)}{offer} at {_rate(one.usd_per_million_tokens)}{than}{late}"


def _at(what: str, where: str) -> str:
    """An API is often called as its model is."""
    return what if what == where else f"{what} on {where}"


def _promised(one: ServedBy) -> str:
    parts = [f"{name} {milliseconds(value)}" for name, value in (("TTFT", one.ttft_ms), ("TPOT", one.tpot_ms)) if value]
    return f" ({', '.join(parts)})" if parts else ""


def _rate(value: float, *, unit: bool = True) -> str:
    """USD per million tokens.

    >>> _rate(0.12345), _rate(3.5, unit=False)
    ('0.123 USD per million tokens', '3.5')
    """
    return f"{value:,.3g}" + (" USD per million tokens" if unit else "")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _one(unit: str) -> str:
    """The singular of a unit, as far as it has one.

    >>> _one("servers"), _one("kW")
    ('server', 'kW')
    """
    return unit[:-1] if unit.endswith("s") and "/" not in unit else unit
