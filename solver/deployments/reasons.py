"""Why nothing serves a bucket: asked only for those that nothing serves, so that words cost nothing elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from solver.deployments.calls import call
from solver.deployments.configurations import configurations, name_of
from solver.deployments.services import Refusal, RefusalKind, Services
from solver.deployments.types import Call, Deployment, Unserved
from solver.deployments.wanted import Wanted, wanted
from solver.instance.resolved import ResolvedInstance
from solver.performance.chain import RateChain
from solver.performance.sources import rate_chain

REASONS_SHOWN = 3


def unserved(
    resolved: ResolvedInstance,
    chain: RateChain | None,
    deployments: Collection[Deployment],
    calls: Collection[Call],
    service_pools: frozenset[tuple[int, int]],
) -> tuple[Unserved, ...]:
    """Buckets that no deployment and no call serves, each with its nearest misses."""
    reached: set[Wanted] = {(s.workload, s.bucket, s.kind) for d in deployments for s in d.services}
    reached |= {(c.workload, c.bucket, c.kind) for c in calls}
    missing = [asked for asked in wanted(resolved) if asked not in reached]
    if not missing:
        return ()
    chain = chain or rate_chain(resolved.instance)
    services = Services(resolved, chain)
    return tuple(
        Unserved(*asked, _nearest([*_refusals(resolved, chain, services, service_pools, asked)])) for asked in missing
    )


def _refusals(
    resolved: ResolvedInstance,
    chain: RateChain,
    services: Services,
    service_pools: frozenset[tuple[int, int]],
    asked: Wanted,
) -> Iterator[Refusal]:
    w, k, kind = asked
    workload = resolved.workloads[w]
    for config, homes in configurations(resolved, chain):
        if not any((w, pool) in service_pools for pool in homes):
            yield Refusal(f"no site with {config.accelerator.name} is where its data may be", 0.0, RefusalKind.REGION)
            continue
        answer = services.service(config, workload, k, kind)
        if isinstance(answer, Refusal):
            yield Refusal(f"{name_of(config)}: {answer.reason}", answer.closeness, answer.kind)
    for endpoint in resolved.endpoints:
        refused = call(endpoint, workload, k, kind)
        if isinstance(refused, Refusal):
            yield refused


def _nearest(refusals: list[Refusal]) -> tuple[str, ...]:
    ranked = sorted(refusals, key=lambda refusal: -refusal.closeness)
    return tuple(dict.fromkeys(refusal.reason for refusal in ranked))[:REASONS_SHOWN]
