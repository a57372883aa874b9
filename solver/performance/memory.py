"""What a replica holds: weights, key/value cache, and how many sequences fit.

    B <= (acc * (0.9 * mem - 2 GB) - weights) / (kv(isl + osl) * copies)

acc      accelerators of the replica (tensor parallel x pipeline parallel)
weights  one copy over all of them, however experts are split or dealt; with data-parallel attention every rank holds
         all dense weights and a chunk of activations of each other rank; B is whole sequences on each, times the ranks
mem      device memory, bytes; 0.9 is what engines take by default, 2 GB an accelerator are activations and graphs
kv(n)    cache of one sequence of n tokens, bytes; sliding-window layers stop growing at the window
copies   how often one token's cache is held: tp / min(tp, kv_heads); MLA has one latent head, held by every rank, and
         data-parallel attention holds every token once
"""

from __future__ import annotations

from math import floor

from solver.catalog.entries import Accelerator, Model, Precision
from solver.instance.schema.serving import KvPrecision

from .types import RequestSize, ServingConfig, Unservable

USABLE_MEMORY_SHARE = 0.9
RESERVED_BYTES_PER_ACCELERATOR = 2e9
CHUNK_TOKENS = 8192
"""Tokens an engine takes into one step."""

# int4: 4 bit and a 16-bit scale per 128 weights, embeddings left at 16 bit (Llama-3.1-70B AWQ is 39.8 GB on disk);
# nvfp4: 4 bit and an 8-bit scale per 16 weights.
BYTES_PER_WEIGHT = {
    Precision.BF16: 2.0,
    Precision.FP8: 1.0,
    Precision.INT8: 1.0,
    Precision.INT4: 0.56,
    Precision.NVFP4: 0.5625,
}


KV_SHARE_OF_16_BIT = {KvPrecision.BF16: 1.0, KvPrecision.FP8: 0.5}

_FP8_CACHE_ENGINES = frozenset({"trtllm", "tensorrt-llm", "tensorrt_llm", "nim"})


def default_kv_precision(precision: Precision, engine: str) -> KvPrecision:
    """Cache format an engine uses unless told otherwise: TensorRT-LLM's FP8 and NVFP4 checkpoints carry FP8 caches,
    the other engines keep 16 bit."""
    eight_bit = precision in (Precision.FP8, Precision.NVFP4)
    return KvPrecision.FP8 if eight_bit and engine.lower() in _FP8_CACHE_ENGINES else KvPrecision.BF16


def cache_precision(config: ServingConfig) -> KvPrecision:
    """Format the cache is held in."""
    return config.kv_precision or default_kv_precision(config.precision, config.engine)


def keeps_fp8_cache(accelerator: Accelerator) -> bool:
    """Whether engines keep an 8-bit cache on it: those that compute in FP8."""
    return accelerator.fp8_tflops is not None


def routed_params_b(model: Model) -> float:
    """Parameters of all routed experts, 1e9; 0 for a dense model. `params_total_b` must be known.

    active = dense + routed * chosen / experts and total = dense + routed, solved for routed.
    """
    total = model.params_total_b or 0.0
    active = min(model.params_active_b or total, total)
    experts, chosen = model.experts or 1, model.experts_per_token or 1
    return min(total, (total - active) / (1.0 - chosen / experts)) if chosen < experts else 0.0


def weight_bytes(params_b: float, precision: Precision) -> float:
    """Bytes of `params_b` (1e9) weights at a precision, scales included."""
    return params_b * 1e9 * BYTES_PER_WEIGHT[precision]


def kv_bytes(model: Model, tokens: float, kv: KvPrecision = KvPrecision.BF16) -> float | None:
    """Cache of one sequence of `tokens` tokens held once, bytes; None where the catalog leaves it blank."""
    if model.kv_bytes_per_token is None:
        return None
    windowed = tokens if model.sliding_window_tokens is None else min(tokens, model.sliding_window_tokens)
    sliding = min(model.sliding_kv_bytes_per_token, model.kv_bytes_per_token)
    growing = model.kv_bytes_per_token - sliding
    return (growing * tokens + sliding * windowed) * KV_SHARE_OF_16_BIT[kv]


def cache_ranks(model: Model, tensor_parallel: int) -> int:
    """Tensor-parallel ranks the cache is split over; the rest hold copies. Blank `kv_heads` is MLA's single latent."""
    return min(tensor_parallel, model.kv_heads or 1)


def gathered_bytes(config: ServingConfig) -> float:
    """What each rank holds of the others' activations with data-parallel attention, in and out of the experts, bytes.

    Every rank has a step's tokens of its own, and before the experts it gathers those of all ranks at 16 bit.
    """
    ranks = config.tensor_parallel if config.attention_data_parallel else 1
    return 2 * 2.0 * (ranks - 1) * CHUNK_TOKENS * (config.model.hidden_size or 0)


def fitting_sequences(
    config: ServingConfig, size: RequestSize, usable_share: float = USABLE_MEMORY_SHARE
) -> int | Unservable:
    """Sequences of `size` that fit at once beside the weights, not limited by the configured concurrency.

    Of a disaggregated group: in one decode unit. A cached prefix is counted in full: it saves time, and a sequence still
    holds it. Unservable names the blank figure, or says by how much the memory is too small.
    """
    model, accelerator = config.model, config.accelerator
    if model.params_total_b is None:
        return Unservable(f"model {model.name}: params_total_b is blank")
    if accelerator.memory_gb is None:
        return Unservable(f"accelerator {accelerator.name}: memory_gb is blank")
    tokens = size.input_tokens + size.output_tokens
    if model.max_context_tokens is not None and tokens > model.max_context_tokens:
        return Unservable(f"{tokens} tokens exceed the {model.max_context_tokens} of {model.name}")
    held = kv_bytes(model, tokens, cache_precision(config))
    if held is None:
        return Unservable(f"model {model.name}: kv_bytes_per_token is blank")
    tensor, unit = config.tensor_parallel, config.tensor_parallel * config.pipeline_parallel
    usable = unit * (usable_share * accelerator.memory_gb * 1e9 - RESERVED_BYTES_PER_ACCELERATOR)
    weights = weight_bytes(model.params_total_b, config.precision)
    if config.attention_data_parallel:
        weights += (tensor - 1) * weight_bytes(model.params_total_b - routed_params_b(model), config.precision)
        usable -= tensor * gathered_bytes(config)
        needed = weights / tensor + held
        fitting = tensor * floor((usable - weights) / tensor / held)
        unit, usable = config.pipeline_parallel, usable / tensor
    else:
        copies = tensor / cache_ranks(model, tensor)
        needed = weights + held * copies
        fitting = floor((usable - weights) / (held * copies))
    if fitting < 1:
        return Unservable(
            f"{model.name} {config.precision} needs {needed / 1e9:.1f} GB for one sequence of "
            f"{tokens} tokens; {unit} x {accelerator.name} leave {max(usable, 0.0) / 1e9:.1f} GB",
            memory=True,
        )
    return fitting
