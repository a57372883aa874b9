"""The built-in roofline: what a replica sustains, from the step times of `steps.py`.

Engines mix prefill tokens into decode steps (chunked prefill, in-flight batching). With b sequences at once, n new input
tokens each, and osl output tokens, every sequence takes part in osl steps, in which b prefills are done as well:

    steps       = max(osl, b n / chunk)
    cycle       = steps shared((n + osl) b / steps) + b (tokens(n + osl) + attention(n))
                  + osl b (cache(isl + osl/2) + t_s)
    requests/s  = B / cycle
    TPOT        = (cycle - own) / osl,         own = tokens(n) + attention(n)

    TTFT        = wait + ceil(n / chunk) decode + own
    decode      = shared(b) + b (tokens(1) + cache(isl + osl/2) + t_s)
    wait        = min(own / (2 (1 - rho)) ln(rho / (1 - 0.95)), (b - 1) own),    rho = b own / cycle

B          sequences at once: the configured concurrency or what memory leaves of it; b = B / pp in each pipeline stage
n          input tokens not found in the prefix cache; isl all of them (memory and attention see them all)
chunk      tokens an engine takes into one step, 8192; with data-parallel attention on every rank
Without chunks, prompts (whole, several where they fit into one chunk's tokens) have steps of their own that decoding waits for:

    cycle       = osl decode + b (shared(m n) / m + own),   m = max(1, floor(chunk / n))
    TTFT        = wait + shared(n) + own

t_s        time per sequence and step; `own` is what a prefill adds to the steps it is mixed into
wait       prefills queue for their turn as in M/D/1: its 95th percentile, at most all others of the replica in front.
           It is not the wait for a free place, which `queueing.py` adds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor, log

from .coefficients import RooflineCoefficients
from .figures import resolve
from .memory import CHUNK_TOKENS, fitting_sequences
from .steps import StepTimes
from .types import OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

SOURCE = "roofline"
_CALIBRATED = RooflineCoefficients()
_TTFT_EXCEEDED = 0.05


class RequestWork:
    """What one request asks of one pipeline stage, however many others run beside it. Times in s."""

    __slots__ = (
        "chunk_tokens",
        "chunked",
        "decoding_s",
        "new_tokens",
        "output_tokens",
        "own_prefill_s",
        "sequence_s",
        "step",
        "token_s",
    )

    def __init__(self, step: StepTimes, size: RequestSize, sequence_overhead_s: float, chunked: bool = True) -> None:
        """`new_tokens`: input tokens to be computed; `own_prefill_s`: what the prefill adds to the steps it is mixed
        into; `sequence_s`: what a sequence adds to a step besides its token (attention and overhead at the mean
        context); `decoding_s`: all steps of one sequence."""
        self.step, self.chunked = step, chunked
        # With data-parallel attention every rank takes tokens into a step of its own.
        f = step.figures
        self.chunk_tokens = CHUNK_TOKENS * (f.tensor_parallel if f.attention_data_parallel else 1)
        self.output_tokens = size.output_tokens
        self.new_tokens = max(1.0, size.input_tokens * (1.0 - size.prefix_hit_rate))
        cached = size.input_tokens - self.new_tokens
        self.own_prefill_s = step.tokens_s(self.new_tokens) + step.attention_s(self.new_tokens, cached)
        context = size.input_tokens + size.output_tokens / 2
        self.sequence_s = step.cache_s(context) + sequence_overhead_s
        self.token_s = step.tokens_s(1.0)
        self.decoding_s = size.output_tokens * (self.token_s + self.sequence_s)

    def decode_s(self, sequences: float) -> float:
        """One step of so many sequences that only decodes."""
        return self.step.shared_s(sequences) + sequences * (self.token_s + self.sequence_s)

    @property
    def prefill_s(self) -> float:
        """A whole prefill with nothing beside it, s."""
        chunks = ceil(self.new_tokens / CHUNK_TOKENS) if self.chunked else 1
        return chunks * self.step.shared_s(self.new_tokens / chunks) + self.own_prefill_s

    def packed_prefill_s(self, waiting: float) -> float:
        """A prefill's share of steps that are filled with prompts, where at most so many are waiting, s."""
        prompts = self.chunk_tokens / self.new_tokens
        if not self.chunked:
            prompts = max(1, min(waiting, floor(prompts)))
        return self.step.shared_s(prompts * self.new_tokens) / prompts + self.own_prefill_s

    def cycle_s(self, sequences: float) -> float:
        """Time in which every sequence is replaced once: the time a request holds its place."""
        if not self.chunked:
            return self.output_tokens * self.decode_s(sequences) + sequences * self.packed_prefill_s(sequences)
        steps = max(self.output_tokens, sequences * self.new_tokens / self.chunk_tokens)
        tokens_per_step = sequences * (self.new_tokens + self.output_tokens) / steps
        shared = steps * self.step.shared_s(tokens_per_step)
        return shared + sequences * (self.own_prefill_s + self.decoding_s)

    def tpot_s(self, cycle_s: float) -> float:
        """Mean time per output token, the others' prefills in between included."""
        return (cycle_s - self.own_prefill_s) / self.output_tokens

    def ttft_s(self, sequences: float, cycle_s: float) -> float:
        """Time to first token at the 95th percentile, in a busy replica, without the wait for a place."""
        own = self.own_prefill_s
        wait = prefill_wait_s(own if self.chunked else self.packed_prefill_s(sequences), sequences, cycle_s)
        if not self.chunked:
            return wait + self.prefill_s
        return wait + ceil(self.new_tokens / CHUNK_TOKENS) * self.decode_s(sequences) + own


