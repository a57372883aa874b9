"""Requests that are wrong in every way: fields changed, bytes broken, too large, too deep."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

Field = FieldDescriptor

WORDS = (
    "",
    "\0",
    "x" * 70_000,
    "../../etc/passwd",
    "/dev/zero",
    "file:///etc/shadow",
    "'; DROP TABLE job; --",
    "${jndi:x}",
    "\u202e\u0000\ufffd",
    "NaN",
    "2027-13",
    "9999-99",
    "-1",
    "USD",
    "🦙" * 50,
    "%s%n%d",
)
NUMBERS = (0.0, -0.0, -1.0, 1e-320, 1e308, -1e308, math.inf, -math.inf, math.nan, 0.5, 1e12, 2**53)
WHOLES = (0, 1, -1, 2**31 - 1, -(2**31))
LARGE_WHOLES = (*WHOLES, 2**63 - 1, -(2**63))
FREE = frozenset({"google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"})
DEPTHS = (20, 99, 101, 1000, 20_000)
REPEATS = (0, 1, 2, 3, 5, 50)
MOST_REPEATS = 3000


def garbled_fields(message: Message, chance: random.Random) -> bytes:
    """The message with a few of its fields changed, in places picked at random."""
    for _ in range(1 + min(int(chance.expovariate(0.7)), 8)):
        _change(_somewhere(message, chance), chance)
    return message.SerializeToString()


def garbled_bytes(message: Message, chance: random.Random) -> bytes:
    """The message's bytes flipped, cut, doubled or mixed with noise; or noise alone."""
    data = bytearray(message.SerializeToString())
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.choice((1, 7, 200, 5000)))
    if kind == 1 and data:
        return bytes(data[: chance.randrange(len(data))])
    if kind == 2:
        return bytes(data * chance.choice((2, 3, 20)))
    if kind == 3 and data:
        place = chance.randrange(len(data))
        data[place:place] = chance.randbytes(chance.choice((1, 3, 40)))
        return bytes(data)
    for _ in range(chance.choice((1, 3, 30))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def too_deep(_message: Message, chance: random.Random) -> bytes:
    """Messages or groups inside each other, beyond what any reader follows."""
    depth = chance.choice(DEPTHS)
    if chance.random() < 0.5:
        return b"\x0b" * depth + b"\x0c" * (depth if chance.random() < 0.5 else depth // 2)
    data = b""
    for _ in range(min(depth, 5000)):
        data = b"\x0a" + _varint(len(data)) + data
    return data


def too_large(message: Message, chance: random.Random, request_bytes: int) -> bytes:
    """More bytes than the server takes, or nearly."""
    data = message.SerializeToString()
    missing = request_bytes + chance.choice((-1000, 1, request_bytes)) - len(data)
    return data + b"\x7a" + _varint(max(missing, 0)) + b"\0" * max(missing, 0)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _somewhere(message: Message, chance: random.Random) -> Message:
    """The message itself or one below it."""
    here: Any = message
    while chance.random() < 0.75:
        below = [
            item
            for field, value in here.ListFields()
            if field.message_type is not None
            for item in (value if field.is_repeated else [value])
        ]
        if not below:
            break
        here = chance.choice(below)
    found: Message = here
    return found


def _change(message: Message, chance: random.Random) -> None:
    fields: Sequence[Any] = message.DESCRIPTOR.fields
    if not fields:
        return
    field = chance.choice(fields)
    target: Any = message
    if chance.random() < 0.15:
        target.ClearField(field.name)
    elif field.message_type is not None and field.message_type.full_name in FREE:
        target.ClearField(field.name)  # a map behind it, which reflection handles in its own way
    elif field.is_repeated:
        _change_list(getattr(target, field.name), field, chance)
    elif field.message_type is not None:
        inner = getattr(target, field.name)
        inner.SetInParent()
        _change(inner, chance)
    else:
        setattr(target, field.name, _value(field, chance))


def _change_list(items: Any, field: Field, chance: random.Random) -> None:
    times = MOST_REPEATS if chance.random() < 0.01 else chance.choice(REPEATS)
    if field.message_type is None:
        items.extend(_value(field, chance) for _ in range(min(times, 500)))
    elif not items or chance.random() < 0.3:
        _change(items.add(), chance)
    elif times == 0:
        del items[chance.randrange(len(items)) :]
    else:
        first = items[0]
        for _ in range(times):
            items.add().CopyFrom(first)


def _value(field: Field, chance: random.Random) -> Any:
    make = _VALUES.get(field.cpp_type)
    return "" if make is None else make(field, chance)


def _text(field: Field, chance: random.Random) -> Any:
    if field.type == Field.TYPE_BYTES:
        return chance.randbytes(20)
    return chance.choice(WORDS) if chance.random() < 0.8 else chance.randbytes(12).hex()


_VALUES: dict[int, Callable[[Field, random.Random], Any]] = {
    Field.CPPTYPE_STRING: _text,
    Field.CPPTYPE_BOOL: lambda _, chance: chance.random() < 0.5,
    Field.CPPTYPE_ENUM: lambda _, chance: chance.choice((0, 1, 2, 7, 99, -1, 2**31 - 1)),
    Field.CPPTYPE_DOUBLE: lambda _, chance: chance.choice(NUMBERS),
    Field.CPPTYPE_FLOAT: lambda _, chance: struct.unpack("f", chance.randbytes(4))[0],
    Field.CPPTYPE_INT32: lambda _, chance: chance.choice(WHOLES),
    Field.CPPTYPE_INT64: lambda _, chance: chance.choice(LARGE_WHOLES),
    Field.CPPTYPE_UINT32: lambda _, chance: chance.choice((0, 1, 2**32 - 1)),
    Field.CPPTYPE_UINT64: lambda _, chance: chance.choice((0, 1, 2**64 - 1)),
}
