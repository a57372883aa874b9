"""Solves of one instance with its volume, shape, waiting share and markets varied."""

from __future__ import annotations

from pathlib import Path

from solver.finance.activities import Activities
from solver.finance.ledger import Ledger, ledger
from solver.instance.diagnostics import InstanceError
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.instance.schema import Instance
from solver.instance.schema.workload import Batch
from solver.solve.task import SolveTask, run_task
from solver.study.baselines import proven

from .claim import ClaimError
from .settings import Market


def read_instance(folder: Path, name: str) -> Instance:
    """Instance beside a claim. Raises ClaimError with everything that is wrong."""
    try:
        return load_instance(folder / name).instance
    except InstanceError as error:
        raise ClaimError(f"{folder / name}: {error}") from None


def varied(
    instance: Instance,
    *,
    requests_per_second: float,
    shape: str,
    market: Market,
    waiting_share: float = 0.0,
    deadline_hours: float = 24.0,
    tpot_ms: float | None = None,
) -> Instance:
    """The instance with every workload at a volume and a shape, and only the market's sites and endpoints.

    `tpot_ms`: another target per output token; None keeps the instance's.
    Raises ClaimError where the market names a place that the instance lacks.
    """
    sites = tuple(site for site in instance.sites if site.name in market.places)
    endpoints = tuple(endpoint for endpoint in instance.endpoints if (endpoint.name or endpoint.api) in market.places)
    found = {site.name for site in sites} | {endpoint.name or endpoint.api for endpoint in endpoints}
    missing = [place for place in market.places if place not in found]
    if missing:
        raise ClaimError(f"market {market.name}: {instance.name} has no site or endpoint {', '.join(missing)}")
    batch = Batch(share=waiting_share, deadline_hours=deadline_hours) if waiting_share > 0 else None
    workloads = tuple(
        workload.model_copy(
            update={
                "requests_per_second": workload.requests_per_second.model_copy(
                    update={"mean": requests_per_second, "shape": shape}
                ),
                "batch": batch,
                "latency": workload.latency.model_copy(update={"tpot_ms": tpot_ms} if tpot_ms is not None else {}),
            }
        )
        for workload in instance.workloads
    )
    return instance.model_copy(update={"workloads": workloads, "sites": sites, "endpoints": endpoints, "baselines": ()})


def solved(instance: Instance) -> Ledger | None:
    """Cash flows of the optimal plan within the instance's gap; None where there is no plan."""
    resolved = resolve(instance)
    limits = instance.solve
    task = SolveTask(
        name=instance.name,
        resolved=resolved,
        relative_gap=limits.relative_gap,
        time_limit_seconds=limits.time_limit_seconds,
        threads=limits.threads,
        seed=limits.seed,
        headroom=False,
        explain=False,
    )
    answer = proven(run_task(task), limits.relative_gap)
    if answer.decisions is None:
        return None
    return ledger(answer.resolved, answer.candidates, answer.decisions, Activities(answer.resolved))


class Plans:
    """Plans of one instance; none is solved twice."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: dict[tuple[object, ...], Ledger | None] = {}

    def plan(
        self,
        market: Market,
        requests_per_second: float,
        shape: str,
        waiting_share: float = 0.0,
        deadline_hours: float = 24.0,
        tpot_ms: float | None = None,
    ) -> Ledger | None:
        """Cash flows of the plan; None where there is none."""
        deadline = deadline_hours if waiting_share > 0 else None
        target = tpot_ms if waiting_share < 1 else None
        key = (market.name, requests_per_second, shape, waiting_share, deadline, target)
        if key not in self._known:
            self._known[key] = solved(
                varied(
                    self._instance,
                    requests_per_second=requests_per_second,
                    shape=shape,
                    market=market,
                    waiting_share=waiting_share,
                    deadline_hours=deadline_hours,
                    tpot_ms=tpot_ms,
                )
            )
        return self._known[key]
