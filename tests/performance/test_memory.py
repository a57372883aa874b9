from __future__ import annotations

from dataclasses import replace

import pytest

from solver.catalog.entries import Accelerator, Model, Precision
from solver.instance.schema.serving import KvPrecision
from solver.performance.memory import default_kv_precision, fitting_sequences, kv_bytes, weight_bytes
from solver.performance.types import RequestSize, ServingConfig, Unservable

LLAMA_8B = Model(name="Llama-3.1-8B", params_total_b=8.03, kv_heads=8, kv_bytes_per_token=131_072)
CARD_24GB = Accelerator(name="24GB", memory_gb=24)


def on_card(model: Model, precision: Precision, tensor_parallel: int = 1, engine: str = "vllm") -> ServingConfig:
    return ServingConfig(model, precision, CARD_24GB, tensor_parallel, 1, engine, 8)


def test_llama_8b_at_16_bit_on_24_gb() -> None:
    # usable 0.9 * 24 - 2 = 19.6 GB; weights 8.03 * 2 = 16.06 GB; left 3.54 GB
    # one sequence (1000 + 200) * 131,072 B = 157.3 MB; 3540 / 157.3 = 22.5
    assert fitting_sequences(on_card(LLAMA_8B, Precision.BF16), RequestSize(1000, 200)) == 22


def test_eight_bit_weights_leave_room() -> None:
    # 19.6 - 8.03 = 11.57 GB; 11570 / 157.3 = 73.6
    assert fitting_sequences(on_card(LLAMA_8B, Precision.FP8), RequestSize(1000, 200)) == 73


def test_cached_prefix_is_held_in_full() -> None:
    assert fitting_sequences(on_card(LLAMA_8B, Precision.BF16), RequestSize(1000, 200, 0.9)) == 22


def test_cache_is_copied_beyond_the_key_value_heads() -> None:
    # 16 ranks, 8 heads: every head twice. 16 * 19.6 - 16.06 = 297.54 GB over 2 * 157.3 MB = 945.8
    assert fitting_sequences(on_card(LLAMA_8B, Precision.BF16, 16), RequestSize(1000, 200)) == 945


def test_latent_cache_is_held_by_every_rank() -> None:
    latent = Model(name="mla", params_total_b=8.03, kv_bytes_per_token=131_072)
    # 4 copies: 4 * 19.6 - 16.06 = 62.34 GB over 4 * 157.3 MB = 99.1
    assert fitting_sequences(on_card(latent, Precision.BF16, 4), RequestSize(1000, 200)) == 99


def test_sliding_layers_stop_growing_at_the_window() -> None:
    model = Model(name="swa", kv_bytes_per_token=1000, sliding_window_tokens=128, sliding_kv_bytes_per_token=600)
    assert kv_bytes(model, 100) == 100 * 1000
    # 400 * 1000 + 600 * 128
    assert kv_bytes(model, 1000) == 476_800
    assert kv_bytes(model, 1000, KvPrecision.FP8) == 238_400


def test_bytes_per_weight() -> None:
    assert [weight_bytes(1, p) for p in Precision] == [2e9, 1e9, 1e9, 0.56e9, 0.5625e9]


def test_eight_bit_cache_by_engine() -> None:
    assert default_kv_precision(Precision.FP8, "trtllm") is KvPrecision.FP8
    assert default_kv_precision(Precision.FP8, "vllm") is KvPrecision.BF16
    assert default_kv_precision(Precision.BF16, "trtllm") is KvPrecision.BF16


@pytest.mark.parametrize(
    ("part", "changed", "words"),
    [
        ("model", {"params_total_b": None}, "params_total_b is blank"),
        ("model", {"kv_bytes_per_token": None}, "kv_bytes_per_token is blank"),
        ("model", {"max_context_tokens": 1000}, "1200 tokens exceed the 1000"),
        ("accelerator", {"memory_gb": None}, "memory_gb is blank"),
        ("accelerator", {"memory_gb": 16.0}, "needs 16.2 GB"),
    ],
)
def test_why_nothing_fits(part: str, changed: dict[str, object], words: str) -> None:
    config = on_card(LLAMA_8B, Precision.BF16)
    if part == "model":
        config = replace(config, model=config.model.model_copy(update=changed))
    else:
        config = replace(config, accelerator=config.accelerator.model_copy(update=changed))
    answer = fitting_sequences(config, RequestSize(1000, 200))
    assert isinstance(answer, Unservable)
    assert words in answer.reason
