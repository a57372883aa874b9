"""What a reader of the plan must know beside its numbers: assumptions it leans on, comparisons that are missing."""

from __future__ import annotations

from collections import defaultdict

from solver.instance.resolved import Diagnostic, Severity
from solver.instance.schema.sites import Spot
from solver.instance.timeline import SlotKind
from solver.performance.types import Provenance
from solver.plan.latency import latency_rows
from solver.plan.plan import Plan
from solver.plan.served import Own, flows
from solver.plan.workloads import workload_rows
from solver.solve.termination import Reason

MOST_VIOLATIONS = 10
TOLERANCE = 1e-6


def plan_findings(plan: Plan) -> tuple[Diagnostic, ...]:
    """Diagnostics that follow from the plan itself, after those of its input. Each is told once."""
    if plan.decisions is None:
        return tuple(dict.fromkeys([*plan.diagnostics, *_baselines(plan)]))
    found = [
        *plan.diagnostics,
        *_verification(plan),
        *_termination(plan),
        *_unstated_latency(plan),
        *_latency(plan),
        *_estimates(plan),
        *_spot(plan),
        *_stress(plan),
        *_baselines(plan),
    ]
    return tuple(dict.fromkeys(found))


def _verification(plan: Plan) -> list[Diagnostic]:
    violations = plan.verification.violations if plan.verification else ()
    return [
        Diagnostic(Severity.ERROR, "verification", violation.name, violation.note or "a check of the verifier failed")
        for violation in violations[:MOST_VIOLATIONS]
    ]


def _termination(plan: Plan) -> list[Diagnostic]:
    ended = plan.termination
    if ended.reason is not Reason.FEASIBLE:
        return []
    gap = "not known" if ended.relative_gap is None else f"{ended.relative_gap:.2%}"
    asked = plan.resolved.instance.solve.relative_gap
    rule = f"the solve stopped at a limit ({ended.limit or 'other'}); a gap of {asked:.2%} was asked for"
    return [Diagnostic(Severity.WARNING, "solve", f"gap {gap}", rule, "allow more time or accept a wider gap")]


def _unstated_latency(plan: Plan) -> list[Diagnostic]:
    used: dict[str, set[str]] = defaultdict(set)
    for row in workload_rows(plan):
        for endpoint in row.latency_unstated:
            used[endpoint].add(row.workload)
    return [
        Diagnostic(
            Severity.WARNING,
            f"endpoints.{endpoint}",
            "latency not stated",
            f"used in real time for {', '.join(sorted(workloads))}; its latency is taken to meet the target",
            "measure it and state ttft_ms and tpot_ms",
        )
        for endpoint, workloads in sorted(used.items())
    ]


def _latency(plan: Plan) -> list[Diagnostic]:
    """Groups in which requests of very different length share replicas, and wait for one another longer than planned."""
    late = [row for row in latency_rows(plan) if row.utilisation_used > row.utilisation_exact * (1 + TOLERANCE)]
    return [
        Diagnostic(
            Severity.WARNING,
            f"workloads.{row.workload}",
            f"p{row.percentile_reached:.4g} of p{row.percentile:g}",
            f"requests of different lengths share {row.deployment} at {row.site} in {row.stage}: together they may fill "
            f"{row.utilisation_exact:.0%} of it, and fill {row.utilisation_used:.0%}",
            "lower the target's percentile, keep more replicas (minimum_replicas), or split the workload's lengths",
        )
        for row in late
    ]


def _estimates(plan: Plan) -> list[Diagnostic]:
    requests: dict[str, float] = defaultdict(float)
    margins: dict[str, float] = {}
    for flow in flows(plan):
        if isinstance(flow.route, Own):
            service = flow.route.service
            months = plan.resolved.stages[flow.stage].months
            requests[service.point.provenance.value] += flow.requests_per_month * months
            margins[service.point.provenance.value] = service.margin
    total = sum(requests.values())
    return [
        Diagnostic(
            Severity.NOTE,
            "rates",
            f"{requests[name] / total:.0%} of the requests on servers",
            f"their rates are not measured but from {name}, planned at {margins[name]:g} of it",
            "measure the deployments chosen and give the figures as profiles",
        )
        for name in sorted(requests)
        if name != Provenance.MEASURED.value and total > 0 and requests[name] > 0
    ]


def _spot(plan: Plan) -> list[Diagnostic]:
    offers = sorted({o for (o, _, _), count in plan.chosen.rent.items() if count})
    return [
        Diagnostic(
            Severity.NOTE,
            f"offers.{offer.name}",
            f"availability {offer.terms.availability:g}",
            "spot servers are counted at this availability; that they are there when needed is an assumption",
        )
        for offer in (plan.resolved.offers[o] for o in offers)
        if isinstance(offer.terms, Spot)
    ]


def _stress(plan: Plan) -> list[Diagnostic]:
    """Hourly servers and APIs cost nothing in stress slots; say so where the plan leans on them there."""
    resolved = plan.resolved
    stress = {slot.index for slot in resolved.slots if slot.kind is not SlotKind.REGULAR}
    rented = {resolved.offers[o].name for (o, _, h), count in plan.chosen.rent.items() if h in stress and count}
    called = {
        resolved.endpoints[e].name for (_, _, _, e, _, h), rate in plan.chosen.call.items() if h in stress and rate
    }
    if not rented and not called:
        return []
    return [
        Diagnostic(
            Severity.NOTE,
            "slots",
            ", ".join(sorted(rented | called)),
            "carry part of the highest hour of a stage's highest month; costs are counted on the stage's mean demand",
        )
    ]


def _baselines(plan: Plan) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for result in plan.baselines:
        path, reason = f"baselines.{result.baseline}", result.termination.reason
        if result.comparison is None and plan.decisions is not None:
            rule = "no plan was found within its limits, so nothing is compared with it"
            found.append(Diagnostic(Severity.WARNING, path, reason.value, rule, "allow more time"))
        elif reason is Reason.INFEASIBLE:
            rule = (
                next(iter(result.infeasibility), "")
                or result.termination.detail
                or "no plan meets the demand and the targets with these offers alone"
            )
            found.append(Diagnostic(Severity.NOTE, path, reason.value, rule))
    return found
