"""Candidates against the same questions asked one by one, from the definitions: no sharing, no short cuts, bisection."""

from __future__ import annotations

import random
from functools import cache
from math import ceil, inf
from pathlib import Path

import pytest

from solver.deployments.calls import allowed_region
from solver.deployments.configurations import configurations
from solver.deployments.enumerate import candidates
from solver.deployments.services import LEAST_UTILISATION, quality_of
from solver.deployments.types import Candidates, ServeKind
from solver.deployments.wanted import wanted
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance, Workload
from solver.instance.schema.policy import Queueing
from solver.instance.schema.workload import QualityMode
from solver.performance.chain import RateChain
from solver.performance.coefficients import RooflineCoefficients
from solver.performance.figures import resolve as figures_of
from solver.performance.memory import fitting_sequences
from solver.performance.queueing import wait_exceeds
from solver.performance.roofline import CHUNK_TOKENS, prefill_wait_s
from solver.performance.steps import StepTimes
from solver.performance.types import RequestSize, ServingConfig, Unservable

INSTANCE = Path(__file__).parents[2] / "instances" / "assistant-and-code.yaml"
ASKED = 500
FITTED = RooflineCoefficients()

Point = tuple[float, int, float, float]
"""requests/s, sequences at once, TTFT s, TPOT s"""


@cache
def resolved() -> ResolvedInstance:
    return resolve(load_instance(INSTANCE))


@cache
def everything() -> Candidates:
    return candidates(resolved(), prune=False)


def plainly(config: ServingConfig, size: RequestSize) -> Point | None:
    """The roofline, formula by formula as the head of `roofline.py` has them."""
    figures, fitting = figures_of(config), fitting_sequences(config, size)
    if isinstance(figures, Unservable) or isinstance(fitting, Unservable):
        return None
    step = StepTimes(figures, FITTED)
    running = min(fitting, config.concurrency)
    b, output = running / config.pipeline_parallel, size.output_tokens
    n = max(1.0, size.input_tokens * (1.0 - size.prefix_hit_rate))
    own = step.tokens_s(n) + step.attention_s(n, size.input_tokens - n)
    each = step.tokens_s(1.0) + step.cache_s(size.input_tokens + output / 2) + FITTED.sequence_overhead_s
    steps = max(output, b * n / CHUNK_TOKENS)
    cycle = steps * step.shared_s((n + output) * b / steps) + b * (own + output * each)
    decode = step.shared_s(b) + b * each
    ttft = prefill_wait_s(own, b, cycle) + ceil(n / CHUNK_TOKENS) * decode + own
    return running / cycle, running, ttft, (cycle - own) / output


def bisected(places: int, service_s: float, wait_s: float, percentile: float, cv: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if wait_exceeds(places, middle, service_s, wait_s, cv) <= 1 - percentile / 100:
            low = middle
        else:
            high = middle
    return low


def load_of(config: ServingConfig, workload: Workload, bucket: int, kind: ServeKind) -> float | None:
    """Replicas per request/s; None where there is no service."""
    instance = resolved()
    floor = workload.quality
    assert floor is not None and floor.mode is QualityMode.EACH and not workload.models
    assert instance.policy.queueing is Queueing.ERLANG_C and instance.policy.minimum_replicas == 1
    score = quality_of(instance, config, floor.metric)
    if score is None or score < floor.at_least - 1e-12:
        return None
    length = workload.buckets[bucket]
    size = RequestSize(length.input_tokens, length.output_tokens, workload.prefix_cache_hit_rate)
    point = plainly(config, size)
    if point is None:
        return None
    rate, running, ttft, tpot = point
    planned = rate * instance.policy.planning_margin.roofline * (0.95 if config.model.experts else 1.0)
    if kind is ServeKind.BATCH:
        return 1 / planned
    promised = (ttft * 1e3, tpot * 1e3 * (length.output_tokens > 1), (ttft + tpot * (length.output_tokens - 1)) * 1e3)
    limits = (workload.latency.ttft_ms, workload.latency.tpot_ms, workload.latency.end_to_end_ms)
    left = [inf if limit is None else limit - ms for limit, ms in zip(limits, promised, strict=True)]
    if min(left) < 0:
        return None
    wait_s = min(left[0], left[2]) / 1e3
    if wait_s == inf:
        return 1 / planned
    rho = bisected(running, running / planned, wait_s, workload.latency.percentile, workload.arrival_cv)
    return None if rho < LEAST_UTILISATION else 1 / planned / rho


def test_services_are_those_of_the_definitions() -> None:
    """A few hundred random (configuration, bucket) pairs of the main instance: the same ones exist, at the same load."""
    instance = resolved()
    known = {
        (d.config.model.name, d.config.precision, d.config.accelerator.name, d.accelerators, d.config.concurrency): {
            (s.workload, s.bucket, s.kind): s for s in d.services
        }
        for d in everything().deployments
    }
    every = [
        (config, homes, asked) for config, homes in configurations(instance, RateChain()) for asked in wanted(instance)
    ]
    served = 0
    for config, homes, asked in random.Random(0).sample(every, ASKED):
        workload = instance.workloads[asked[0]]
        expected = load_of(config, workload, *asked[1:])
        if not any(allowed_region(workload.residency, instance.pools[p].site.residency) for p in homes):
            expected = None
        key = (config.model.name, config.precision, config.accelerator.name, config.accelerators, config.concurrency)
        found = known.get(key, {}).get(asked)
        assert (found is None) == (expected is None), (key, asked)
        if found is not None and expected is not None:
            served += 1
            # Never below: the limit may only err downward.
            assert expected * (1 - 1e-12) <= found.load <= expected * (1 + 1e-9), (key, asked)
    assert served > ASKED / 10


def test_deployments_are_numbered_and_named_once() -> None:
    deployments = everything().deployments
    assert [d.index for d in deployments] == list(range(len(deployments)))
    assert len({d.name for d in deployments}) == len(deployments)
    assert not everything().unserved and everything().pruned == 0


def test_pruning_keeps_every_bucket_served() -> None:
    fewer = candidates(resolved())

    def reached(found: Candidates) -> set[tuple[int, int, ServeKind]]:
        return {(s.workload, s.bucket, s.kind) for d in found.deployments for s in d.services}

    assert reached(fewer) == reached(everything())
    assert fewer.pruned + len(fewer.deployments) == len(everything().deployments)
    assert all(d.pools for d in fewer.deployments)


@pytest.mark.parametrize("floor", [0.99])
def test_what_nothing_serves_is_explained(floor: float) -> None:
    instance = load_instance(INSTANCE).instance
    first = instance.workloads[0]
    assert first.quality is not None
    hard = first.model_copy(update={"quality": first.quality.model_copy(update={"at_least": floor})})
    asked = resolve(instance.model_copy(update={"workloads": (hard, *instance.workloads[1:])}))
    missing = candidates(asked).unserved
    assert {m.workload for m in missing} == {0} and len(missing) == len(asked.workloads[0].buckets)
    assert all("below 0.990" in reason for m in missing for reason in m.reasons)
    assert all(len(m.reasons) == 3 for m in missing)
