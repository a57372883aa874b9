"""Names of a matrix's columns and rows, kept as integer arrays: a tuple for each of millions would cost more than the solve.

A name is (component, index). Components lie one after the other; indices are rows of integer tables, turned into tuples only
where somebody asks for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
Name = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """Names of one component: index = fields of an item, then those of a moment (stage and slot, or stage).

    `items` (m, a) and `times` (t, b) are tables of distinct fields, `item` (n,) and `moment` (n,) rows in them. `labels`: objects that
    integers of a field stand for. `bare`: the index is its only field, not a tuple of it. No field at all: the index is None.
    """

    component: str
    items: IntArray
    item: IntArray
    times: IntArray | None = None
    moment: IntArray | None = None
    labels: Mapping[int, tuple[Any, ...]] = field(default_factory=dict)
    bare: bool = False

    def __len__(self) -> int:
        return len(self.item)

    @property
    def components(self) -> tuple[str, ...]:
        """The only one."""
        return (self.component,)

    def is_a(self, components: Sequence[str]) -> NDArray[np.bool_]:
        """Which names are of one of the components."""
        return np.full(len(self), self.component in components)

    def index(self) -> IntArray:
        """Indices, (n, fields); labelled fields as the integers that stand for them."""
        fields = self.items[self.item]
        if self.times is None or self.moment is None:
            return fields
        return np.hstack([fields, self.times[self.moment]])

    def slots(self) -> IntArray:
        """(n, 2): stage and slot, -1 where the component has none."""
        if self.times is None or self.moment is None or self.times.shape[1] != 2:
            return np.full((len(self), 2), -1, dtype=np.int32)
        return self.times[self.moment]

    def same(self, other: Span | Listed) -> bool:
        """Whether both say the same, from the same tables."""
        if not isinstance(other, Span) or (self.component, self.bare) != (other.component, other.bare):
            return False
        if dict(self.labels) != dict(other.labels):
            return False
        pairs = ((self.items, other.items), (self.item, other.item), (self.times, other.times))
        return all(np.array_equal(a, b) for a, b in (*pairs, (self.moment, other.moment)))  # type: ignore[arg-type]

    def take(self, at: NDArray[np.integer[Any]]) -> Span:
        """Some of the names."""
        return replace(self, item=self.item[at], moment=None if self.moment is None else self.moment[at])

    def __iter__(self) -> Iterator[Name]:
        index = self.index()
        if index.shape[1] == 0:
            return ((self.component, None) for _ in range(len(self)))
        fields: list[Sequence[Any]] = index.T.tolist()
        for at, objects in self.labels.items():
            fields[at] = [objects[number] for number in fields[at]]
        values: Iterable[Any] = fields[0] if self.bare else zip(*fields, strict=True)
        return ((self.component, value) for value in values)


@dataclass(frozen=True, slots=True)
class Listed:
    """Names written out."""

    names: tuple[Name, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def components(self) -> tuple[str, ...]:
        """In order of appearance."""
        return tuple(dict.fromkeys(name for name, _ in self.names))

    def is_a(self, components: Sequence[str]) -> NDArray[np.bool_]:
        """Which names are of one of the components."""
        wanted = frozenset(components)
        return np.fromiter((name in wanted for name, _ in self.names), dtype=bool, count=len(self.names))

    def slots(self) -> IntArray:
        """(n, 2): stage and slot where the index is of a variable that has them, else -1."""
        found = [index[-2:] if name in SLOTTED else (-1, -1) for name, index in self.names]
        return np.array(found, dtype=np.int32).reshape(-1, 2)

    def same(self, other: Span | Listed) -> bool:
        """Whether both say the same."""
        return self == other

    def take(self, at: NDArray[np.integer[Any]]) -> Listed:
        """Some of the names."""
        return Listed(tuple(self.names[number] for number in at.tolist()))

    def __iter__(self) -> Iterator[Name]:
        return iter(self.names)


SLOTTED = frozenset({"serve", "call", "run", "rent", "backlog"})
"""Variables whose index ends with stage and slot."""


class Names(Sequence[Name]):
    """Names of all columns or rows; a sequence of (component, index) like a tuple of them."""

    __slots__ = ("_ends", "parts")

    def __init__(self, parts: Iterable[Span | Listed]) -> None:
        self.parts = tuple(part for part in parts if len(part))
        self._ends = list(accumulate(len(part) for part in self.parts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Name]:
        for part in self.parts:
            yield from part

    @overload
    def __getitem__(self, at: int) -> Name: ...
    @overload
    def __getitem__(self, at: slice) -> Names: ...
    def __getitem__(self, at: int | slice) -> Name | Names:
        if isinstance(at, slice):
            return self.take(np.arange(len(self))[at])
        place = at if at >= 0 else at + len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"name {at} of {len(self)}")
        part = bisect_right(self._ends, place)
        start = self._ends[part - 1] if part else 0
        return next(iter(self.parts[part].take(np.array([place - start]))))

    @property
    def components(self) -> tuple[str, ...]:
        """All of them, in order of appearance."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.components))

    def is_a(self, *components: str) -> NDArray[np.bool_]:
        """Which names are of one of the components, (n,)."""
        return np.concatenate([np.zeros(0, dtype=bool), *(part.is_a(components) for part in self.parts)])

    def positions(self, component: str) -> NDArray[np.int64]:
        """Where a component's names are."""
        return np.flatnonzero(self.is_a(component))

    def span(self, component: str) -> slice:
        """The run of positions of a component, empty where it is absent. ValueError where it is scattered."""
        at = self.positions(component)
        if not len(at):
            return slice(0, 0)
        if at[-1] - at[0] + 1 != len(at):
            raise ValueError(f"names of {component} do not lie one after the other")
        return slice(int(at[0]), int(at[-1]) + 1)

    def indices_of(self, component: str) -> IntArray:
        """Integer indices of a component, (n, fields), in order of its positions.

        ValueError where they were not given as arrays.
        """
        found = [part for part in self.parts if component in part.components]
        spans = [part for part in found if isinstance(part, Span)]
        if len(spans) < len(found):
            raise ValueError(f"names of {component} are written out, not in arrays")
        return np.vstack([span.index() for span in spans]) if spans else np.zeros((0, 0), dtype=np.int32)

    def slots(self) -> IntArray:
        """(n, 2): stage and slot of every name, -1 for what belongs to none. Backlog has them too."""
        return np.vstack([np.zeros((0, 2), dtype=np.int32), *(part.slots() for part in self.parts)])

    def take(self, at: NDArray[np.integer[Any]]) -> Names:
        """Names at some positions, in their order."""
        at = np.asarray(at, dtype=np.int64)
        owner = np.searchsorted(self._ends, at, side="right")
        edges = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), len(at)]
        starts = [0, *self._ends]
        return Names(
            self.parts[owner[low]].take(at[low:high] - starts[owner[low]])
            for low, high in pairwise(edges)
            if high > low
        )

    def same(self, other: Names) -> bool:
        """Whether both list the same names; compares arrays, so names written out never equal those in arrays."""
        return len(self.parts) == len(other.parts) and all(
            mine.same(theirs) for mine, theirs in zip(self.parts, other.parts, strict=True)
        )

    def plus(self, names: Iterable[Name]) -> Names:
        """With more names at the end."""
        more = names.parts if isinstance(names, Names) else (Listed(tuple(names)),)
        return Names((*self.parts, *more))


def as_names(names: Iterable[Name]) -> Names:
    """Names from anything that lists them; those that are already, as they are."""
    return names if isinstance(names, Names) else Names([Listed(tuple(names))])
