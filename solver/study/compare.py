"""What changes between two plans, in words, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row, Servers
from .words import percent, usd

LEAST_USD = 0.5
LEAST_SHARE = 0.005
MOST_STREAMS = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A plan and what to call it."""

    name: str
    row: Row


def differences(first: Named, second: Named) -> list[str]:
    """Sentences from the first plan to the second: what was asked differently, cost and its streams, servers, routing, payback."""
    if not (first.row.ok and second.row.ok):
        missing = [named for named in (first, second) if not named.row.ok]
        return [f"{named.name} has no plan: {named.row.reason}" for named in missing]
    found = [*_inputs(first, second), *_cost(first, second), *_servers(first, second)]
    found += [*_routes(first, second), *_payback(first, second)]
    if first.row.digest and first.row.digest == second.row.digest:
        found.insert(0, "both are plans of the same problem")
    return found


def worth(first: Row, second: Row) -> dict[str, float | None]:
    """Second less first: lifecycle cost in USD, its proven interval, and cost by stream."""
    a, b = first.lifecycle_usd, second.lifecycle_usd
    streams = dict.fromkeys([*first.by_stream_usd, *second.by_stream_usd])
    return {
        "lifecycle_usd": None if a is None or b is None else b - a,
        "low_usd": None if second.bound_usd is None or a is None else second.bound_usd - a,
        "high_usd": None if first.bound_usd is None or b is None else b - first.bound_usd,
        **{
            f"{name}_pv_usd": second.by_stream_usd.get(name, 0.0) - first.by_stream_usd.get(name, 0.0)
            for name in streams
        },
    }


def _inputs(first: Named, second: Named) -> list[str]:
    names = dict.fromkeys([*first.row.inputs, *second.row.inputs])
    changed = [
        f"{name} {_cell(first.row.inputs.get(name))} -> {_cell(second.row.inputs.get(name))}"
        for name in names
        if first.row.inputs.get(name) != second.row.inputs.get(name) and name != "sample"
    ]
    return [f"asked differently: {'; '.join(changed)}"] if changed else []


def _cell(value: object) -> str:
    if value is None:
        return "as in the base"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _cost(first: Named, second: Named) -> list[str]:
    a, b = first.row.lifecycle_usd or 0.0, second.row.lifecycle_usd or 0.0
    difference = b - a
    if abs(difference) < LEAST_USD:
        return [f"both cost {usd(a)}"]
    word = "less" if difference < 0 else "more"
    share = f" ({percent(abs(difference) / abs(a))})" if a else ""
    found = [
        f"{second.name} costs {usd(abs(difference))}{share} {word} than {first.name}: {usd(b)} instead of {usd(a)}"
    ]
    proven = worth(first.row, second.row)
    low, high = proven["low_usd"], proven["high_usd"]
    if low is not None and high is not None and low < 0 < high:
        found.append("the difference is within what the two solves left unproven: it may be the other way round")
    streams = {
        name: second.row.by_stream_usd.get(name, 0.0) - first.row.by_stream_usd.get(name, 0.0)
        for name in dict.fromkeys([*first.row.by_stream_usd, *second.row.by_stream_usd])
    }
    moved = sorted(((n, v) for n, v in streams.items() if abs(v) >= LEAST_USD), key=lambda item: -abs(item[1]))
    if moved:
        parts = [f"{name.replace('_', ' ')} {'+' if v > 0 else '-'}{abs(v):,.0f}" for name, v in moved[:MOST_STREAMS]]
        found.append(f"by stream, USD: {', '.join(parts)}")
    return found


def _servers(first: Named, second: Named) -> list[str]:
    before = {(line.site, line.server, line.kind): line for line in first.row.servers}
    after = {(line.site, line.server, line.kind): line for line in second.row.servers}
    found = []
    for key in dict.fromkeys([*before, *after]):
        a, b = before.get(key), after.get(key)
        if (list(a.by_stage) if a else []) == (list(b.by_stage) if b else []):
            continue
        site, server, kind = key
        what = f"{server} ({kind.replace('_', ' ')}) at {site}"
        if a is None or not any(a.by_stage):
            found.append(f"new: {what}, {_counts(b)}")
        elif b is None or not any(b.by_stage):
            found.append(f"gone: {what}, {_counts(a)}")
        else:
            found.append(f"{what}: {_counts(a)} -> {_counts(b)}")
    return found or ["the same servers"]


def _counts(line: Servers | None) -> str:
    if line is None:
        return "none"
    counts = list(line.by_stage)
    if len(set(counts)) == 1:
        return f"{counts[0]} throughout"
    return "by stage " + ", ".join(map(str, counts))


def _routes(first: Named, second: Named) -> list[str]:
    def shares(row: Row) -> dict[tuple[str, str, str], float]:
        found: dict[tuple[str, str, str], float] = {}
        for route in row.routes:
            model = f"{route.model} {route.precision}" if route.precision else route.model
            key = (route.workload, route.where, model)
            found[key] = found.get(key, 0.0) + route.share
        return found

    before, after = shares(first.row), shares(second.row)
    found = []
    for workload in dict.fromkeys(key[0] for key in [*before, *after]):
        moved = [
            f"{where} with {model} {percent(before.get(key, 0.0))} -> {percent(after.get(key, 0.0))}"
            for key in dict.fromkeys([*before, *after])
            if key[0] == workload and abs(after.get(key, 0.0) - before.get(key, 0.0)) >= LEAST_SHARE
            for where, model in [key[1:]]
        ]
        if moved:
            found.append(f"requests of {workload}: {'; '.join(moved)}")
    return found or ["requests go the same ways"]


def _payback(first: Named, second: Named) -> list[str]:
    before = {entry.baseline: entry for entry in first.row.payback}
    found = []
    for entry in second.row.payback:
        other = before.get(entry.baseline)
        if other is None or (other.status, other.simple_months) == (entry.status, entry.simple_months):
            continue
        found.append(f"payback against {entry.baseline.replace('_', ' ')}: {_paid(other)} -> {_paid(entry)}")
    return found


def _paid(entry: object) -> str:
    months = getattr(entry, "simple_months", None)
    status = str(getattr(entry, "status", "")).replace("_", " ").lower()
    return f"{months:.1f} months" if months else status
