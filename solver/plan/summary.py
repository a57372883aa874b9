"""A plan on one screen, for a person: how good, what it costs, what to buy and rent, where requests go, payback, trust."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.finance.activities import SECONDS_PER_HOUR
from solver.instance.resolved import Diagnostic, Severity
from solver.instance.timeline import HOURS_PER_MONTH, Stage
from solver.plan.allocation import UNUSED
from solver.plan.comparison import break_evens
from solver.plan.costs import Costs, costs
from solver.plan.findings import plan_findings
from solver.plan.fleet import FleetRow, fleet_rows
from solver.plan.latency import latency_rows
from solver.plan.plan import Plan
from solver.plan.routing import RoutingShare, routing_shares
from solver.plan.words import compared, milliseconds, per_second, share, shortened, terminated, usd
from solver.plan.workloads import Promise, WorkloadRow, workload_rows

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

MOST_STAGES = 6
MOST_ROUTES = 6
MOST_FINDINGS = 8
MOST_PLACES = 8
MOST_CHARACTERS = 300
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
SMALLEST_SHARE = 0.0005
SMALLEST_USD = 0.5


def print_summary(plan: Plan, console: Console | None = None) -> None:
    """Write the summary to stdout, or to a console."""
    from rich.console import Console as DefaultConsole

    (console or DefaultConsole()).print(render(plan))


def render(plan: Plan) -> RenderableType:
    """The summary as something rich can print."""
    from rich.console import Group
    from rich.text import Text

    if plan.decisions is None:
        return Group(_head(plan, None), _findings(plan))
    cost, stages = costs(plan), shown_stages(plan.resolved.stages)
    parts: list[RenderableType] = [
        _head(plan, cost),
        _costs(cost),
        _fleet(plan, stages),
        _routing(plan, stages),
        _workloads(plan, stages),
    ]
    if plan.baselines:
        parts.append(_paybacks(plan))
    apart = [item for part in parts for item in (part, Text())]
    return Group(*apart, *_waiting(plan), _verdict(plan), _findings(plan))


def shown_stages(stages: Sequence[Stage]) -> list[Stage]:
    """All stages, or the first, the last and some between them."""
    if len(stages) <= MOST_STAGES:
        return list(stages)
    step = (len(stages) - 1) / (MOST_STAGES - 1)
    return [stages[round(at * step)] for at in range(MOST_STAGES)]


def _titled(title: str, table: Table) -> RenderableType:
    """A heading above a table; the table's own title would wrap at its width."""
    from rich.console import Group
    from rich.text import Text

    return Group(Text(title, style="bold"), table)


def _table(*columns: str, left: int = 1) -> Table:
    """A table whose first `left` columns are text and the others figures."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for position, column in enumerate(columns):
        text = position < left
        table.add_column(column, justify="left" if text else "right", overflow="fold", no_wrap=not text)
    return table


def _head(plan: Plan, cost: Costs | None) -> RenderableType:
    from rich.text import Text

    instance, horizon = plan.resolved.instance, plan.resolved.instance.horizon
    text = Text()
    text.append(instance.name, style="bold")
    text.append(f"  {horizon.start}, {horizon.months} months in {len(plan.resolved.stages)} stages")
    text.append(f"  instance {plan.resolved.digest[:12]}\n" if plan.resolved.digest else "\n", style="dim")
    text.append(terminated(plan.termination) + "\n")
    if cost is None:
        return text
    text.append(usd(cost.lifecycle), style="bold")
    text.append(f" net present lifecycle cost at {instance.finance.discount_rate:.1%} a year")
    if cost.per_million_tokens is not None:
        text.append(f"; {cost.per_million_tokens:,.3g} USD per million tokens (input + output, levelised)")
    return text


def _costs(cost: Costs) -> RenderableType:
    from rich.columns import Columns

    return Columns(
        [
            _cost_table("Cost by stream", {s.value: value for s, value in cost.by_stream.items()}, cost.lifecycle),
            _cost_table("by place", cost.by_place, cost.lifecycle),
            _cost_table("by workload", cost.by_workload, cost.lifecycle),
        ],
        padding=(0, 3),
    )


def _cost_table(title: str, parts: dict[str, float], total: float) -> RenderableType:
    from rich.markup import escape

    table = _table("", "USD", "share")
    for name, value in sorted(parts.items(), key=lambda item: (item[0] == UNUSED, -item[1])):
        if abs(value) < SMALLEST_USD:
            continue
        of_total = f"{value / total:.1%}".replace("%", " %") if total else ""
        table.add_row(escape(name.replace("_", " ") if title.endswith("stream") else name), f"{value:,.0f}", of_total)
    return _titled(title, table)


def _fleet(plan: Plan, stages: list[Stage]) -> RenderableType:
    from rich.markup import escape

    title = "Servers in service (+ new, - retired); rented by the hour: mean (most)"
    table = _table("offer", "where", *(stage.name for stage in stages), left=2)
    rows: dict[tuple[str, str], dict[str, FleetRow]] = defaultdict(dict)
    pools: dict[str, dict[str, FleetRow]] = defaultdict(dict)
    for row in fleet_rows(plan):
        where = f"{row.site}/{row.server}"
        if row.in_service or row.retired or row.rented_peak:
            rows[_offer_name(row), where][row.stage] = row
            pools[where][row.stage] = row
    for (offer, where), by_stage in rows.items():
        cells = [_servers(by_stage.get(stage.name)) for stage in stages]
        table.add_row(escape(offer), escape(where), *cells)
    for where, by_stage in pools.items():
        cells = [_used(by_stage.get(stage.name)) for stage in stages]
        table.add_row("used, mean / fullest hour", escape(where), *cells, style="dim")
    if not rows:
        table.add_row("no servers", "", *([""] * len(stages)))
    return _titled(title, table)


def _offer_name(row: FleetRow) -> str:
    """The offer's name with its kind, without the site that stands beside it."""
    name, kind = row.offer.removeprefix(f"{row.site}/"), row.kind.replace("_", " ")
    name = name.removeprefix(f"{row.kind} ")
    return f"{name} ({kind})"


