"""Places that an override's path names in an instance's plain values.

`sites.frankfurt.offers[0].usd_per_server`: keys by dots; items of lists by position, by name (`.frankfurt`, or `[...]` where the
name has dots), all of them (`[*]`), or those with a value (`[kind=on_demand]`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from solver.catalog.names import nearest_names
from solver.instance.diagnostics import Location, path_of

_KEY = re.compile(r"\.?([^.\[\]]+)")
_SELECTOR = re.compile(r"\[([^\[\]]+)\]")
_MOST_NAMED = 8
_MISSING = object()


class PathError(ValueError):
    """A path that names nothing: the rule in words, and the fix where there is one."""

    def __init__(self, rule: str, fix: str = "") -> None:
        super().__init__(f"{rule}{f'; {fix}' if fix else ''}")
        self.rule = rule
        self.fix = fix


def places(document: Any, path: str) -> list[Location]:
    """Every place that the path names, in the order of the file; at least one. Raises PathError.

    The last keys need not be there, as they may be optional; items of lists must be.

    >>> places({"sites": [{"name": "a.b", "pue": 1}, {"name": "c"}]}, "sites[a.b].pue")
    [('sites', 0, 'pue')]
    """
    if not path.strip():
        raise PathError("a path must name something")
    return list(_walk(document, path, ()))


def value_at(document: Any, location: Location, default: Any = None) -> Any:
    """Value at a place, `default` where there is none."""
    value = document
    for step in location:
        value = _step(value, step)
        if value is _MISSING:
            return default
    return value


def labels(item: Any) -> tuple[str, ...]:
    """Names that a list item answers to: its own, its API, its server, kind and server with the term; a text is its own."""
    if not isinstance(item, dict):
        return (str(item),)
    found = [item[key] for key in ("name", "api") if isinstance(item.get(key), str)]
    server, kind = item.get("server"), item.get("kind")
    if isinstance(server, str) and isinstance(kind, str):
        found += [server, f"{kind} {server}"]
        if isinstance(item.get("term_months"), int):
            found.append(f"{kind} {server} {item['term_months']} months")
    return tuple(found)


def _step(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step, _MISSING)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return _MISSING


def _walk(value: Any, rest: str, at: Location) -> Iterator[Location]:
    if not rest:
        yield at
    elif isinstance(value, list):
        items = _items(value, rest, at)
        if len(items) == 1:
            yield from _walk(value[items[0][0]], items[0][1], (*at, items[0][0]))
        else:
            yield from _each(value, items, at)
    elif isinstance(value, dict) or value is _MISSING or value is None:
        found = _KEY.match(rest)
        if rest.startswith("[") and value is not _MISSING:
            raise PathError(f"{path_of(at)} is a block of keys, not a list", "write a dot and the key")
        if found is None or (value is _MISSING and rest.startswith("[")):
            raise PathError(f"{path_of(at)} is not in the base instance, so nothing in it can be named")
        inner = value.get(found[1], _MISSING) if isinstance(value, dict) else _MISSING
        yield from _walk(inner, rest[found.end() :], (*at, found[1]))
    else:
        raise PathError(f"{path_of(at)} is a single value: there is nothing below it", f"end the path at {path_of(at)}")


def _each(value: list[Any], items: list[tuple[int, str]], at: Location) -> Iterator[Location]:
    """What is left of the path in every selected item; items that have no such place are passed over, but not all of them."""
    first: PathError | None = None
    found = 0
    for position, after in items:
        try:
            below = list(_walk(value[position], after, (*at, position)))
        except PathError as error:
            first = first or error
            continue
        found += len(below)
        yield from below
    if not found and first is not None:
        raise first


def _items(items: list[Any], rest: str, at: Location) -> list[tuple[int, str]]:
    """Positions that the next part of the path selects, and what is left of the path."""
    found = _SELECTOR.match(rest)
    if found is not None:
        return [(position, rest[found.end() :]) for position in _selected(items, found[1].strip(), at)]
    named = rest.removeprefix(".")
    longest = max((label for item in items for label in labels(item) if _starts(named, label)), key=len, default=None)
    if longest is None:
        raise _no_item(items, (_KEY.match(rest) or [rest, rest])[1], at)
    return [(position, named[len(longest) :]) for position in _named(items, longest, at)]


def _starts(text: str, label: str) -> bool:
    return text.startswith(label) and (len(text) == len(label) or text[len(label)] in ".[")


def _selected(items: list[Any], word: str, at: Location) -> list[int]:
    if word == "*":
        if not items:
            raise PathError(f"{path_of(at)} is an empty list")
        return list(range(len(items)))
    if re.fullmatch(r"\d+", word):
        if int(word) >= len(items):
            raise PathError(f"{path_of(at)} has {len(items)} items, numbered from 0", f"write at most {len(items) - 1}")
        return [int(word)]
    key, equals, wanted = word.partition("=")
    if equals:
        found = [
            k for k, item in enumerate(items) if isinstance(item, dict) and str(item.get(key.strip())) == wanted.strip()
        ]
        if not found:
            known = sorted({str(item[key.strip()]) for item in items if isinstance(item, dict) and key.strip() in item})
            raise PathError(
                f"no item of {path_of(at)} has {word}", f"known: {', '.join(known[:_MOST_NAMED])}" if known else ""
            )
        return found
    return _named(items, word, at)


def _named(items: list[Any], word: str, at: Location) -> list[int]:
    found = [position for position, item in enumerate(items) if word in labels(item)]
    if not found:
        raise _no_item(items, word, at)
    if len(found) > 1:
        better = [" or ".join(f"[{position}]" for position in found), *sorted({labels(items[p])[-1] for p in found})]
        raise PathError(f"{len(found)} items of {path_of(at)} are called {word}", f"write {', or '.join(better)}")
    return found


def _no_item(items: list[Any], word: str, at: Location) -> PathError:
    known = list(dict.fromkeys(label for item in items for label in labels(item)[:2]))
    near = nearest_names(word, known, at_most=1)
    fix = f"did you mean {near[0]}?" if near else f"known: {', '.join(known[:_MOST_NAMED])}"
    return PathError(f"no item of {path_of(at)} is called {word}", fix)
