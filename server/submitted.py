"""What jobs and submitted studies have in common: keys, times, and watching from an event on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import grpc
from google.protobuf import timestamp_pb2

from server.errors import refuse_field
from server.pages import LARGEST_WHOLE
from server.security.caller import current_caller
from server.store import ENDED, Store
from server.store.kinds import SOLVE, Kind
from solver.instance.diagnostics import shorten

LONGEST_KEY = 128
WATCH_SECONDS = 1.0
"""After this a watch looks whether its caller is still there."""
LOOK_SECONDS = 3.0
"""After this it looks into the store even where no change was heard of."""


def sound_key(context: grpc.ServicerContext, key: str) -> str:
    """The key; one that is none is INVALID_ARGUMENT."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        refuse_field(context, "idempotency_key", f"must be 1 to {LONGEST_KEY} printable ASCII characters")
    return key


def named(kind: Kind) -> str:
    """What an error calls it."""
    return "job" if kind is SOLVE else "study"


def missing(context: grpc.ServicerContext, kind: Kind, job_id: str) -> NoReturn:
    """End the call: there is none, or none of this caller."""
    context.abort(grpc.StatusCode.NOT_FOUND, f"there is no {named(kind)} {shorten(job_id)!r}")


def watched(
    store: Store, kind: Kind, context: grpc.ServicerContext, job_id: str, after: int, closing: Callable[[], bool]
) -> Iterator[Any]:
    """Events after a number, then those to come, to the last; it ends as UNAVAILABLE when the server drains."""
    if after < 0:
        refuse_field(context, "after_sequence", "must not be negative")
    reach = current_caller().reach
    with store.changes.following(job_id) as change:
        while True:
            looked_at = time.monotonic()
            found = store.follow_work(kind, reach, job_id, after)
            if found is None:
                missing(context, kind, job_id)
            job, events = found
            for event in events:
                after = event.sequence
                yield event
            if (events and events[-1].HasField("ended")) or (job.state in ENDED and after >= job.last_sequence):
                return
            while not events and not change.wait(WATCH_SECONDS) and time.monotonic() - looked_at < LOOK_SECONDS:
                if not context.is_active():
                    return
                if closing():
                    break
            if not context.is_active():
                return
            if closing():
                detail = "the server shuts down; watch on from the last number"
                context.abort(grpc.StatusCode.UNAVAILABLE, detail)


def microseconds(time_: timestamp_pb2.Timestamp) -> int:
    """Whatever a caller sends, a number that the store can compare with."""
    return max(-LARGEST_WHOLE, min(time_.seconds * 1_000_000 + time_.nanos // 1000, LARGEST_WHOLE))
