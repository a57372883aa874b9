"""Whatever texts an instance holds, the server opens no file for them and tells nothing of one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import message
from cli.small import small
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from inferplan.v1 import instance_pb2
from server.asked import resolved_message
from solver.instance.diagnostics import InstanceError

SECRET = "canary-9f2c-do-not-read"
_watched: dict[str, list[str]] = {}


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event in ("open", "os.open", "os.listdir", "os.scandir", "glob.glob"):
        for folder, seen in _watched.items():
            if folder in str(arguments[0]):
                seen.append(str(arguments[0]))


sys.addaudithook(_audit)


def text_fields(
    descriptor: Descriptor, above: tuple[FieldDescriptor, ...] = ()
) -> Iterator[tuple[FieldDescriptor, ...]]:
    """Ways to every text of an instance."""
    for field in descriptor.fields:
        if field.message_type is not None:
            if field.message_type not in [step.message_type for step in above]:
                yield from text_fields(field.message_type, (*above, field))
        elif field.type == FieldDescriptor.TYPE_STRING:
            yield (*above, field)


def put(target: Message, way: tuple[FieldDescriptor, ...], text: str) -> None:
    """Write a text at the end of a way, in the first item of every list on it."""
    *above, last = way
    for step in above:
        inner = getattr(target, step.name)
        target = (inner[0] if len(inner) else inner.add()) if step.is_repeated else inner
    if last.is_repeated:
        getattr(target, last.name).append(text)
    else:
        setattr(target, last.name, text)


def ways() -> list[tuple[FieldDescriptor, ...]]:
    return list(text_fields(instance_pb2.Instance.DESCRIPTOR))


def test_no_text_of_an_instance_opens_a_file(tmp_path: Path) -> None:
    folder = str(tmp_path)
    secret = tmp_path / "secret.csv"
    secret.write_text(f"input_tokens,output_tokens\n{SECRET},1\n")
    seen = _watched.setdefault(folder, [])
    try:
        assert len(ways()) > 60
        for way in ways():
            for text in (str(secret), f"file://{secret}", f"../../..{secret}", folder):
                asked = message(small())
                put(asked, way, text)
                try:
                    told = str(resolved_message(asked).diagnostics)
                except InstanceError as error:
                    told = str(error)
                assert SECRET not in told, way[-1].full_name
        assert seen == []
        secret.read_text()
        assert seen == [str(secret)], "the watch would have seen it"
    finally:
        _watched.clear()


@pytest.mark.parametrize("word", ["path", "file"])
def test_no_field_is_named_after_a_file(word: str) -> None:
    assert [way[-1].full_name for way in ways() if word in way[-1].name.split("_")] == []
