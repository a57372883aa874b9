"""From a plan document back to the plan: its decisions are found by the names that its rows carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.decisions import Decisions
from solver.deployments.types import Candidates, ServeKind
from solver.finance.ledger import ledger
from solver.instance.resolved import ResolvedInstance
from solver.plan.explain.explanation import BaselineSaving
from solver.plan.plan import Plan
from solver.solve.termination import Limit, Reason, Termination

Document = Mapping[str, Any]


class AnotherPlanError(ValueError):
    """A document that is not a plan of the instance it was given with."""


def plan_of_document(resolved: ResolvedInstance, document: Document) -> Plan:
    """The plan that `document` holds, without baselines and verification. Raises AnotherPlanError."""
    from solver.deployments.enumerate import candidates

    try:
        digest, ended = document["instance"]["digest"], _termination(document["termination"])
    except (KeyError, TypeError, ValueError) as error:
        raise AnotherPlanError(f"not a plan document: {error}") from None
    if digest != resolved.digest:
        raise AnotherPlanError(
            f"the plan was made from other figures than the instance holds (digest {str(digest)[:12]}, "
            f"not {resolved.digest[:12]}): give the instance that it was made from, or solve again"
        )
    if ended.objective is None:
        return Plan(resolved, candidates(resolved), ended, None, None, None)
    try:
        found = candidates(resolved)
        decided = _decisions(resolved, found, document)
        if decided is None:
            found = candidates(resolved, prune=False)
            decided = _decisions(resolved, found, document)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise AnotherPlanError(f"its rows name what the instance does not have: {error}") from None
    if decided is None:
        raise AnotherPlanError("it uses a deployment that the instance does not have")
    return Plan(resolved, found, ended, decided, ledger(resolved, found, decided), None)


def savings_of(document: Document) -> tuple[BaselineSaving, ...]:
    """What the document says of its baselines. Raises AnotherPlanError."""
    try:
        return tuple(
            BaselineSaving(entry["baseline"], npv["value"], npv["low"], npv["high"])
            for entry in document["payback"]
            if (npv := entry["npv"])["value"] is not None
        )
    except (KeyError, TypeError) as error:
        raise AnotherPlanError(f"not a plan document: {error}") from None


def _termination(found: Mapping[str, Any]) -> Termination:
    limit = found.get("limit")
    return Termination(
        Reason(found["reason"]),
        None if limit is None else Limit(limit),
        found.get("detail") or "",
        found.get("objective"),
        found.get("bound"),
        found.get("wall_seconds") or 0.0,
    )


def _decisions(resolved: ResolvedInstance, found: Candidates, document: Document) -> Decisions | None:
    """None where a deployment is not among the candidates."""
    deployments = {deployment.name: deployment.index for deployment in found.deployments}
    used = {row["deployment"] for row in (*document["replicas"], *document["routes"])} - {None}
    if not used <= set(deployments):
        return None
    stages = {stage.name: stage.index for stage in resolved.stages}
    pools = {pool.name: pool.index for pool in resolved.pools}
    offers = {(resolved.pools[offer.pool].name, offer.name): offer.index for offer in resolved.offers}
    decided = Decisions()
    for row in document["fleet"]:
        o, s = offers[f"{row['site']}/{row['server']}", row["offer"]], stages[row["stage"]]
        if started := int(row["bought"] + row["committed"]):
            decided.buy[o, s] = started
        decided.rent.update({(o, s, h): int(count) for h, count in enumerate(row["rented_by_slot"]) if count})
    for row in document["replicas"]:
        d, p = deployments[row["deployment"]], pools[f"{row['site']}/{row['server']}"]
        decided.run.update({(d, p, stages[row["stage"]], h): int(n) for h, n in enumerate(row["by_slot"]) if n})
    workloads = {workload.name: workload for workload in resolved.workloads}
    endpoints = {endpoint.name: endpoint.index for endpoint in resolved.endpoints}
    for row in document["routes"]:
        workload, s = workloads[row["workload"]], stages[row["stage"]]
        k = [bucket.label for bucket in workload.buckets].index(row["bucket"])
        kind = ServeKind(row["kind"])
        for h, rate in enumerate(row["requests_per_second_by_slot"]):
            if not rate:
                continue
            if row["deployment"] is None:
                decided.call[workload.index, k, kind, endpoints[row["where"]], s, h] = rate
            else:
                d, p = deployments[row["deployment"]], pools[row["where"]]
                decided.serve[workload.index, k, kind, d, p, s, h] = rate
    return decided