@dataclass(frozen=True, slots=True)
class Batch:
    """So many sequences of one size at once in one pipeline stage."""

    step: StepTimes
    sequences: float
    size: RequestSize
    sequence_overhead_s: float
    work: RequestWork = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "work", RequestWork(self.step, self.size, self.sequence_overhead_s))

    @property
    def new_tokens(self) -> float:
        """Input tokens to be computed per request."""
        return self.work.new_tokens

    @property
    def own_prefill_s(self) -> float:
        """What one request's prefill adds to the steps it is mixed into, s."""
        return self.work.own_prefill_s

    @property
    def decode_s(self) -> float:
        """One step that only decodes, s."""
        return self.work.decode_s(self.sequences)

    @property
    def cycle_s(self) -> float:
        """Time in which every sequence is replaced once: the time a request holds its place, s."""
        return self.work.cycle_s(self.sequences)

    @property
    def tpot_s(self) -> float:
        """Mean time per output token, the others' prefills in between included, s."""
        return self.work.tpot_s(self.cycle_s)

    @property
    def ttft_s(self) -> float:
        """Time to first token at the 95th percentile, in a busy replica, without the wait for a place, s."""
        return self.work.ttft_s(self.sequences, self.cycle_s)


def mean_prefill_wait_s(own_s: float, sequences: float, cycle_s: float) -> float:
    """Mean of a prompt's wait for the prefills in front of it, s: rho own / (2 (1 - rho)), capped as the percentile."""
    load = min(sequences * own_s / cycle_s, 0.999)
    return min(load * own_s / (2.0 * (1.0 - load)), max(0.0, sequences - 1.0) * own_s / 2.0)


def prefill_wait_s(own_s: float, sequences: float, cycle_s: float) -> float:
    """95th percentile of a prompt's wait for the prefills in front of it, s (`wait` above)."""
    load = min(sequences * own_s / cycle_s, 0.999)
    exceeded = load / _TTFT_EXCEEDED
    wait = own_s / (2.0 * (1.0 - load)) * log(exceeded) if exceeded > 1.0 else 0.0
    return min(wait, max(0.0, sequences - 1.0) * own_s)


class ReplicaRoofline:
    """The roofline of one replica at any concurrency: figures are resolved once, a size's parts worked out once."""

    def __init__(
        self,
        config: ServingConfig,
        coefficients: RooflineCoefficients = _CALIBRATED,
    ) -> None:
        """The concurrency of `config` does not matter here. Of a disaggregated group: one decode unit."""
        self._config, self._coefficients = config, coefficients
        figures = resolve(config)
        self._step = figures if isinstance(figures, Unservable) else StepTimes(figures, coefficients)
        self._sizes: dict[RequestSize, tuple[int, RequestWork] | Unservable] = {}
        self._points: dict[tuple[RequestSize, int], OperatingPoint] = {}

    def point(self, size: RequestSize, concurrency: int) -> OperatingPoint | Unservable:
        """Estimated operating point at a concurrency or what memory leaves of it; see `roofline`."""
        asked = self._sizes.get(size)
        if asked is None:
            asked = self._sizes[size] = self._asked(size)
        if isinstance(asked, Unservable):
            return asked
        fitting, work = asked
        running = min(fitting, concurrency)
        known = self._points.get((size, running))
        if known is None:
            known = self._points[size, running] = _operating_point(work, running, self._config.pipeline_parallel)
        return known

    def _asked(self, size: RequestSize) -> tuple[int, RequestWork] | Unservable:
        if isinstance(self._step, Unservable):
            return self._step
        fitting = fitting_sequences(self._config, size)
        if isinstance(fitting, Unservable):
            return fitting
        overhead_s = self._coefficients.sequence_overhead_s
        return fitting, RequestWork(self._step, size, overhead_s, self._config.chunked_prefill)


def _operating_point(work: RequestWork, concurrency: int, stages: int) -> OperatingPoint:
    sequences = concurrency / stages
    cycle_s = work.cycle_s(sequences)
    return OperatingPoint(
        requests_per_second=concurrency / cycle_s,
        concurrency=concurrency,
        ttft_ms=work.ttft_s(sequences, cycle_s) * 1e3,
        tpot_ms=work.tpot_s(cycle_s) * 1e3,
        provenance=Provenance.ROOFLINE,
        source=SOURCE,
    )


def roofline(
    config: ServingConfig,
    size: RequestSize,
    coefficients: RooflineCoefficients = _CALIBRATED,
) -> OperatingPoint | Unservable:
    """Estimated operating point, at the configured concurrency or what memory leaves of it.

    TTFT is at the 95th percentile, TPOT the mean over a request.
    Unservable where a figure is blank, the precision unsupported, the split impossible, or not one sequence fits.
    """
    return ReplicaRoofline(config, coefficients).point(size, config.concurrency)
