"""What the silicon database says a published benchmark should have measured; modes as in `replay.py`."""

from __future__ import annotations

from math import ceil
from typing import Any

from .memory import CHUNK_TOKENS
from .published import Mode, Quantity
from .replay import Replay
from .silicon import compile_engine, steady_state


class SiliconReplay:
    """Predicts published points; every configuration's engine is compiled once and shared with no other."""

    def __init__(self) -> None:
        self._engines: dict[tuple[str, ...], Any | None] = {}

    def predict(self, replay: Replay) -> dict[Quantity, float]:
        """Predicted quantities, tokens/s and ms; empty where the database has no data."""
        point = replay.point
        config = point.config
        key = (
            config.model.name,
            config.precision,
            config.accelerator.name,
            str(config.tensor_parallel),
            str(config.expert_parallel),
            config.engine,
            str(config.kv_precision),
            str(config.attention_data_parallel),
        )
        if key not in self._engines:
            self._engines[key] = compile_engine(config)
        engine = self._engines[key]
        if engine is None or config.pipeline_parallel != 1:
            return {}
        # With data-parallel attention the engine stands for one rank, which has its share of the sequences.
        ranks = config.tensor_parallel if config.attention_data_parallel else 1
        batch = max(1, replay.batch // ranks)
        if point.mode is Mode.OFFLINE_MAX:
            answer = steady_state(engine, point.size, batch)
            return {} if answer is None else {Quantity.TOKENS_PER_SECOND: answer[0] * ranks * point.size.output_tokens}
        if point.mode is Mode.STEADY:
            answer = steady_state(engine, point.size, batch)
            return {} if answer is None else {Quantity.TOKENS_PER_SECOND: answer[0] * point.size.output_tokens}
        return _in_step(engine, replay, batch)


def _in_step(engine: Any, replay: Replay, batch: int) -> dict[Quantity, float]:
    isl, osl = replay.point.size.input_tokens, replay.point.size.output_tokens
    chunks = max(1, min(batch, ceil(batch * isl / CHUNK_TOKENS)))
    try:
        prefill_ms = chunks * engine.predict_prefill_latency(ceil(batch / chunks), isl)
        decode_ms = engine.decode_step_latency(batch, isl, osl)
    except Exception:  # the package raises kinds of its own for every gap in its data
        return {}
    return {
        Quantity.TOKENS_PER_SECOND: batch * osl / (prefill_ms + osl * decode_ms) * 1e3,
        Quantity.TTFT_MS: prefill_ms * (chunks + 1) / (2 * chunks),
        Quantity.TPOT_MS: decode_ms + prefill_ms * (chunks - 1) / (2 * chunks) / osl,
    }
