"""The figures the roofline needs of a configuration, with every blank named instead of guessed."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from solver.catalog.entries import Accelerator, Model, Precision
from solver.instance.schema.serving import KvPrecision

from .memory import (
    KV_SHARE_OF_16_BIT,
    cache_precision,
    cache_ranks,
    keeps_fp8_cache,
    routed_params_b,
    weight_bytes,
)
from .types import ServingConfig, Unservable

# Best measured matrix product over datasheet peak where the accelerator has no measurement of its own:
# medians of the measured parts of each maker (H100 0.80, A100 0.87, B200 0.78; MI300X 0.51, MI325X 0.60).
_ACHIEVABLE_SHARE = {"NVIDIA": 0.80, "AMD": 0.60}
_ACHIEVABLE_SHARE_OTHERS = 0.75


@dataclass(frozen=True, slots=True)
class Figures:
    """One replica in SI units."""

    params_active: float
    params_active_experts: float
    """Of these, in the routed experts a token uses."""
    weight_bytes_dense: float
    """Weights every step reads (attention, shared experts, embeddings), bytes."""
    weight_bytes_experts: float
    """Weights of all routed experts, bytes."""
    experts: int
    experts_per_token: int
    layers: int
    hidden_size: int
    attention_width: float
    """Query heads x head size."""
    decode_attention_width: float
    """The same in decode, where MLA attends in its latent space."""
    kv_bytes_per_token: float
    """Cache per token over all layers at the cache's precision, held once, bytes."""
    sliding_share: float
    """Share of the layers (by cache) that see only the window."""
    sliding_window_tokens: float
    bandwidth_bytes_per_s: float
    compute_flop_per_s: float
    attention_flop_per_s: float
    """16-bit matrix products."""
    link_bytes_per_s: float
    weight_only: bool
    four_bit_compute: bool
    vendor: str
    tensor_parallel: int
    pipeline_parallel: int
    cache_ranks: int
    expert_parallel: int
    """Ranks that experts are dealt to whole."""
    attention_data_parallel: bool
    """Ranks split the sequences, not the heads: each holds all dense weights, and the cache of its own sequences."""


def compute_flop_per_s(accelerator: Accelerator, precision: Precision) -> float | Unservable:
    """Compute rate a matrix product of this precision can reach, FLOP/s.

    The measured rate where the catalog has one; else the peak times the ratio of measured to peak at another
    precision of the same part, or of its maker. A precision without a peak is not supported (or not known to be).
    """
    peaks = {
        Precision.BF16: ("bf16_tflops", accelerator.bf16_tflops),
        Precision.FP8: ("fp8_tflops", accelerator.fp8_tflops),
        Precision.INT8: ("int8_tops", accelerator.int8_tops),
        Precision.INT4: ("bf16_tflops", accelerator.bf16_tflops),
        Precision.NVFP4: ("fp4_tflops", accelerator.fp4_tflops),
    }
    field, peak = peaks[precision]
    if peak is None:
        return Unservable(f"{accelerator.name} does not serve {precision}: {field} is blank")
    bf16, fp8 = accelerator.achievable_bf16_tflops, accelerator.achievable_fp8_tflops
    if precision in (Precision.BF16, Precision.INT4) and bf16 is not None:
        return bf16 * 1e12
    if precision is Precision.FP8 and fp8 is not None:
        return fp8 * 1e12
    share = _ACHIEVABLE_SHARE.get(accelerator.vendor, _ACHIEVABLE_SHARE_OTHERS)
    if fp8 is not None and accelerator.fp8_tflops is not None:
        share = fp8 / accelerator.fp8_tflops
    elif bf16 is not None and accelerator.bf16_tflops is not None:
        share = bf16 / accelerator.bf16_tflops
    return peak * share * 1e12