def _servers(row: FleetRow | None) -> str:
    if row is None:
        return "-"
    if row.rented_by_slot:
        if not row.rented_peak:
            return "-"
        return f"{row.rented_mean:.1f} ({row.rented_peak})"
    new, gone = row.bought + row.committed, row.retired
    return f"{row.in_service}" + (f" (+{new})" if new else "") + (f" (-{gone})" if gone else "")


def _used(row: FleetRow | None) -> str:
    if row is None or row.utilisation is None or row.peak_utilisation is None:
        return "-"
    return f"{row.utilisation:.0%} / {row.peak_utilisation:.0%}"


def _routing(plan: Plan, stages: list[Stage]) -> RenderableType:
    from rich.markup import escape

    table = _table(
        "workload",
        "served by",
        "where",
        *(stage.name for stage in stages),
        left=3,
    )
    rows: dict[tuple[str, str, str, str], dict[str, RoutingShare]] = defaultdict(dict)
    for row in routing_shares(plan):
        if row.share >= SMALLEST_SHARE:
            rows[row.workload, row.kind.value, row.deployment or row.model, row.where][row.stage] = row
    kinds = {"rt": "", "batch": " (may wait)"}
    by_workload: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for key in rows:
        by_workload[key[0]].append(key)
    for workload, keys in by_workload.items():
        keys.sort(key=lambda key: -sum(row.share for row in rows[key].values()))
        for key in keys[:MOST_ROUTES]:
            cells = [share(rows[key][stage.name].share) if stage.name in rows[key] else "-" for stage in stages]
            table.add_row(escape(workload + kinds[key[1]]), escape(key[2]), escape(key[3]), *cells)
        if len(keys) > MOST_ROUTES:
            table.add_row("", f"and {len(keys) - MOST_ROUTES} smaller routes", "", *([""] * len(stages)), style="dim")
    return _titled("Where requests go (share of the workload's)", table)


def _workloads(plan: Plan, stages: list[Stage]) -> RenderableType:
    """First and last stage of every workload; promises are the worst of any stage."""
    from rich.markup import escape

    columns = ("requests/s", "TTFT / target", "TPOT / target", "end to end / target", "quality / floor", "deferred")
    table = _table("workload", *columns)
    grouped: dict[str, list[WorkloadRow]] = defaultdict(list)
    for row in workload_rows(plan):
        grouped[row.workload].append(row)
    for name, rows in grouped.items():
        first, last = _per_second(rows[0]), _per_second(rows[-1])
        percentile = f" (p{rows[0].percentile:g})"
        has_target = any(p.target_ms is not None for p in (rows[0].ttft, rows[0].tpot, rows[0].end_to_end))
        reached = [row.quality_reached for row in rows if row.quality_reached is not None]
        floor = rows[0].quality_floor
        table.add_row(
            escape(name) + (percentile if has_target else ""),
            f"{per_second(first)} .. {per_second(last)}" if len(rows) > 1 else per_second(first),
            _worst([row.ttft for row in rows]),
            _worst([row.tpot for row in rows]),
            _worst([row.end_to_end for row in rows]),
            f"{min(reached):.3f} / {floor:.3f}" if reached and floor is not None else "-",
            share(max(row.share_deferred for row in rows)) if rows[0].share_batch > 0 else "-",
        )
    return _titled("What each workload gets (worst stage)", table)


