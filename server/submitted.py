"""What jobs and submitted studies have in common: accepted once for each key, looked up, listed, watched, ended, deleted."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import grpc
from google.protobuf import timestamp_pb2
from google.protobuf.message import Message

from server.errors import Rejection, refuse_field, refuse_for_now
from server.pages import LARGEST_WHOLE, page_size, page_token, position_of
from server.security.caller import current_caller
from server.settings import Settings
from server.store import ENDED, SOLVE, Conditions, KeyTakenError, QueueFullError, QueueLimits, Store
from server.store.kinds import AnyJob, Kind
from server.tracing import trace_here
from solver.instance.diagnostics import shorten

LONGEST_KEY = 128
RETRY_SECONDS = 10.0
"""After which a full queue may have room."""
WATCH_SECONDS = 1.0
"""After this a watch looks whether its caller is still there."""
LOOK_SECONDS = 3.0
"""After this it looks into the store even where no change was heard of."""


def sound_key(context: grpc.ServicerContext, key: str) -> str:
    """The key; one that is none is INVALID_ARGUMENT."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        refuse_field(context, "idempotency_key", f"must be 1 to {LONGEST_KEY} printable ASCII characters")
    return key


def missing(context: grpc.ServicerContext, kind: Kind, job_id: str) -> NoReturn:
    """End the call: there is none, or none of this caller."""
    context.abort(grpc.StatusCode.NOT_FOUND, f"there is no {_named(kind)} {shorten(job_id)!r}")


class Submitted:
    """Work of one kind in a store, as the caller at hand may see it. `closing` says whether the server drains.

    Whatever cannot be answered ends the call with its status.
    """

    def __init__(self, kind: Kind, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        self._kind = kind
        self._store = store
        self._settings = settings
        self._closing = closing

    def accept(self, context: grpc.ServicerContext, job: AnyJob, asked: Message) -> tuple[Any, bool]:
        """Queue what was asked: it is on disk when this returns. The job, and whether its key stood for it before."""
        job.id = uuid.uuid4().hex
        job.owner = current_caller().owner
        packed = asked.SerializeToString(deterministic=True)
        apart = self._settings.tells_callers_apart
        limits = QueueLimits(self._settings.queued_jobs, self._settings.quotas.queued_jobs if apart else None)
        fingerprint = hashlib.sha256(packed).hexdigest()
        try:
            existing = self._store.add(job, packed, fingerprint, limits, trace_here(), self._kind)
        except QueueFullError as error:
            reason = Rejection.CALLER_QUEUE if error.of_owner else Rejection.QUEUE
            refuse_for_now(context, str(error), RETRY_SECONDS, reason)
        except KeyTakenError:
            other = f"the key {job.idempotency_key!r} was used with another {self._kind.asked[0]}"
            context.abort(grpc.StatusCode.ALREADY_EXISTS, other)
        return self.get(context, job.id if existing is None else existing.id), existing is not None

    def get(self, context: grpc.ServicerContext, job_id: str, *, full: bool = False) -> Any:
        """One job."""
        found = self._store.get(current_caller().reach, job_id, full=full, kind=self._kind)
        if found is None:
            missing(context, self._kind, job_id)
        return found

    def page(self, context: grpc.ServicerContext, request: Any) -> tuple[list[Any], str]:
        """One page, newest first, and the token of the next."""
        size = page_size(context, request.page_size)
        before = position_of(context, request.page_token, request.filter)
        found, following = self._store.page(self._conditions(request.filter), before, size, self._kind)
        return found, "" if following is None else page_token(following, request.filter)

    def watch(self, context: grpc.ServicerContext, job_id: str, after: int) -> Iterator[Any]:
        """Events after a number, then those to come, to the last; it ends as UNAVAILABLE when the server drains."""
        if after < 0:
            refuse_field(context, "after_sequence", "must not be negative")
        reach = current_caller().reach
        with self._store.changes.following(job_id) as change:
            while True:
                looked_at = time.monotonic()
                found = self._store.follow(reach, job_id, after, kind=self._kind)
                if found is None:
                    missing(context, self._kind, job_id)
                job, events = found
                for event in events:
                    after = event.sequence
                    yield event
                if (events and events[-1].HasField("ended")) or (job.state in ENDED and after >= job.last_sequence):
                    return
                while not events and not change.wait(WATCH_SECONDS) and time.monotonic() - looked_at < LOOK_SECONDS:
                    if not context.is_active():
                        return
                    if self._closing():
                        break
                if not context.is_active():
                    return
                if self._closing():
                    detail = "the server shuts down; watch on from the last number"
                    context.abort(grpc.StatusCode.UNAVAILABLE, detail)

    def cancel(self, context: grpc.ServicerContext, job_id: str) -> Any:
        """Ask it to stop; what it is then."""
        self._store.cancel(current_caller().reach, job_id, self._kind)
        return self.get(context, job_id)

    def delete(self, context: grpc.ServicerContext, job_id: str) -> None:
        """Delete what has ended."""
        self.get(context, job_id)
        if not self._store.delete(current_caller().reach, job_id, self._kind):
            detail = f"the {_named(self._kind)} has not ended; cancel it first"
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, detail)

    def _conditions(self, asked: Any) -> Conditions:
        def given(field: str) -> Any:
            return getattr(asked, field) if asked.HasField(field) else None

        def microseconds(field: str) -> int | None:
            time_ = given(field)
            return None if time_ is None else _microseconds(time_)

        return Conditions(
            owner=current_caller().reach,
            states=tuple(asked.states),
            name_contains=given(f"{self._kind.name}_contains"),
            digest=given(self._kind.digest),
            created_from_us=microseconds("created_from"),
            created_before_us=microseconds("created_before"),
        )


def _named(kind: Kind) -> str:
    """What an error calls it."""
    return "job" if kind is SOLVE else "study"


def _microseconds(time_: timestamp_pb2.Timestamp) -> int:
    """Whatever a caller sends, a number that the store can compare with."""
    return max(-LARGEST_WHOLE, min(time_.seconds * 1_000_000 + time_.nanos // 1000, LARGEST_WHOLE))
