"""Serving configurations of an instance: model x precision x accelerator x kind of replica x engine x concurrency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solver.catalog.entries import Accelerator, Model, Precision
from solver.deployments.kinds import kinds
from solver.instance.resolved import ResolvedInstance
from solver.performance.chain import RateChain
from solver.performance.types import ServingConfig

UNSTATED_CONCURRENCY = 1
"""Stands for a measured profile that does not state its concurrency: its rate stands alone."""


def configurations(resolved: ResolvedInstance, chain: RateChain) -> Iterator[tuple[ServingConfig, tuple[int, ...]]]:
    """Every configuration worth asking a rate for, with the pools whose servers it divides.

    Where profiles were measured for a deployment, exactly their concurrencies are proposed and nothing is estimated.
    """
    serving = resolved.instance.serving
    offered = {offer.pool for offer in resolved.offers}
    pools = [pool for pool in resolved.pools if pool.index in offered]
    accelerators = {pool.accelerator.name: pool.accelerator for pool in pools}
    for name, accelerator in accelerators.items():
        sizes = {pool.index: pool.server.accelerators for pool in pools if pool.accelerator.name == name}
        for tensor in sorted(set(serving.tensor_parallel)):
            for pipeline in sorted(set(serving.pipeline_parallel)):
                for unit in _units(resolved, accelerator, tensor, pipeline):
                    for config in kinds(unit, serving):
                        homes = tuple(pool for pool, size in sizes.items() if size % config.accelerators == 0)
                        if not homes:
                            continue
                        measured = [number or UNSTATED_CONCURRENCY for number in chain.profile_concurrency(config)]
                        for concurrency in measured or sorted(set(serving.concurrency)):
                            yield replace(config, concurrency=concurrency), homes


def _units(resolved: ResolvedInstance, accelerator: Accelerator, tensor: int, pipeline: int) -> Iterator[ServingConfig]:
    models: tuple[Model, ...] = resolved.models
    precisions: tuple[Precision, ...] = resolved.instance.precisions
    for model in models:
        for precision in precisions:
            for engine in resolved.instance.serving.engines:
                yield ServingConfig(model, precision, accelerator, tensor, pipeline, engine, UNSTATED_CONCURRENCY)


def name_of(config: ServingConfig) -> str:
    """A configuration in words: `Qwen3-235B-A22B fp8 on H200-SXM tp4 ep4 dpa kv-fp8 x64 vllm`; a disaggregated group
    `2 x tp1 prefill + 3 x tp2 decode` in place of `tp4`, with the concurrency of one decode unit."""
    parallel = f"tp{config.tensor_parallel}" + (f"pp{config.pipeline_parallel}" if config.pipeline_parallel > 1 else "")
    if config.disaggregation is not None:
        group = config.disaggregation
        parallel = (
            f"{group.prefill_units} x tp{group.prefill_tensor_parallel} prefill + "
            f"{group.decode_units} x {parallel} decode"
        )
    if config.expert_parallel > 1:
        parallel += f" ep{config.expert_parallel}"
    if config.attention_data_parallel:
        parallel += " dpa"
    if config.kv_precision is not None:
        parallel += f" kv-{config.kv_precision}"
    return (
        f"{config.model.name} {config.precision} on {config.accelerator.name} "
        f"{parallel} x{config.concurrency} {config.engine}"
    )
