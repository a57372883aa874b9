"""Disaggregated prefill and decode: a replica is a group of x prefill units and y decode units in one server.

    packed      = own + n/chunk shared(chunk)                                  one prompt's share of full prefill steps
    R           = min(y B / (osl decode(B)),  0.9 x / packed)                  requests/s of the group
    b           : y b / (osl decode(b)) = R,   b <= B                          sequences a decode unit holds at that rate
    TPOT        = decode(b)                                                    no prefill in between
    TTFT        = wait + prefill(n) + transfer + decode(b)
    wait        = M/D/1, 95th percentile, of one prefill unit at R packed / x
    transfer    = kv(isl) / (min(tp_p, tp_d) link e_link) + L alpha            the whole prompt's cache, layer by layer

A prefill unit has full weights and room for two prompts' caches: one in work, one on its way. Splitting arrivals evenly
over the prefill units makes each a queue of its own, which waits longer than a shared one; 0.9 keeps that queue finite.
The first token is counted on both sides: a decode unit works osl steps for a request. A cached prefix saves prefill,
and its cache is moved all the same. Concurrency is that of one decode unit; at fewer sequences the group's rate, the
prefill units' load and both latencies fall together, so that the listed concurrencies are the operating points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .coefficients import RooflineCoefficients
from .figures import Figures, resolve
from .memory import fitting_sequences
from .roofline import SOURCE, RequestWork, prefill_wait_s
from .steps import StepTimes
from .types import Disaggregation, OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

PREFILL_LOAD_LIMIT = 0.9
"""Most of a prefill unit's time that is planned for."""
_HELD_PROMPTS = 2


@dataclass(frozen=True, slots=True)
class _Sides:
    """A size's work on both sides and what lies between."""

    fitting: int
    prefill: RequestWork
    decode: RequestWork
    transfer_s: float


class DisaggregatedRoofline:
    """The roofline of one disaggregated group at any concurrency of its decode units."""

    def __init__(self, config: ServingConfig, group: Disaggregation, coefficients: RooflineCoefficients) -> None:
        """The concurrency of `config` does not matter here."""
        self._group, self._coefficients = group, coefficients
        self._decode = replace(config, disaggregation=None)
        dealt = min(config.expert_parallel, group.prefill_tensor_parallel)
        self._prefill = replace(self._decode, tensor_parallel=group.prefill_tensor_parallel, expert_parallel=dealt)
        self._figures = (resolve(self._prefill), resolve(self._decode))
        self._sizes: dict[RequestSize, _Sides | Unservable] = {}
        self._points: dict[tuple[RequestSize, int], OperatingPoint] = {}

    def point(self, size: RequestSize, concurrency: int) -> OperatingPoint | Unservable:
        """Estimated operating point of the group at a concurrency of each decode unit, or what memory leaves of it."""
        sides = self._sizes.get(size)
        if sides is None:
            sides = self._sizes[size] = self._sides(size)
        if isinstance(sides, Unservable):
            return sides
        most = min(sides.fitting, concurrency)
        known = self._points.get((size, most))
        if known is None:
            known = self._points[size, most] = self._point(sides, size, most)
        return known

    def _sides(self, size: RequestSize) -> _Sides | Unservable:
        prefill, decode = self._figures
        if isinstance(prefill, Unservable):
            return prefill
        if isinstance(decode, Unservable):
            return decode
        if self._decode.pipeline_parallel > 1:
            return Unservable("disaggregated groups have no pipeline stages")
        prompts = fitting_sequences(self._prefill, replace(size, output_tokens=0))
        fitting = fitting_sequences(self._decode, size)
        for side, held, needed in (("prefill", prompts, _HELD_PROMPTS), ("decode", fitting, 1)):
            if isinstance(held, Unservable):
                return Unservable(f"{side} unit: {held.reason}", held.memory)
            if held < needed:
                return Unservable(f"{side} unit: only {held} prompt fits, {needed} are needed", memory=True)
        assert isinstance(fitting, int)
        overhead_s = self._coefficients.sequence_overhead_s
        return _Sides(
            fitting,
            RequestWork(StepTimes(prefill, self._coefficients), size, overhead_s, self._decode.chunked_prefill),
            RequestWork(StepTimes(decode, self._coefficients), size, overhead_s),
            self._transfer_s(prefill, decode, size),
        )

    def _transfer_s(self, prefill: Figures, decode: Figures, size: RequestSize) -> float:
        """The prompt's cache from the ranks of one unit to those of the other."""
        tokens = size.input_tokens
        sliding = prefill.sliding_share * min(tokens, prefill.sliding_window_tokens)
        moved = prefill.kv_bytes_per_token * ((1.0 - prefill.sliding_share) * tokens + sliding)
        # Ranks that hold copies of the cache send one; with data-parallel attention a prompt is on one rank of each side.
        split = min(prefill.cache_ranks, decode.cache_ranks)
        lanes = 1 if prefill.attention_data_parallel else split
        sending_s = moved / (lanes * prefill.link_bytes_per_s * self._coefficients.link_share)
        return sending_s + prefill.layers * self._coefficients.allreduce_latency_s

    def _point(self, sides: _Sides, size: RequestSize, most: int) -> OperatingPoint:
        group, output = self._group, size.output_tokens
        packed_s = sides.prefill.packed_prefill_s(most * group.decode_units / group.prefill_units)
        prefilled = PREFILL_LOAD_LIMIT * group.prefill_units / packed_s
        rate, sequences = group.decode_units * most / (output * sides.decode.decode_s(most)), most
        if rate > prefilled:
            rate, sequences = prefilled, self._sequences(sides.decode, output, prefilled, most)
        decode_s = sides.decode.decode_s(sequences)
        held = group.decode_units * sequences
        # Little's law over all decode units, as if each prefill unit had its share of their sequences in front of it.
        wait_s = prefill_wait_s(packed_s, held / group.prefill_units, held / rate)
        return OperatingPoint(
            requests_per_second=rate,
            concurrency=held,
            ttft_ms=(wait_s + sides.prefill.prefill_s + sides.transfer_s + decode_s) * 1e3,
            tpot_ms=decode_s * 1e3,
            provenance=Provenance.ROOFLINE,
            source=SOURCE,
        )

    def _sequences(self, decode: RequestWork, output: int, rate: float, most: int) -> int:
        """Fewest sequences of a decode unit at which the units reach a rate that they reach at `most`."""
        low, high = 0, most
        while high - low > 1:
            middle = (low + high) // 2
            if self._group.decode_units * middle >= rate * output * decode.decode_s(middle):
                high = middle
            else:
                low = middle
        return high
