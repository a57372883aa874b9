from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver.catalog.entries import Accelerator, Precision
from solver.catalog.load import catalog
from solver.performance.coefficients import RooflineCoefficients
from solver.performance.figures import compute_flop_per_s
from solver.performance.roofline import roofline
from solver.performance.types import OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

ROUND = RooflineCoefficients(
    weight_bandwidth_share=0.8,
    cache_bandwidth_share=0.8,
    compute_share=0.5,
    attention_compute_share=0.5,
    link_share=0.5,
    step_overhead_s=1e-3,
    layer_overhead_s=25e-6,
    allreduce_latency_s=10e-6,
    sequence_overhead_s=0.0,
    experts_compute_share=1.0,
)

FITTED = RooflineCoefficients()


def served(config: ServingConfig, size: RequestSize, coefficients: RooflineCoefficients = ROUND) -> OperatingPoint:
    answer = roofline(config, size, coefficients)
    assert isinstance(answer, OperatingPoint), answer
    return answer


def test_by_hand(config: ServingConfig) -> None:
    # read       20e9 B / (2000e9 * 0.8)                       = 12.5 ms a step
    # fixed      1 ms + 40 * 25 us                             =  2.0 ms a step
    # tokens(1)  2 * 10e9 / (400e12 * 0.5)                     =  0.1 ms
    # cache      1100 * 160,000 B / (2000e9 * 0.8) = 0.11 ms
    #            + 4 * 40 * 4000 * 1100 / 200e12   = 0.00352   =  0.11352 ms a sequence and step
    # own        tokens(1000) = 100 ms; attention 4 * 40 * 4000 * 1000 * 500 / 200e12 = 1.6 ms  = 101.6 ms
    # cycle      200 (12.5 + 2) + 10 (101.6 + 200 (0.1 + 0.11352)) = 2900 + 1016 + 427.04       = 4343.04 ms
    # TPOT       (4343.04 - 101.6) / 200                       = 21.2072 ms
    # TTFT       rho = 1016 / 4343.04 = 0.233937; wait 101.6 / (2 * 0.766063) * ln(0.233937 / 0.05) = 102.326
    #            decode 12.5 + 2 + 10 * 0.21352 = 16.6352;  102.326 + 16.6352 + 101.6           = 220.56 ms
    point = served(config, RequestSize(1000, 200))
    assert point.requests_per_second == pytest.approx(10 / 4.34304, rel=1e-9)
    assert point.tpot_ms == pytest.approx(21.2072, rel=1e-9)
    assert point.ttft_ms == pytest.approx(220.56, rel=1e-4)
    assert point.concurrency == 10
    assert point.provenance is Provenance.ROOFLINE


def test_two_ranks_by_hand(config: ServingConfig) -> None:
    # Halves of reading, computing and cache; traffic of a token over 4 * 40 * 1/2 = 80 crossings of 8000 B at 200 GB/s
    # = 0.0032 ms; 80 all-reduces of 10 us = 0.8 ms a step.
    # cycle  200 (6.25 + 2 + 0.8) + 10 (50.8 + 3.2 + 200 (0.05 + 0.0032 + 0.05676)) = 1810 + 540 + 219.92 = 2569.92 ms
    point = served(replace(config, tensor_parallel=2), RequestSize(1000, 200))
    assert point.requests_per_second == pytest.approx(10 / 2.56992, rel=1e-9)


def test_two_stages_by_hand(config: ServingConfig) -> None:
    # Five sequences in each stage; a token passes both, and one hop of 8000 B at 200 GB/s (0.00004 ms) after 10 us.
    # Each stage launches steps of its own: twice 1 ms.
    # cycle  200 (12.5 + 3 + 0.01) + 5 (101.6 + 0.04 + 200 (0.1 + 0.00004 + 0.11352)) = 3102 + 508.2 + 213.56 = 3823.76
    point = served(replace(config, pipeline_parallel=2), RequestSize(1000, 200))
    assert point.requests_per_second == pytest.approx(10 / 3.82376, rel=1e-9)