def _per_second(row: WorkloadRow) -> float:
    return row.requests_per_month / (HOURS_PER_MONTH * SECONDS_PER_HOUR)


def _worst(promises: list[Promise]) -> str:
    target = promises[0].target_ms
    if target is None:
        return "-"
    known = [promise.promised_ms for promise in promises if promise.promised_ms is not None]
    return f"{milliseconds(max(known)) if known else 'not stated'} / {milliseconds(target)}"


def _paybacks(plan: Plan) -> RenderableType:
    from rich.text import Text

    text = Text("Payback\n", style="")
    text.stylize("bold")
    for result in plan.baselines:
        cost = f" ({usd(result.ledger.present_value())})" if result.ledger else ""
        text.append(f"against {result.baseline.replace('_', ' ')}{cost}: ", style="bold")
        text.append(compared(result, break_evens(plan.ledger, result)) + "\n", style="not bold")
    text.rstrip()
    return text


def _waiting(plan: Plan) -> list[RenderableType]:
    """How the exact queue stands against the promise at the fullest slots; nothing where no wait is limited."""
    from rich.text import Text

    rows = latency_rows(plan)
    if not rows:
        return []
    worst = min(rows, key=lambda row: row.percentile_reached - row.percentile)
    given_away = sorted(row.slack for row in rows)
    return [
        Text(
            f"Waiting: p{worst.percentile:g} promised; at the fullest hours {worst.percentile_reached:.2f} % keep it at the "
            f"least ({worst.workload}). The exact queue would let the servers be filled further by "
            f"{given_away[0]:.0%} to {given_away[-1]:.0%} of their capacity"
        )
    ]


def _verdict(plan: Plan) -> RenderableType:
    from rich.text import Text

    verdict = plan.verification
    if verdict is None:
        return Text("Not verified", style="bold red")
    if verdict.passed:
        words = f"Verified: all {verdict.checks:,} constraints and costs recomputed from the instance hold"
        return Text(f"{words} (worst {verdict.worst_violation:.1e} relative)", style="green")
    words = f"VERIFICATION FAILED: {len(verdict.violations):,} of {verdict.checks:,} checks"
    return Text(f"{words}; worst: {verdict.worst_check} ({verdict.worst_violation:.1e} relative)", style="bold red")


def _findings(plan: Plan) -> RenderableType:
    """What went wrong or rests on an assumption; notes about single input figures only by where they stand."""
    from rich.text import Text

    found, of_input = plan_findings(plan), set(plan.diagnostics)
    notes_of_input = [item for item in found if item.severity is Severity.NOTE and item in of_input]
    told = [item for item in found if item not in notes_of_input and not item.path.startswith("baselines.")]
    told.sort(key=lambda item: SEVERITIES.index(item.severity))
    text = Text()
    for item in told[:MOST_FINDINGS]:
        style = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}[item.severity]
        label = "assumed" if item.severity is Severity.NOTE else item.severity.value
        text.append(f"{label}: ", style=style)
        text.append(_told(item) + "\n")
    if len(told) > MOST_FINDINGS:
        text.append(f"and {len(told) - MOST_FINDINGS} more, all of them in the JSON output\n", style="dim")
    if notes_of_input:
        places = list(dict.fromkeys(item.path for item in notes_of_input))
        rest = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        text.append("assumed: ", style="dim")
        text.append(
            f"figures that the instance does not give or that are not measured: {', '.join(places[:MOST_PLACES])}"
        )
        text.append(f"{rest} (each with its source in the JSON output)\n")
    text.rstrip()
    return text


def _told(item: Diagnostic) -> str:
    """One line; what stops a plan is never cut."""
    value = f"{item.value}, " if item.value else ""
    fix = f" ({item.fix})" if item.fix else ""
    words = f"{item.path}: {value}{item.rule}{fix}"
    return words if item.severity is Severity.ERROR else shortened(words, MOST_CHARACTERS)
