"""Kinds of replica by hand: 8-bit cache, data-parallel attention, experts dealt to ranks, unchunked prefill."""

from __future__ import annotations

from dataclasses import replace

import pytest
from round_figures import ROUND

from solver.catalog.entries import Accelerator, Model
from solver.instance.schema.serving import KvPrecision
from solver.performance.figures import resolve
from solver.performance.memory import fitting_sequences
from solver.performance.roofline import roofline
from solver.performance.steps import StepTimes
from solver.performance.types import OperatingPoint, RequestSize, ServingConfig, Unservable

SIZE = RequestSize(1000, 200)


def latent_mixture(model: Model) -> Model:
    """4 experts, one of them chosen: 10e9 parameters, 4e9 active, so 8e9 routed and 2e9 dense; one cache head."""
    return model.model_copy(
        update={"params_active_b": 4.0, "experts": 4, "experts_per_token": 1, "kv_heads": 1, "attention_heads": 40}
    )


def step(config: ServingConfig) -> StepTimes:
    figures = resolve(config)
    assert not isinstance(figures, Unservable), figures
    return StepTimes(figures, ROUND)


def test_an_eight_bit_cache_holds_twice_as_much(config: ServingConfig) -> None:
    # (0.9 * 80 - 2 - 20) GB / (1200 * 160,000 B = 0.192 GB) = 260.4; at half the bytes 520.8
    assert fitting_sequences(config, SIZE) == 260
    assert fitting_sequences(replace(config, kv_precision=KvPrecision.FP8), SIZE) == 520


def test_an_eight_bit_cache_needs_an_accelerator_with_fp8(
    config: ServingConfig, round_accelerator: Accelerator
) -> None:
    old = round_accelerator.model_copy(update={"fp8_tflops": None})
    answer = roofline(replace(config, accelerator=old, kv_precision=KvPrecision.FP8), SIZE)
    assert isinstance(answer, Unservable) and "no fp8 cache" in answer.reason


def test_data_parallel_attention_holds_a_latent_cache_once(config: ServingConfig, round_model: Model) -> None:
    # Split heads: 4 * 70 - 20 = 260 GB / (4 copies * 0.192 GB) = 338.5
    # Split sequences: each rank 70 - 20/4 - 3 * 4/4 (dense of the others) - 4 * 3 * 8192 * 4000 B (0.393 GB) = 61.607 GB,
    # / 0.192 GB = 320.9, on each of 4 ranks
    together = replace(config, model=latent_mixture(round_model), tensor_parallel=4)
    assert fitting_sequences(together, SIZE) == 338
    assert fitting_sequences(replace(together, attention_data_parallel=True), SIZE) == 4 * 320


def test_traffic_of_split_and_dealt_experts(config: ServingConfig, round_model: Model) -> None:
    # One token, 8000 B, 40 layers, 200 GB/s: 4 * 3/4 crossings = 0.0048 ms. Data-parallel attention 2 * 3/4 = 0.0024 ms,
    # with experts dealt over 4 ranks a token reaches 1 - 3/4 of them: 0.0006 ms.
    # Products: 2 (2e9 dense + 2e9 routed / 0.5) / (4 * 200e12) = 0.015 ms; the busiest rank has 1.5 times the sequences
    # (dense 2e9 * 1.5) with data-parallel attention, and 1.5 times the expert work where experts are dealt.
    together = replace(config, model=latent_mixture(round_model), tensor_parallel=4)
    split = replace(together, attention_data_parallel=True)
    dealt = replace(split, expert_parallel=4)
    assert step(together).tokens_s(1) * 1e3 == pytest.approx(0.0150 + 0.0048)
    assert step(split).tokens_s(1) * 1e3 == pytest.approx(2 * (3e9 + 4e9) / 800e12 * 1e3 + 0.0024)
    assert step(dealt).tokens_s(1) * 1e3 == pytest.approx(2 * (3e9 + 6e9) / 800e12 * 1e3 + 0.0006)
    # With tensor-parallel attention every rank has all tokens: dealing changes the busiest rank's work, not the traffic.
    assert step(replace(together, expert_parallel=4)).tokens_s(1) * 1e3 == pytest.approx(
        2 * (2e9 + 6e9) / 800e12 * 1e3 + 0.0048
    )


def test_the_busiest_rank_reads_the_most_experts(config: ServingConfig, round_model: Model) -> None:
    # Two tokens touch 1 - 0.75^2 = 0.4375 of 8e9 routed parameters, on the busiest of 4 ranks 1.5 times as many: 0.65625.
    # (2 / 4 + 8 / 4 * 0.65625) * 2 B / 1600 GB/s = 2.265625 ms; many tokens touch all, which no rank can exceed:
    # (2 / 4 + 8 / 4) * 2 / 1600 = 3.125 ms. Fixed: 1 + 40 * 0.025 + 80 * 0.01 = 2.8 ms.
    dealt = step(replace(config, model=latent_mixture(round_model), tensor_parallel=4, expert_parallel=4))
    assert dealt.read_s(2) * 1e3 == pytest.approx(2.265625)
    assert dealt.read_s(1000) * 1e3 == pytest.approx(3.125)
    assert dealt.shared_s(1000) * 1e3 == pytest.approx(3.125 + 2.8)


def test_experts_that_cannot_be_dealt(config: ServingConfig, round_model: Model) -> None:
    answer = roofline(replace(config, model=latent_mixture(round_model), tensor_parallel=2, expert_parallel=4), SIZE)
    assert isinstance(answer, Unservable) and "expert_parallel 4" in answer.reason


def test_whole_prefills_stop_decoding_and_start_sooner(config: ServingConfig) -> None:
    # Dense, 10 sequences of 1000 + 200: prompts packed by 8, 14.5 / 8 + 101.6 = 103.4125 ms each.
    # decode 14.5 + 10 (0.1 + 0.11352) = 16.6352 ms; cycle 200 * 16.6352 + 10 * 103.4125 = 4361.165 ms
    whole = roofline(replace(config, chunked_prefill=False), SIZE, ROUND)
    mixed = roofline(config, SIZE, ROUND)
    assert isinstance(whole, OperatingPoint) and isinstance(mixed, OperatingPoint)
    assert whole.requests_per_second == pytest.approx(10 / 4.361165)
    assert whole.tpot_ms == pytest.approx((4361.165 - 101.6) / 200)
    assert whole.requests_per_second < mixed.requests_per_second
    # Beside few sequences the prompt need not wait for a mixed step.
    long = RequestSize(20_000, 50)
    alone, chunks = (
        roofline(replace(config, concurrency=2, chunked_prefill=chunked), long, ROUND) for chunked in (False, True)
    )
    assert isinstance(alone, OperatingPoint) and isinstance(chunks, OperatingPoint)
    assert alone.ttft_ms and chunks.ttft_ms and alone.ttft_ms < chunks.ttft_ms
