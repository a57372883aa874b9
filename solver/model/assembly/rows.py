"""Rows of a matrix as they are put together: families of rows with their entries, then one sparse array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model.matrix import FloatArray
from solver.model.names import Names, Span

AnyInts = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Entries:
    """Coefficients: `row` counts within the family, `column` within the matrix. One value for all, or one each."""

    row: AnyInts
    column: AnyInts
    value: FloatArray | float


class Rows:
    """Families in the order they were added."""

    def __init__(self) -> None:
        self._names: list[Span] = []
        self._lower: list[FloatArray] = []
        self._upper: list[FloatArray] = []
        self._row: list[AnyInts] = []
        self._column: list[AnyInts] = []
        self._value: list[FloatArray] = []
        self._count = 0

    def add(self, names: Span, lower: FloatArray | float, upper: FloatArray | float, *entries: Entries) -> None:
        """A family `lower <= entries x <= upper`."""
        count = len(names)
        if not count:
            return
        self._names.append(names)
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (count,)))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (count,)))
        for part in entries:
            self._row.append(np.asarray(part.row, dtype=np.int32) + np.int32(self._count))
            self._column.append(np.asarray(part.column, dtype=np.int32))
            self._value.append(np.broadcast_to(np.asarray(part.value, dtype=float), (len(part.row),)))
        self._count += count

    def finish(self, columns: int) -> tuple[sp.csc_array, FloatArray, FloatArray, Names]:
        """Coefficients, lower and upper bounds, names."""
        nothing = np.zeros(0)
        a = sp.csc_array(
            (
                np.concatenate([nothing, *self._value]),
                (
                    np.concatenate([nothing.astype(np.int32), *self._row]),
                    np.concatenate([nothing.astype(np.int32), *self._column]),
                ),
            ),
            shape=(self._count, columns),
        )
        a.eliminate_zeros()
        lower, upper = (np.concatenate([nothing, *bounds]) for bounds in (self._lower, self._upper))
        return a, lower, upper, Names(self._names)


def single(component: str) -> Span:
    """The name of a component without index."""
    return Span(component, np.zeros((1, 0), dtype=np.int32), np.zeros(1, dtype=np.int32))


def keyed(component: str, keys: Sequence[tuple[int, ...]], *, bare: bool = False, **labels: tuple[Any, ...]) -> Span:
    """Names from a short list of keys. `labels`: objects of the first field, as `first=...`."""
    width = len(keys[0]) if keys else 0
    items = np.array(keys, dtype=np.int32).reshape(len(keys), width)
    at = np.arange(len(keys), dtype=np.int32)
    return Span(component, items, at, labels={0: labels["first"]} if labels else {}, bare=bare)


class Terms:
    """Entries of small families, one by one."""

    def __init__(self) -> None:
        self._row: list[int] = []
        self._column: list[int] = []
        self._value: list[float] = []

    def add(self, row: int, column: int, value: float) -> None:
        """One coefficient."""
        self._row.append(row)
        self._column.append(column)
        self._value.append(value)

    @property
    def entries(self) -> Entries:
        """All of them."""
        return Entries(
            np.array(self._row, dtype=np.int32),
            np.array(self._column, dtype=np.int32),
            np.array(self._value, dtype=float),
        )