def test_cached_prefix_saves_prefill_alone(config: ServingConfig) -> None:
    # 100 new tokens after 900: own = 10 ms + 4 * 40 * 4000 * 100 * 950 / 200e12 = 0.304 ms
    # cycle  2900 + 10 (10.304 + 42.704) = 3430.08 ms
    point = served(config, RequestSize(1000, 200, prefix_hit_rate=0.9))
    assert point.requests_per_second == pytest.approx(10 / 3.43008, rel=1e-9)


def test_memory_cuts_concurrency(config: ServingConfig) -> None:
    # (0.9 * 80 - 2 - 20) GB / (10,000 * 160,000 B) = 31.25
    assert served(replace(config, concurrency=64), RequestSize(9000, 1000)).concurrency == 31


def test_experts_are_touched_as_the_batch_grows(config: ServingConfig) -> None:
    # 10e9 parameters, 4e9 active, 1 of 4 experts: routed 8e9, others 2e9. One token reads 2 + 8/4 = 4e9 parameters,
    # two read 2 + 8 (1 - 0.75^2) = 5.5e9, at 2 B and 1600 GB/s: 5 ms and 6.875 ms a step.
    moe = config.model.model_copy(update={"params_active_b": 4.0, "experts": 4, "experts_per_token": 1})
    # One input and many output tokens, so that each step holds almost exactly the batch.
    size = RequestSize(1, 100_000)
    alone = served(replace(config, model=moe, concurrency=1), size)
    both = served(replace(config, model=moe, concurrency=2), size)
    own_per_step_ms = 0.04 + 50_001 * (160_000 / 1600e9 + 4 * 40 * 4000 / 200e12) * 1e3
    assert alone.tpot_ms == pytest.approx(5.0 + 2.0 + own_per_step_ms, rel=1e-4)
    assert both.tpot_ms == pytest.approx(6.875 + 2.0 + 2 * own_per_step_ms, rel=1e-4)


def test_weight_only_int4_gains_alone_and_loses_under_load() -> None:
    figures = catalog()
    h100, model = figures.accelerators["H100-80GB-SXM"], figures.models["Llama-3.1-8B-Instruct"]
    size = RequestSize(1000, 100)

    def rate(precision: Precision, concurrency: int) -> float:
        config = ServingConfig(model, precision, h100, 1, 1, "vllm", concurrency)
        return served(config, size, FITTED).requests_per_second

    assert rate(Precision.INT4, 1) > 1.5 * rate(Precision.BF16, 1)
    assert rate(Precision.INT4, 256) < rate(Precision.BF16, 256)


def test_int4_alone_against_a_published_ratio() -> None:
    # Qwen3-32B on one H100 at batch 1: int4 2.7 times as fast as 16 bit (aimultiple.com/llm-quantization).
    figures = catalog()
    h100, model = figures.accelerators["H100-80GB-SXM"], figures.models["Qwen3-32B"]
    rates = {
        precision: served(ServingConfig(model, precision, h100, 1, 1, "vllm", 1), RequestSize(100, 500), FITTED)
        for precision in (Precision.INT4, Precision.BF16)
    }
    ratio = rates[Precision.INT4].requests_per_second / rates[Precision.BF16].requests_per_second
    assert ratio == pytest.approx(2.7, rel=0.05)


@pytest.mark.parametrize(
    ("part", "changed", "words"),
    [
        ("accelerator", {"fp8_tflops": None}, "fp8_tflops is blank"),
        ("accelerator", {"memory_bandwidth_gb_per_s": None}, "memory_bandwidth_gb_per_s is blank"),
        ("accelerator", {"link_gb_per_s": None}, "link_gb_per_s is blank"),
        ("accelerator", {"memory_gb": 5.0}, "GB for one sequence"),
        ("model", {"layers": None}, "layers is blank"),
        ("model", {"hidden_size": None}, "hidden_size is blank"),
        ("model", {"kv_bytes_per_token": None}, "kv_bytes_per_token is blank"),
        ("model", {"experts": 8}, "params_active_b is blank"),
        ("model", {"attention_heads": 7}, "do not divide"),
    ],
)
def test_what_is_missing_is_named(config: ServingConfig, part: str, changed: dict[str, object], words: str) -> None:
    two = replace(config, precision=Precision.FP8, tensor_parallel=2)
    if part == "model":
        two = replace(two, model=two.model.model_copy(update=changed))
    else:
        two = replace(two, accelerator=two.accelerator.model_copy(update=changed))
    answer = roofline(two, RequestSize(1000, 200))
    assert isinstance(answer, Unservable)
    assert words in answer.reason


