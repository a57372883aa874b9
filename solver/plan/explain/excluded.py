"""What cannot serve a workload, and why: of every model, precision and accelerator the attempt that came nearest."""

from __future__ import annotations

from solver.deployments.calls import call
from solver.deployments.configurations import configurations, name_of
from solver.deployments.services import Refusal, RefusalKind, Services
from solver.deployments.types import Candidates, ServeKind
from solver.instance.resolved import ResolvedInstance, Workload
from solver.performance.sources import rate_chain
from solver.plan.explain.explanation import Excluded

Asked = tuple[int, ServeKind]
"""Workload and class."""
What = tuple[str, str, str]
"""Model, precision and accelerator."""


def excluded(resolved: ResolvedInstance, candidates: Candidates, asked: list[Asked]) -> dict[Asked, list[Excluded]]:
    """By workload and class, the nearest first. One that serves all buckets in any place is not excluded."""
    chain = rate_chain(resolved.instance)
    services = Services(resolved, chain)
    served: set[tuple[Asked, What]] = set()
    nearest: dict[tuple[Asked, What], tuple[float, Refusal, str]] = {}
    for config, homes in configurations(resolved, chain):
        what = (config.model.name, config.precision.value, config.accelerator.name)
        rates = chain.replica(config)
        for w, kind in asked:
            if ((w, kind), what) in served:
                continue
            workload = resolved.workloads[w]
            refusal: Refusal | None = None
            if not any((w, pool) in candidates.service_pools for pool in homes):
                where = f"no site with {config.accelerator.name} is in {', '.join(workload.residency)}"
                refusal = Refusal(where, 0.0, RefusalKind.REGION)
            else:
                answers = (services.service(config, workload, k, kind, rates) for k in range(len(workload.buckets)))
                refusals = [answer for answer in answers if isinstance(answer, Refusal)]
                refusal = min(refusals, key=lambda one: one.closeness, default=None)
            if refusal is None:
                served.add(((w, kind), what))
            elif ((w, kind), what) not in nearest or refusal.closeness > nearest[(w, kind), what][0]:
                nearest[(w, kind), what] = refusal.closeness, refusal, name_of(config)
    found: dict[Asked, list[tuple[float, Excluded]]] = {each: [] for each in asked}
    for (each, what), (closeness, refusal, name) in nearest.items():
        if (each, what) not in served:
            detail = refusal.reason if refusal.kind in _OF_MODEL else f"{name}: {refusal.reason}"
            entry = Excluded(each[1], what[2], what[0], what[1], refusal.kind, detail)
            found[each].append((closeness, entry))
    for w, kind in asked:
        found[w, kind] += _endpoints(resolved, resolved.workloads[w], kind)
    return {each: [entry for _, entry in sorted(entries, key=lambda one: -one[0])] for each, entries in found.items()}


_OF_MODEL = (RefusalKind.MODEL_LIST, RefusalKind.QUALITY, RefusalKind.REGION)
"""Reasons that do not depend on how a model is run."""


def _endpoints(resolved: ResolvedInstance, workload: Workload, kind: ServeKind) -> list[tuple[float, Excluded]]:
    found: list[tuple[float, Excluded]] = []
    for endpoint in resolved.endpoints:
        answers = [call(endpoint, workload, k, kind) for k in range(len(workload.buckets))]
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        if refusals:
            worst = min(refusals, key=lambda one: one.closeness)
            model = endpoint.model or endpoint.name
            entry = Excluded(kind, endpoint.name, model, None, worst.kind, worst.reason)
            found.append((worst.closeness, entry))
    return found
