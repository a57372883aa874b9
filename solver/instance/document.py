"""Text of an instance file to plain values, bounded in size, depth and aliases, with the line of every value.

YAML is read event by event, never composed as a whole, so a hostile file is refused after at most `MOST_VALUES` values.
Scalars follow JSON's rules (YAML 1.2 core): `no` is a text, `1e5` a number, `12:30` and dates are texts. Python tags,
merge keys, several documents, duplicate keys, NaN and infinity are findings, not values.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from .diagnostics import WHOLE_FILE, Finding, InstanceError, Location, path_of, shorten
from .resolved import Severity

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE_BYTES = 8 * 1024 * 1024
MOST_VALUES = 100_000
MOST_ALIASED_VALUES = 10_000
DEEPEST = 32
_MOST_DIGITS = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OCTAL = re.compile(r"[-+]?0[0-9_]+\Z")
_NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)\Z", re.IGNORECASE)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))
_TEXT_TAGS = frozenset({"tag:yaml.org,2002:str", "!"})
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_TOO_LARGE = f"an instance file may have at most {LARGEST_FILE_BYTES // 1024 // 1024} MiB"


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values of a file, the line of each, and what is wrong with the text short of being unreadable."""

    data: Any
    lines: dict[Location, int]
    findings: tuple[Finding, ...]


def read_text(path: Path) -> str:
    """Text of an instance file. InstanceError where it is missing, no file, too large, not UTF-8 or empty."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError:
        raise _refused(path, "the file does not exist", "check the name and the folder") from None
    except IsADirectoryError:
        raise _refused(path, "this is a folder, not a file", "name a YAML or JSON file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise _refused(path, f"the file cannot be read: {reason}", "") from None
    return decode(raw, str(path))


def decode(raw: bytes, name: str = "") -> str:
    """Text of the bytes of a file, within the size limit and in UTF-8."""
    if len(raw) > LARGEST_FILE_BYTES:
        raise _refused(name, _TOO_LARGE, "keep traces and logs in files of their own")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _refused(name, "the file must be UTF-8 text", "save it as UTF-8", line) from None


def read_document(text: str, *, lines: bool = True) -> Document:
    """Plain values of a YAML or JSON text. InstanceError where there is no way to read on. `lines`: note them."""
    if len(text) > LARGEST_FILE_BYTES:
        raise _refused("", _TOO_LARGE, "keep traces and logs in files of their own")
    start = text.lstrip()
    if not start:
        raise _refused("", "the file is empty", "an instance starts with `schema: inferplan/v1`")
    return _Reader(_as_yaml(text) if start[0] in "{[" else text, lines=lines).read()


def _as_yaml(text: str) -> str:
    """JSON is YAML but for tabs between values and for surrogate pairs."""

    def character(match: re.Match[str]) -> str:
        high, low = int(match[2], 16), int(match[3], 16)
        return match[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))

    spaced = text.replace("\t", " ")
    return _SURROGATES.sub(character, spaced) if "\\u" in spaced else spaced


def _refused(name: object, rule: str, fix: str, line: int | None = None) -> InstanceError:
    return InstanceError([Finding(Severity.ERROR, WHOLE_FILE, str(name), rule, fix, line)])


@dataclass(slots=True)
class _Block:
    """A list or mapping that is being filled. `key` is the mapping's key whose value comes next."""

    location: Location
    items: list[Any] | dict[str, Any]
    anchor: str | None
    key: str | None = None


