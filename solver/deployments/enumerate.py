"""Candidates of an instance: every configuration with its services, what APIs may be called for, what nothing can serve."""

from __future__ import annotations

from solver.deployments.calls import allowed_region, calls
from solver.deployments.configurations import configurations, name_of
from solver.deployments.prune import pruned
from solver.deployments.reasons import unserved
from solver.deployments.services import Refusal, Services
from solver.deployments.types import Candidates, Deployment, Service
from solver.deployments.wanted import Wanted, wanted
from solver.instance.resolved import ResolvedInstance
from solver.performance.chain import RateChain
from solver.performance.sources import rate_chain
from solver.performance.types import ServingConfig


def candidates(resolved: ResolvedInstance, chain: RateChain | None = None, *, prune: bool = True) -> Candidates:
    """All deployments and calls. `prune` leaves dominated deployments and pools out (same optimum, smaller model)."""
    chain = chain or rate_chain(resolved.instance)
    service_pools = frozenset(
        (workload.index, pool.index)
        for workload in resolved.workloads
        for pool in resolved.pools
        if allowed_region(workload.residency, pool.site.residency)
    )
    deployments = _deployments(resolved, chain, service_pools)
    called = calls(resolved)
    missing = unserved(resolved, chain, deployments, called, service_pools)
    chain.save()
    found = Candidates(deployments, called, service_pools, missing)
    return pruned(resolved, found) if prune else found


def _deployments(
    resolved: ResolvedInstance, chain: RateChain, service_pools: frozenset[tuple[int, int]]
) -> tuple[Deployment, ...]:
    every = wanted(resolved)
    services = Services(resolved, chain)
    # What may be served at all, by model, precision and pools: most configurations share it.
    shared: dict[tuple[str, str, tuple[int, ...]], list[Wanted]] = {}
    found: list[Deployment] = []
    for config, homes in configurations(resolved, chain):
        key = (config.model.name, config.precision.value, homes)
        asked = shared.get(key)
        if asked is None:
            refused = {w for w, quality in enumerate(services.accepted(config)) if isinstance(quality, Refusal)}
            near = {w for w, pool in service_pools if pool in homes} - refused
            asked = shared[key] = [each for each in every if each[0] in near]
        served = _served(resolved, chain, services, config, asked) if asked else ()
        if served:
            found.append(Deployment(len(found), name_of(config), config, served, homes))
    return tuple(found)


def _served(
    resolved: ResolvedInstance, chain: RateChain, services: Services, config: ServingConfig, asked: list[Wanted]
) -> tuple[Service, ...]:
    rates = chain.replica(config)
    answers = (services.service(config, resolved.workloads[w], k, kind, rates) for w, k, kind in asked)
    return tuple(answer for answer in answers if isinstance(answer, Service))
