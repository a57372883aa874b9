"""Kinds of replica that a unit of so many ranks can be: cache format, experts dealt or split, attention, disaggregation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solver.instance.schema.serving import KvPrecision, Serving
from solver.performance.memory import default_kv_precision, keeps_fp8_cache
from solver.performance.types import Disaggregation, ServingConfig


def kinds(unit: ServingConfig, serving: Serving) -> Iterator[ServingConfig]:
    """The kinds that the instance asks for and the model and accelerator allow, the plain replica among them.

    What would only repeat another is left out: the engine's own cache format by name, experts dealt or data-parallel
    attention without ranks to deal to, a dense model's (data-parallel ranks of it are smaller replicas).
    """
    for cached in _caches(unit, serving):
        for dealt in _dealt(unit, serving):
            for attention in _attention(unit, serving):
                together = replace(
                    unit,
                    kv_precision=cached,
                    expert_parallel=dealt,
                    attention_data_parallel=attention,
                    chunked_prefill=serving.chunked_prefill,
                )
                yield together
                if serving.disaggregated is not None and unit.pipeline_parallel == 1:
                    for group in _groups(unit, serving):
                        yield replace(together, disaggregation=group)


def _caches(unit: ServingConfig, serving: Serving) -> list[KvPrecision | None]:
    usual = default_kv_precision(unit.precision, unit.engine)
    asked = [kv for kv in dict.fromkeys(serving.kv_precisions) if kv is not KvPrecision.FP8 or _keeps(unit)]
    return [None if kv is usual else kv for kv in asked] or [None]


def _keeps(unit: ServingConfig) -> bool:
    return keeps_fp8_cache(unit.accelerator)


def _dealt(unit: ServingConfig, serving: Serving) -> list[int]:
    experts = unit.model.experts
    if experts is None:
        return [1]
    found = [
        ranks
        for ranks in sorted(set(serving.expert_parallel))
        if unit.tensor_parallel % ranks == 0 and experts % ranks == 0
    ]
    return found or [1]


def _attention(unit: ServingConfig, serving: Serving) -> list[bool]:
    splits = serving.attention_data_parallel and unit.model.experts is not None and unit.tensor_parallel > 1
    return [False, True] if splits else [False]


def _groups(unit: ServingConfig, serving: Serving) -> Iterator[Disaggregation]:
    asked = serving.disaggregated
    if asked is None:
        return
    for tensor in sorted(set(asked.prefill_tensor_parallel)) or [unit.tensor_parallel]:
        for ratio in dict.fromkeys(asked.ratios):
            yield Disaggregation(ratio.prefill, ratio.decode, tensor)
