"""A plan of an adapted instance as a piece of work: its row, and the measures that fronts and alternatives go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solver.decisions import Decisions
from solver.instance.diagnostics import InstanceError
from solver.instance.resolved import ResolvedInstance
from solver.instance.schema.sites import Existing, Purchase
from solver.study.base import digest_of, resolved_of
from solver.study.fingerprint import fingerprint
from solver.study.planning import Overrides, assemble, tasks_of
from solver.study.row import FAILED
from solver.study.schema.decide import Lever, Measure
from solver.study.solving import GRACE_SECONDS, refused
from solver.study.task import Answer, Task, Worker

from .adapt import EVERYTHING, limited, pulled, sided


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What is changed: a limit on a measure, a lever's value, the side, a most of vendors. None or empty: nothing."""

    measure: Measure | None = None
    limit: float = 0.0
    workloads: tuple[str, ...] = ()
    lever: Lever | None = None
    value: float = 0.0
    side: str = EVERYTHING
    max_vendors: int | None = None

    def of(self, document: Mapping[str, Any]) -> ResolvedInstance:
        """The adapted instance of a document. Raises InstanceError or ValueError."""
        if self.lever is Lever.GROWTH:
            document = _growing(document, self.value)
        resolved = resolved_of(document)
        if self.lever is not None and self.lever is not Lever.GROWTH:
            resolved = pulled(resolved, self.lever, self.value)
        if self.measure is not None:
            resolved = limited(resolved, self.measure, self.limit, self.workloads)
        if self.max_vendors is not None:
            from dataclasses import replace

            own = resolved.policy.max_vendors
            most = self.max_vendors if own is None else min(own, self.max_vendors)
            resolved = replace(resolved, policy=resolved.policy.model_copy(update={"max_vendors": most}))
        return sided(resolved, self.side)


def _growing(document: Mapping[str, Any], growth: float) -> dict[str, Any]:
    workloads = []
    for workload in document["workloads"]:
        arrivals = workload["requests_per_second"]
        arrivals = {"mean": arrivals} if not isinstance(arrivals, Mapping) else arrivals
        if arrivals.get("path"):
            raise ValueError(f"workload {workload['name']} has a path of its own: its growth cannot be set")
        workloads.append({**workload, "requests_per_second": {**arrivals, "growth_per_year": growth}})
    return {**document, "workloads": workloads}


@dataclass(frozen=True, slots=True)
class AdaptedWork:
    """Solve an adapted instance without its baselines and verify it."""

    document: Mapping[str, Any]
    adaptation: Adaptation
    limits: Overrides

    def __call__(self, worker: Worker) -> Answer:
        """The row's plain values with `measures`. What cannot be set or solved is a failed row."""
        from solver.plan.document import document
        from solver.solve.task import run_task
        from solver.study.row_of_plan import row_of_plan

        try:
            resolved = self.adaptation.of(self.document)
        except InstanceError as error:
            return refused(error)
        except ValueError as error:
            return {"status": FAILED, "reason": str(error)}
        solved = run_task(tasks_of(resolved, self.limits)[0], cancel=worker.cancel)
        if worker.cancel.asked:
            raise InterruptedError("stopped before the plan was done")
        plan = assemble(resolved, [solved], self.limits)
        row = row_of_plan(document(plan))
        if plan.decisions is not None:
            row["measures"] = measures(resolved, plan.decisions)
            row["measures"]["carbon"] = row["emissions_tonnes"]
            row["vendors"] = vendors(plan.resolved, plan)
        return row


def adapted_task(
    index: int, name: str, document: Mapping[str, Any], adaptation: Adaptation, limits: Overrides, seconds: float
) -> Task:
    """The task that plans an adapted instance."""
    key = digest_of(["adapted", document, asdict(adaptation), asdict(limits), fingerprint()])
    return Task(index, key, name, AdaptedWork(document, adaptation, limits), seconds + GRACE_SECONDS)


def measures(resolved: ResolvedInstance, decisions: Decisions) -> dict[str, float]:
    """Capex, USD, undiscounted as budgets count it; power of standing servers in one's own rooms at full load, kW, at its most."""
    from solver.finance.activities import Activities
    from solver.finance.ledger import tier_discount

    activities = Activities(resolved)
    capex = 0.0
    for (o, s), count in decisions.buy.items():
        offer = resolved.offers[o]
        if isinstance(offer.terms, Purchase):
            capex += count * activities.purchase_price(offer, resolved.stages[s], tier_discount(offer, count))
    power = 0.0
    for stage in resolved.stages:
        kw = 0.0
        for pool, count in standing_servers(resolved, decisions, stage.index).items():
            place = resolved.pools[pool]
            kw += place.site.pue * (place.server.power_kw or 0.0) * count if place.hosted else 0.0
        power = max(power, kw)
    return {"capex": capex, "power": power}


def standing_servers(resolved: ResolvedInstance, decisions: Decisions, s: int) -> dict[int, int]:
    """Bought, leased, committed and existing servers in a stage, by pool."""
    stage = resolved.stages[s]
    found: dict[int, int] = defaultdict(int)
    for offer in resolved.offers:
        if isinstance(offer.terms, Existing) and resolved.in_service(offer, resolved.stages[0], stage):
            found[offer.pool] += offer.terms.count
    for (o, start), count in decisions.buy.items():
        if resolved.in_service(resolved.offers[o], resolved.stages[start], stage):
            found[resolved.offers[o].pool] += count
    return dict(found)


def vendors(resolved: ResolvedInstance, plan: Any) -> list[str]:
    """Makers of accelerators that run replicas and providers that are called, as the policy counts them."""
    decisions: Decisions = plan.decisions
    deployments = plan.candidates.deployments
    names = {deployments[d].config.accelerator.vendor for (d, *_), count in decisions.run.items() if count}
    names |= {resolved.endpoints[key[3]].provider for key, rate in decisions.call.items() if rate > 0}
    return sorted(names)
