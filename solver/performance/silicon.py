"""Rates from the silicon database: kernel times measured by NVIDIA, in the optional package `aiconfigurator-core`.

With m mixed steps that take whole prompts (or chunks of 8192 tokens) and decode all B sequences besides:

    cycle = m mixed(n, B) + (osl - m) decode(B),   m = B ceil(n / chunk)       while m <= osl, else
    cycle = s mixed(B n / s, B),                   s = max(osl, B n / chunk)
    requests/s = B / cycle,   TPOT = (cycle - own) / osl,   TTFT = wait + own + ceil(n / chunk) decode

`mixed` and `decode` come from the database, the rest is as in `roofline.py`. The package's own backends remember
answers by lengths and batch alone, so that one shared by two models answers with the first one's numbers. Here every
(model, precision, accelerator, kind of replica, engine) compiles an engine of its own, and none is shared.

The database is asked only where an instance says `rates: {silicon_database: true}`, so that a plan does not depend on what
happens to be installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from typing import Any

from solver.catalog.entries import Precision
from solver.catalog.load import catalog
from solver.catalog.names import UnknownNameError
from solver.instance.schema.serving import KvPrecision

from .memory import CHUNK_TOKENS, cache_precision, fitting_sequences
from .profiles import ProfileKey, key_of_config
from .roofline import prefill_wait_s, roofline
from .silicon_cache import Answer, AnswerCache, MemoryCache
from .types import OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

PACKAGE = "aiconfigurator-core"

_SYSTEMS = {
    "A100-80GB-SXM": "a100_sxm",
    "A100-80GB-PCIe": "a100_pcie",
    "B200-SXM": "b200_sxm",
    "B300-SXM": "b300_sxm",
    "GB200": "gb200",
    "GB300": "gb300",
    "H100-80GB-SXM": "h100_sxm",
    "H100-80GB-PCIe": "h100_pcie",
    "H200-SXM": "h200_sxm",
    "L4": "l4",
    "L40S": "l40s",
    "RTX-PRO-6000-Blackwell": "rtx_pro_6000_server",
}
_MODELS = {
    "DeepSeek-R1": "deepseek-ai/DeepSeek-R1",
    "DeepSeek-V3": "deepseek-ai/DeepSeek-V3",
    "Kimi-K2-Instruct": "moonshotai/Kimi-K2-Instruct",
    "Llama-3-70B-Instruct": "meta-llama/Meta-Llama-3.1-70B",
    "Llama-3-8B-Instruct": "meta-llama/Meta-Llama-3.1-8B",
    "Llama-3.1-405B-Instruct": "meta-llama/Meta-Llama-3.1-405B",
    "Llama-3.1-70B-Instruct": "meta-llama/Meta-Llama-3.1-70B",
    "Llama-3.1-8B-Instruct": "meta-llama/Meta-Llama-3.1-8B",
    "Llama-3.3-70B-Instruct": "meta-llama/Meta-Llama-3.1-70B",
    "Llama-4-Maverick-17B-128E": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "Llama-4-Scout-17B-16E": "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "Mixtral-8x22B-v0.1": "mistralai/Mixtral-8x22B-v0.1",
    "Mixtral-8x7B-v0.1": "mistralai/Mixtral-8x7B-v0.1",
    "Qwen3-235B-A22B": "Qwen/Qwen3-235B-A22B",
    "Qwen3-30B-A3B": "Qwen/Qwen3-30B-A3B",
    "Qwen3-32B": "Qwen/Qwen3-32B",
    "Qwen3-8B": "Qwen/Qwen3-8B",
    "Qwen3-Coder-480B-A35B-Instruct": "Qwen/Qwen3-Coder-480B-A35B-Instruct",
}
_BLOCK_SCALED = frozenset({"DeepSeek-R1", "DeepSeek-V3", "Kimi-K2-Instruct"})
"""Published with one FP8 scale for each block of 128 x 128 weights."""
_CREDIBLE_RATIO = 2.0
_ENGINES = frozenset({"vllm", "trtllm", "sglang"})
_PRODUCTS = {
    Precision.BF16: "bfloat16",
    Precision.FP8: "fp8",
    Precision.INT8: "sq",
    Precision.INT4: "int4_wo",
    Precision.NVFP4: "nvfp4",
}
_CACHES = {KvPrecision.BF16: "bfloat16", KvPrecision.FP8: "fp8"}


def installed() -> bool:
    """Whether the optional package is there."""
    return importlib.util.find_spec("aiconfigurator_core") is not None


class SiliconDatabase:
    """A `RateSource` over the silicon database; its answers are remembered, in a file too where a cache has one.

    It answers None for what it does not cover: other makers, models it has no configuration of (or that differ from
    the catalog's entry of that name), engines, precisions and parallelism without data, pipeline stages, unchunked
    prefill, disaggregated groups. Nor does it answer where it differs from the roofline more than twofold: those were rows
    the package fills in where a kernel was not measured (Qwen3-235B in FP8 under vLLM at a third of its 16-bit rate).
    """

    def __init__(self, cache: AnswerCache | None = None) -> None:
        """Raises ModuleNotFoundError when the package is missing."""
        try:
            self._version = version(PACKAGE)
        except PackageNotFoundError as missing:
            raise ModuleNotFoundError(f"{PACKAGE} is not installed: install inferplan[silicon]") from missing
        logging.getLogger("aiconfigurator_core").setLevel(logging.CRITICAL)
        self._engines: dict[ProfileKey, Any | None] = {}
        self._cache: AnswerCache = cache or MemoryCache()
        self._source = f"{PACKAGE} {self._version}"

    def point(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable | None:
        """Operating point at the configured concurrency or what memory leaves of it; None when not covered."""
        if not _covers(config):
            return None
        fitting = fitting_sequences(config, size)
        if isinstance(fitting, Unservable):
            return fitting
        concurrency = min(fitting, config.concurrency)
        answer = self._answer(config, size, concurrency)
        if answer is None:
            return None
        requests_per_second, ttft_ms, tpot_ms = answer
        estimate = roofline(config, size)
        if isinstance(estimate, OperatingPoint):
            ratio = requests_per_second / estimate.requests_per_second
            if not 1 / _CREDIBLE_RATIO <= ratio <= _CREDIBLE_RATIO:
                return None
        return OperatingPoint(
            requests_per_second=requests_per_second,
            concurrency=concurrency,
            ttft_ms=ttft_ms,
            tpot_ms=tpot_ms,
            provenance=Provenance.SILICON,
            source=self._source,
        )

    def save(self) -> None:
        """Hands answers that a cache holds back to its file."""
        self._cache.flush()

    def _answer(self, config: ServingConfig, size: RequestSize, concurrency: int) -> Answer:
        key = answer_key(self._version, config, size, concurrency)
        found, answer = self._cache.get(key)
        if not found:
            engine = self._engine(config)
            # With data-parallel attention the engine stands for one rank, which has its share of the sequences.
            ranks = config.tensor_parallel if config.attention_data_parallel else 1
            answer = None if engine is None else steady_state(engine, size, max(1, concurrency // ranks))
            if answer is not None:
                answer = (answer[0] * ranks, answer[1], answer[2])
            self._cache.put(key, answer)
        return answer

    def _engine(self, config: ServingConfig) -> Any | None:
        key = key_of_config(config)
        if key not in self._engines:
            self._engines[key] = compile_engine(config)
        return self._engines[key]


def answer_key(package_version: str, config: ServingConfig, size: RequestSize, concurrency: int) -> str:
    """All that an answer depends on: the database's version, model, system, kind of replica, engine, load."""
    parts = (
        package_version,
        config.model.name,
        config.precision,
        config.accelerator.name,
        config.tensor_parallel,
        config.expert_parallel,
        config.attention_data_parallel,
        cache_precision(config),
        config.engine,
        concurrency,
        size.input_tokens,
        size.output_tokens,
        size.prefix_hit_rate,
    )
    return "|".join(map(str, parts))


def _covers(config: ServingConfig) -> bool:
    if config.model.name not in _MODELS or config.accelerator.name not in _SYSTEMS or config.engine not in _ENGINES:
        return False
    if config.pipeline_parallel != 1 or config.disaggregation is not None or not config.chunked_prefill:
        return False
    try:
        known = catalog().models[config.model.name], catalog().accelerators[config.accelerator.name]
    except UnknownNameError:
        return False
    model, accelerator = known
    same_model = (model.layers, model.hidden_size, model.kv_bytes_per_token) == (
        config.model.layers,
        config.model.hidden_size,
        config.model.kv_bytes_per_token,
    )
    return same_model and accelerator.memory_bandwidth_gb_per_s == config.accelerator.memory_bandwidth_gb_per_s


def compile_engine(config: ServingConfig) -> Any | None:
    """The package's engine for one configuration, of one rank where attention is data-parallel; None where it has no
    data. A dense model's products are passed as experts dealt to all ranks, as the package wants it."""
    if not _covers(config):
        return None
    handle = importlib.import_module("aiconfigurator_core.sdk.engine").EngineHandle
    ranks = config.tensor_parallel
    mixture, alone = config.model.experts is not None, config.attention_data_parallel
    products = _PRODUCTS[config.precision]
    if mixture and config.precision is Precision.FP8 and config.model.name in _BLOCK_SCALED:
        products = "fp8_block"
    try:
        engine = handle.compile(
            _MODELS[config.model.name],
            _SYSTEMS[config.accelerator.name],
            config.engine,
            tp_size=1 if alone else ranks,
            attention_dp_size=ranks if alone else 1,
            moe_tp_size=ranks // config.expert_parallel if mixture else 1,
            moe_ep_size=config.expert_parallel if mixture else 1,
            gemm_quant_mode=products,
            moe_quant_mode=products if mixture else None,
            kvcache_quant_mode=_CACHES[cache_precision(config)],
        )
        engine.decode_step_latency(1, 128, 128)
    except Exception:  # the package raises kinds of its own for every gap in its data
        return None
    return engine


def steady_state(engine: Any, size: RequestSize, concurrency: int) -> Answer:
    """Requests per second, TTFT ms, TPOT ms of `concurrency` sequences at once; None where the database has no data for these lengths."""
    isl, osl = size.input_tokens, size.output_tokens
    cached = min(isl - 1, round(isl * size.prefix_hit_rate))
    new_tokens = isl - cached
    chunks = ceil(new_tokens / CHUNK_TOKENS)
    try:
        decode_ms = engine.decode_step_latency(concurrency, isl, osl)
        whole_ms = engine.mixed_step_latency(ceil(new_tokens / chunks), concurrency, isl, osl, cached)
        mixed_steps = concurrency * chunks
        if mixed_steps <= osl:
            cycle_ms = mixed_steps * whole_ms + (osl - mixed_steps) * decode_ms
        else:
            steps = max(osl, ceil(concurrency * new_tokens / CHUNK_TOKENS))
            shared_ms = engine.mixed_step_latency(ceil(concurrency * new_tokens / steps), concurrency, isl, osl, cached)
            cycle_ms = steps * shared_ms
    except Exception:  # as above
        return None
    own_ms = max(0.0, chunks * (whole_ms - decode_ms))
    if not cycle_ms > own_ms:
        return None
    wait_ms = prefill_wait_s(own_ms, concurrency, cycle_ms)
    return (concurrency / cycle_ms * 1e3, wait_ms + own_ms + chunks * decode_ms, (cycle_ms - own_ms) / osl)
