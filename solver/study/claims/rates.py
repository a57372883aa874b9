"""Accelerator time per request at the best operating point within a target, from the built-in performance model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solver.catalog.entries import Accelerator, Precision
from solver.catalog.load import catalog
from solver.performance.chain import RateChain
from solver.performance.types import OperatingPoint, RequestSize, ServingConfig, Unservable

from .settings import Size, Target

TENSOR_PARALLEL = (1, 2, 4, 8)
CONCURRENCY = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ENGINE = "vllm"


@dataclass(frozen=True, slots=True)
class Replica:
    """An operating point; `accelerator_seconds` per request, no planning margin (it cancels out of every ratio)."""

    tensor_parallel: int
    concurrency: int
    accelerator_seconds: float
    point: OperatingPoint


class Rates:
    """Answers for models and accelerators of the catalog by name. Rates are remembered."""

    def __init__(self) -> None:
        self._chain = RateChain()

    def replica(
        self,
        model: str,
        precision: Precision,
        accelerator: str,
        tensor_parallel: int,
        concurrency: int,
        size: Size,
        prefix_hit_rate: float = 0.0,
    ) -> Replica | None:
        """What one replica does; None where it cannot serve the size at so many sequences at once."""
        config = ServingConfig(
            model=catalog().models[model],
            precision=precision,
            accelerator=catalog().accelerators[accelerator],
            tensor_parallel=tensor_parallel,
            pipeline_parallel=1,
            engine=ENGINE,
            concurrency=concurrency,
        )
        point = self._chain.point(config, RequestSize(size.input_tokens, size.output_tokens, prefix_hit_rate))
        if isinstance(point, Unservable):
            return None
        return Replica(tensor_parallel, point.concurrency, tensor_parallel / point.requests_per_second, point)

    def best(
        self,
        model: str,
        precision: Precision,
        accelerator: str,
        size: Size,
        target: Target,
        *,
        tensor_parallel: Iterable[int] = TENSOR_PARALLEL,
        concurrency: Iterable[int] = CONCURRENCY,
        prefix_hit_rate: float = 0.0,
    ) -> Replica | None:
        """The replica with the least accelerator time a request that holds the target; None where none does."""
        asked = [(tensor, batch) for tensor in tensor_parallel for batch in concurrency]
        found = (self.replica(model, precision, accelerator, t, b, size, prefix_hit_rate) for t, b in asked)
        held = [replica for replica in found if replica is not None and holds(replica, target)]
        return min(held, key=lambda replica: replica.accelerator_seconds, default=None)

    def smallest(self, model: str, precision: Precision, accelerator: str, size: Size) -> int | None:
        """The least tensor parallelism whose memory takes one request; None where eight accelerators do not."""
        for tensor in TENSOR_PARALLEL:
            if self.replica(model, precision, accelerator, tensor, 1, size) is not None:
                return tensor
        return None


def holds(replica: Replica, target: Target) -> bool:
    """Whether a replica holds a target; a latency that is not known does."""
    ttft, tpot = replica.point.ttft_ms, replica.point.tpot_ms
    return (target.ttft_ms is None or (ttft or 0.0) <= target.ttft_ms) and (
        target.tpot_ms is None or (tpot or 0.0) <= target.tpot_ms
    )


def least_usd_per_accelerator_hour(accelerator: Accelerator) -> float | None:
    """Cheapest on-demand list price of the catalog, USD per accelerator-hour; None where none is listed."""
    servers = {server.name: server for server in catalog().servers.values() if server.accelerator == accelerator.name}
    prices = [
        row.usd_per_hour / servers[row.server].accelerators
        for row in catalog().rentals
        if row.pricing == "on_demand" and row.server in servers
    ]
    return min(prices, default=None)