def _obstacle(config: ServingConfig) -> str | None:
    """Which figure is blank, or which split impossible."""
    model, accelerator = config.model, config.accelerator
    blanks: list[tuple[str, object]] = [
        (f"model {model.name}: params_total_b", model.params_total_b),
        (f"model {model.name}: layers", model.layers),
        (f"model {model.name}: hidden_size", model.hidden_size),
        (f"model {model.name}: kv_bytes_per_token", model.kv_bytes_per_token),
        (f"accelerator {accelerator.name}: memory_bandwidth_gb_per_s", accelerator.memory_bandwidth_gb_per_s),
    ]
    if model.experts is not None:
        blanks.append((f"model {model.name}: params_active_b", model.params_active_b))
    if config.accelerators > 1:
        blanks.append((f"accelerator {accelerator.name}: link_gb_per_s", accelerator.link_gb_per_s))
    for name, value in blanks:
        if value is None:
            return f"{name} is blank"
    if config.pipeline_parallel > (model.layers or 0):
        return f"{model.name} has {model.layers} layers, fewer than {config.pipeline_parallel} pipeline stages"
    if model.attention_heads is not None and model.attention_heads % config.tensor_parallel:
        return (
            f"{model.attention_heads} attention heads of {model.name} do not divide by "
            f"tensor_parallel {config.tensor_parallel}"
        )
    if config.kv_precision is KvPrecision.FP8 and not keeps_fp8_cache(accelerator):
        return f"{accelerator.name} keeps no fp8 cache: fp8_tflops is blank"
    experts, dealt = model.experts or 1, config.expert_parallel
    if dealt > 1 and (experts % dealt or config.tensor_parallel % dealt):
        return (
            f"expert_parallel {dealt} divides not both the {experts} experts of {model.name} and "
            f"tensor_parallel {config.tensor_parallel}"
        )
    return None


def _decode_width(model: Model, layers: int, kv_all: float, width: float) -> float:
    """MLA's latent serves as key and value of all heads: its size is the cache's 2-byte elements per layer.

    A model with one key/value head is MLA unless its cache is that head's key and value.
    """
    elements = kv_all / (2.0 * layers)
    plain = model.head_dim is not None and abs(elements - 2.0 * model.head_dim) < 1.0
    latent = model.attention_heads is not None and (model.kv_heads or 1) == 1 and not plain
    return (model.attention_heads or 0) * elements if latent else width


def resolve(config: ServingConfig) -> Figures | Unservable:
    """Figures of a configuration, or which figure is blank, which precision unsupported, which split impossible.

    Of a disaggregated group: those of a decode unit.
    """
    model, accelerator = config.model, config.accelerator
    compute = compute_flop_per_s(accelerator, config.precision)
    if isinstance(compute, Unservable):
        return compute
    sixteen_bit = compute_flop_per_s(accelerator, Precision.BF16)
    obstacle = _obstacle(config)
    total, layers, hidden = model.params_total_b, model.layers, model.hidden_size
    bandwidth, kv_all = accelerator.memory_bandwidth_gb_per_s, model.kv_bytes_per_token
    if obstacle or total is None or layers is None or hidden is None or bandwidth is None or kv_all is None:
        return Unservable(obstacle or "a figure is blank")
    active = min(model.params_active_b or total, total)
    experts, chosen = model.experts or 1, model.experts_per_token or 1
    routed = routed_params_b(model)
    width = model.attention_heads * model.head_dim if model.attention_heads and model.head_dim else hidden
    return Figures(
        params_active=active * 1e9,
        params_active_experts=routed * min(chosen, experts) / experts * 1e9,
        weight_bytes_dense=weight_bytes(total - routed, config.precision),
        weight_bytes_experts=weight_bytes(routed, config.precision),
        experts=experts,
        experts_per_token=min(chosen, experts),
        layers=layers,
        hidden_size=hidden,
        attention_width=width,
        decode_attention_width=_decode_width(model, layers, kv_all, width),
        kv_bytes_per_token=kv_all * KV_SHARE_OF_16_BIT[cache_precision(config)],
        sliding_share=min(1.0, model.sliding_kv_bytes_per_token / kv_all),
        sliding_window_tokens=float(model.sliding_window_tokens or inf),
        bandwidth_bytes_per_s=bandwidth * 1e9,
        compute_flop_per_s=compute,
        attention_flop_per_s=compute if isinstance(sixteen_bit, Unservable) else sixteen_bit,
        link_bytes_per_s=(accelerator.link_gb_per_s or inf) * 1e9,
        weight_only=config.precision is Precision.INT4,
        four_bit_compute=config.precision is Precision.NVFP4,
        vendor=accelerator.vendor,
        tensor_parallel=config.tensor_parallel,
        pipeline_parallel=config.pipeline_parallel,
        cache_ranks=config.tensor_parallel
        if config.attention_data_parallel
        else cache_ranks(model, config.tensor_parallel),
        expert_parallel=config.expert_parallel,
        attention_data_parallel=config.attention_data_parallel,
    )