class _Reader:
    """Builds plain values from YAML events, counting as it goes."""

    def __init__(self, text: str, *, lines: bool) -> None:
        self._noting = lines
        self._loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        self._findings: list[Finding] = []
        self._lines: dict[Location, int] = {}
        self._anchors: dict[str, Any] = {}
        self._open: list[_Block] = []
        self._count = 0
        self._aliased = 0
        self._root: Any = None
        self._documents = 0

    def read(self) -> Document:
        """All values. InstanceError at a syntax error or a limit."""
        try:
            while (event := self._loader.get_event()) is not None:
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark is not None else None
            self._refuse(f"not valid YAML: {error.problem or error.context}", line)
        except yaml.YAMLError as error:
            self._refuse(f"not valid YAML: {getattr(error, 'reason', None) or 'unreadable text'}", None)
        finally:
            self._loader.dispose()
        return Document(self._root, self._lines, tuple(self._findings))

    def _refuse(self, rule: str, line: int | None) -> NoReturn:
        location = self._open[-1].location[:3] if self._open else ()
        fix = "indent with blanks, not tabs" if "cannot start any token" in rule else ""
        raise InstanceError([*self._findings, Finding(Severity.ERROR, path_of(location), "", rule, fix, line)])

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse("one file holds one instance; a second document (`---`) starts here", line)
            case yaml.MappingStartEvent():
                self._begin({}, event, line)
            case yaml.SequenceStartEvent():
                self._begin([], event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                block = self._open.pop()
                if block.anchor:
                    self._anchors[block.anchor] = block.items
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case _:
                pass

    def _next_location(self) -> Location:
        if not self._open:
            return ()
        block = self._open[-1]
        if isinstance(block.items, list):
            return (*block.location, len(block.items))
        return block.location if block.key is None else (*block.location, block.key)

    def _counted(self, location: Location, line: int) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            self._refuse(f"an instance file may have no more than {MOST_VALUES} values", line)
        self._note(location, line)

    def _note(self, location: Location, line: int) -> None:
        if self._noting:
            self._lines.setdefault(location, line)

    def _begin(self, items: list[Any] | dict[str, Any], event: yaml.CollectionStartEvent, line: int) -> None:
        if self._open and isinstance(self._open[-1].items, dict) and self._open[-1].key is None:
            self._refuse("a key must be a text, not a list or a block", line)
        if len(self._open) >= DEEPEST:
            self._refuse(f"lists and blocks may be nested no deeper than {DEEPEST}", line)
        location = self._next_location()
        self._counted(location, line)
        self._check_tag(event.tag, location)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._put(items)
        self._open.append(_Block(location, items, event.anchor))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        block = self._open[-1] if self._open else None
        if block is not None and isinstance(block.items, dict) and block.key is None:
            self._key(block, event.value, line)
            return
        location = self._next_location()
        self._counted(location, line)
        plain = event.implicit[0] and not event.style
        value = self._plain(event.value, location) if plain else event.value
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            self._check_tag(event.tag, location)
            value = self._plain(event.value, location)
        if event.anchor:
            self._anchors[event.anchor] = value
        self._put(value)

    def _key(self, block: _Block, key: str, line: int) -> None:
        location = (*block.location, key)
        if key == "<<":
            self._found(location, "", "merge keys (`<<`) are not read", "write the keys out", line)
        if isinstance(block.items, dict) and key in block.items:
            first = f", first on line {self._lines[location]}" if location in self._lines else ""
            self._found(location, "", f"this key is there twice{first}", "remove one of them", line)
        self._note(location, line)
        block.key = key

    def _put(self, value: Any) -> None:
        if not self._open:
            self._root = value
            return
        block = self._open[-1]
        if isinstance(block.items, list):
            block.items.append(value)
        elif block.key is not None:
            block.items[block.key] = value
            block.key = None

    def _alias(self, anchor: str, line: int) -> None:
        if self._open and isinstance(self._open[-1].items, dict) and self._open[-1].key is None:
            self._refuse("a key must be a text, not an alias", line)
        if any(block.anchor == anchor for block in self._open):
            self._refuse(f"the alias *{anchor} contains itself", line)
        if anchor not in self._anchors:
            self._refuse(f"the alias *{anchor} has no anchor before it", line)
        self._counted(self._next_location(), line)
        self._put(self._copied(self._anchors[anchor], len(self._open), line))

    def _copied(self, value: Any, depth: int, line: int) -> Any:
        self._aliased += 1
        if self._aliased > MOST_ALIASED_VALUES:
            self._refuse(f"aliases may stand for no more than {MOST_ALIASED_VALUES} values in all", line)
        if depth > DEEPEST:
            self._refuse(f"lists and blocks may be nested no deeper than {DEEPEST}", line)
        if isinstance(value, dict):
            return {key: self._copied(item, depth + 1, line) for key, item in value.items()}
        if isinstance(value, list):
            return [self._copied(item, depth + 1, line) for item in value]
        return value

    def _check_tag(self, tag: str | None, location: Location) -> None:
        if tag is not None and tag != "!" and tag not in _CORE_TAGS:
            self._found(location, tag, "tags are not read", "write a plain value without the tag")

    def _plain(self, text: str, location: Location) -> Any:
        """Value of an unquoted scalar. What is no value leaves a finding and None."""
        value: Any = text
        if text in _NULL:
            value = None
        elif text in _BOOLEAN:
            value = _BOOLEAN[text]
        elif _OCTAL.match(text):
            value = None
            self._found(location, text, "a number may not start with 0", "remove the 0, or quote it if it is a text")
        elif _INTEGER.match(text):
            digits = text.replace("_", "")
            value = int(digits) if len(digits) <= _MOST_DIGITS else None
            if value is None:
                self._found(location, text, f"a number may have at most {_MOST_DIGITS} digits", "")
        elif _NOT_FINITE.match(text) or _FLOAT.match(text):
            value = None if _NOT_FINITE.match(text) else float(text)
            if value is None or not math.isfinite(value):
                value = None
                self._found(location, text, "must be a finite number", "leave the key out where there is no limit")
        return value

    def _found(self, location: Location, value: str, rule: str, fix: str, line: int | None = None) -> None:
        at = line if line is not None else self._lines.get(location)
        self._findings.append(Finding(Severity.ERROR, path_of(location), shorten(value), rule, fix, at, location))