def test_unsupported_precisions(config: ServingConfig) -> None:
    for precision in (Precision.INT8, Precision.NVFP4):
        answer = roofline(replace(config, precision=precision), RequestSize(1000, 200))
        assert isinstance(answer, Unservable)
        assert f"does not serve {precision}" in answer.reason


def test_measured_compute_stands_before_the_peak(round_accelerator: Accelerator) -> None:
    assert compute_flop_per_s(round_accelerator, Precision.BF16) == 400e12
    # No 8-bit measurement: the peak at the 16-bit ratio of measured to peak, 1000 * 400 / 500.
    assert compute_flop_per_s(round_accelerator, Precision.FP8) == pytest.approx(800e12)


SIZES = st.builds(RequestSize, st.integers(1, 30_000), st.integers(1, 4_000), st.floats(0, 0.95))
PROPERTY = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@PROPERTY
@given(size=SIZES, factor=st.floats(1.01, 4), field=st.sampled_from(["memory_bandwidth_gb_per_s", "memory_gb"]))
def test_better_hardware_is_never_slower(config: ServingConfig, size: RequestSize, factor: float, field: str) -> None:
    wide = replace(config, concurrency=200)
    better = wide.accelerator.model_copy(update={field: getattr(wide.accelerator, field) * factor})
    before, after = roofline(wide, size), roofline(replace(wide, accelerator=better), size)
    if isinstance(before, Unservable):
        return
    assert isinstance(after, OperatingPoint)
    assert after.requests_per_second >= before.requests_per_second * (1 - 1e-9)


@PROPERTY
@given(size=SIZES, more_input=st.integers(0, 5000), more_output=st.integers(0, 2000))
def test_longer_requests_are_never_faster(
    config: ServingConfig, size: RequestSize, more_input: int, more_output: int
) -> None:
    wide = replace(config, concurrency=200)
    longer = RequestSize(size.input_tokens + more_input, size.output_tokens + more_output, size.prefix_hit_rate)
    before, after = roofline(wide, size), roofline(wide, longer)
    if isinstance(after, Unservable):
        return
    assert isinstance(before, OperatingPoint)
    assert after.requests_per_second <= before.requests_per_second * (1 + 1e-9)


@PROPERTY
@given(size=SIZES, concurrency=st.integers(1, 200))
def test_more_at_once_is_never_less_in_total_nor_sooner_for_one(
    config: ServingConfig, size: RequestSize, concurrency: int
) -> None:
    fewer = roofline(replace(config, concurrency=concurrency), size)
    more = roofline(replace(config, concurrency=concurrency + 1), size)
    if isinstance(fewer, Unservable):
        return
    assert isinstance(more, OperatingPoint)
    assert more.requests_per_second >= fewer.requests_per_second * (1 - 1e-9)
    assert fewer.tpot_ms is not None and more.tpot_ms is not None
    assert more.tpot_ms >= fewer.tpot_ms * (1 - 1e-9)


@PROPERTY
@given(size=SIZES, hit=st.floats(0, 0.99))
def test_a_cached_prefix_never_hurts(config: ServingConfig, size: RequestSize, hit: float) -> None:
    without = roofline(config, replace(size, prefix_hit_rate=0.0))
    cached = roofline(config, replace(size, prefix_hit_rate=hit))
    if isinstance(without, Unservable):
        return
    assert isinstance(cached, OperatingPoint)
    assert cached.requests_per_second >= without.requests_per_second * (1 - 1e-9)
