"""What the roofline says a published benchmark should have measured, by the way the benchmark ran.

offline_max          steady state of `roofline.Batch` at the batch that memory allows, at most 2,048 (TensorRT-LLM's
                     default; with data-parallel attention, each rank its own). The engine fills 95 % of what is free, and a part sold as 80 GB has 85.5e9 bytes, so
                     usable memory is taken as the nominal GB less 2 GB an accelerator. Nothing is streamed.
                     A sequence costs the host as much as where tokens are, but the host works beside the GPU: a step takes
                     the longer of both (with data-parallel attention each rank's host has its own sequences).
offline_fixed_batch  one batch of B: prefill in chunks, then osl decode steps; tokens/s = B osl / elapsed.
online_concurrency   B clients with equal lengths stay in step, so each wave is a batch of B as well: with m chunks of
                     prefill a request waits for (m + 1) / 2 of them on average (TTFT), and for (m - 1) / 2 more before
                     its decode runs freely (spread over TPOT). Tokens are streamed.
online_steady        steady state of `roofline.Batch` at B, with the mean wait for prefills in TTFT. Tokens are streamed.
ttft_batch1          prefill of one prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from .coefficients import RooflineCoefficients
from .figures import Figures, resolve
from .memory import CHUNK_TOKENS, fitting_sequences
from .published import Mode, PublishedPoint, Quantity
from .roofline import Batch, mean_prefill_wait_s
from .steps import StepTimes
from .types import Unservable

_OFFLINE_BATCH_LIMIT = 2048
_OFFLINE_USABLE_SHARE = 1.0
_OFFLINE_SEQUENCE_OVERHEAD_S = 3e-6


@dataclass(frozen=True, slots=True)
class Replay:
    """A published point with its figures resolved once, to be predicted under many coefficients."""

    point: PublishedPoint
    figures: Figures
    batch: int

    def predict(self, coefficients: RooflineCoefficients) -> dict[Quantity, float]:
        """Predicted quantities, tokens/s and ms; those that the benchmark's way of running defines."""
        streamed = self.point.mode in (Mode.CLOSED_LOOP, Mode.STEADY, Mode.FIRST_TOKEN)
        batch = Batch(
            step=StepTimes(self.figures, coefficients),
            sequences=self.batch / self.figures.pipeline_parallel,
            size=self.point.size,
            sequence_overhead_s=coefficients.sequence_overhead_s if streamed else _OFFLINE_SEQUENCE_OVERHEAD_S,
        )
        output = self.point.size.output_tokens
        if self.point.mode is Mode.OFFLINE_MAX:
            copies = self.figures.tensor_parallel if self.figures.attention_data_parallel else 1
            host_s = output * batch.sequences / copies * coefficients.sequence_overhead_s
            return {Quantity.TOKENS_PER_SECOND: self.batch * output / max(batch.cycle_s, host_s)}
        if self.point.mode is Mode.STEADY:
            wait_s = mean_prefill_wait_s(batch.own_prefill_s, batch.sequences, batch.cycle_s)
            return {
                Quantity.TOKENS_PER_SECOND: self.batch * output / batch.cycle_s,
                Quantity.TTFT_MS: (wait_s + batch.decode_s + batch.own_prefill_s) * 1e3,
                Quantity.TPOT_MS: batch.tpot_s * 1e3,
            }
        chunks, prefill_s = _prefill_of_all(batch)
        elapsed_s = prefill_s + output * batch.decode_s
        ttft_s = prefill_s * (chunks + 1) / (2 * chunks)
        tpot_s = batch.decode_s + prefill_s * (chunks - 1) / (2 * chunks) / output
        return {
            Quantity.TOKENS_PER_SECOND: self.batch * output / elapsed_s,
            Quantity.TTFT_MS: ttft_s * 1e3,
            Quantity.TPOT_MS: tpot_s * 1e3,
        }


def _prefill_of_all(batch: Batch) -> tuple[int, float]:
    """Chunks in which all prompts of a batch are prefilled, and the time of all of them, s."""
    tokens = batch.sequences * batch.new_tokens
    chunks = max(1, min(int(batch.sequences), ceil(tokens / CHUNK_TOKENS)))
    shared_s = chunks * batch.step.shared_s(tokens / chunks)
    return chunks, shared_s + batch.sequences * (batch.own_prefill_s + batch.sequence_overhead_s)


def replays(points: tuple[PublishedPoint, ...]) -> tuple[Replay, ...]:
    """Points that the roofline can speak about. Those it cannot (a blank figure, memory too small) are left out."""
    found = []
    for point in points:
        figures = resolve(point.config)
        if isinstance(figures, Unservable):
            continue
        batch = point.batch or offline_batch(point, figures)
        if batch:
            found.append(Replay(point, figures, batch))
    return tuple(found)


def offline_batch(point: PublishedPoint, figures: Figures, usable_share: float = _OFFLINE_USABLE_SHARE) -> int:
    """Sequences an offline run keeps at once; 0 where not one fits. With data-parallel attention each rank has the
    engine's limit to itself, and all dense weights."""
    copies = figures.tensor_parallel if figures.attention_data_parallel else 1
    fitting = fitting_sequences(point.config, point.size, usable_share)
    return 0 if isinstance(fitting, Unservable) else min(fitting, _OFFLINE_BATCH_LIMIT * copies)
