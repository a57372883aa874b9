"""Token counts of a trace's requests in flat memory: quantiles, and a joint histogram that keeps token totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_EXACT_BELOW = 65_536
_CELLS_PER_OCTAVE = 16
_SINGLE_BELOW = 16
_CELLS = _SINGLE_BELOW + _CELLS_PER_OCTAVE * 20
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


class TokenCounts:
    """How often each length occurs: exact below 65,536 tokens, in steps of 1/1024 above."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def add(self, tokens: Ints) -> None:
        """Count lengths."""
        step = np.where(tokens < _EXACT_BELOW, 1, 2 ** np.maximum(np.log2(tokens).astype(np.int64) - 10, 0))
        values, counts = np.unique(tokens // step * step, return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            self._counts[value] = self._counts.get(value, 0) + count

    def quantiles(self, shares: tuple[float, ...] = QUANTILES) -> tuple[float, ...]:
        """Lengths at shares of the requests, linear between neighbours."""
        values = np.array(sorted(self._counts), dtype=np.float64)
        ends = np.cumsum([self._counts[int(value)] for value in values])
        at = np.array(shares) * (ends[-1] - 1)
        low, high = (values[np.searchsorted(ends, ranks, side="right")] for ranks in (np.floor(at), np.ceil(at)))
        return tuple(float(value) for value in low + (at - np.floor(at)) * (high - low))


@dataclass(frozen=True, slots=True)
class LengthCells:
    """Requests of nearly one size (within 4.4 % in each direction): numbers and token totals, one entry a cell."""

    requests: Floats
    input_tokens: Floats
    output_tokens: Floats


class JointHistogram:
    """Counts and token totals by input and output length on a logarithmic grid; lengths below 16 have their own cells."""

    def __init__(self) -> None:
        self._sums = np.zeros((3, _CELLS * _CELLS))

    def add(self, inputs: Ints, outputs: Ints) -> None:
        """Count requests."""
        cells = _cell(inputs) * _CELLS + _cell(outputs)
        for k, weights in enumerate((None, inputs, outputs)):
            self._sums[k] += np.bincount(cells, weights=weights, minlength=_CELLS * _CELLS)

    def add_totals(self, requests: float, input_tokens: float, output_tokens: float) -> None:
        """Count requests of which only the totals are known, at their mean lengths (at least 1 token)."""
        means = np.array([round(input_tokens / requests), round(output_tokens / requests)], dtype=np.int64)
        given, made = _cell(np.maximum(means, 1)).tolist()
        self._sums[:, given * _CELLS + made] += (requests, input_tokens, output_tokens)

    def cells(self) -> LengthCells:
        """Cells that hold requests."""
        used = self._sums[:, self._sums[0] > 0]
        return LengthCells(used[0], used[1], used[2])


def _cell(tokens: Ints) -> Ints:
    octaves = (np.log2(tokens) - np.log2(_SINGLE_BELOW)) * _CELLS_PER_OCTAVE
    return np.where(tokens < _SINGLE_BELOW, tokens, _SINGLE_BELOW + np.floor(octaves)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class TokenFigures:
    """Lengths in one direction, tokens. `quantiles` at `QUANTILES`."""

    mean: float
    largest: int
    quantiles: tuple[float, ...]


class Lengths:
    """Both directions of a trace's lengths."""

    def __init__(self) -> None:
        self.histogram = JointHistogram()
        self._counts = (TokenCounts(), TokenCounts())
        self._totals, self._largest, self._requests = [0, 0], [0, 0], 0

    def add(self, inputs: Ints, outputs: Ints) -> None:
        """Count requests."""
        self.histogram.add(inputs, outputs)
        self._requests += len(inputs)
        for k, tokens in enumerate((inputs, outputs)):
            self._counts[k].add(tokens)
            self._totals[k] += int(tokens.sum())
            self._largest[k] = max(self._largest[k], int(tokens.max()))

    @property
    def requests(self) -> int:
        """Requests counted."""
        return self._requests

    def figures(self) -> tuple[TokenFigures, TokenFigures]:
        """Input and output."""
        first, second = (
            TokenFigures(self._totals[k] / self._requests, self._largest[k], self._counts[k].quantiles())
            for k in (0, 1)
        )
        return first, second
