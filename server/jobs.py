"""Jobs: solves that run on without their caller."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator

import grpc
from google.protobuf import timestamp_pb2

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.asked import resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.errors import Rejection, refuse_field, refuse_for_now
from server.pages import LARGEST_WHOLE, page_size, page_token, position_of
from server.security.caller import current_caller
from server.settings import Settings
from server.store import ENDED, Conditions, KeyTakenError, QueueFullError, QueueLimits, Store

LONGEST_KEY = 128
RETRY_SECONDS = 10.0
WATCH_SECONDS = 1.0
"""After this a watch looks whether its caller is still there."""
LOOK_SECONDS = 3.0
"""After this it looks into the store even where no change was heard of."""


class Jobs(services_pb2_grpc.JobsServicer):
    """Jobs in a store. `closing` says whether the server drains: watches end then, and resume elsewhere or later."""

    def __init__(self, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        self._store = store
        self._settings = settings
        self._closing = closing

    def Submit(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsSubmitRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsSubmitResponse:
        """Accept an instance: it is on disk when the answer goes out."""
        key = request.idempotency_key
        if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            refuse_field(context, "idempotency_key", f"must be 1 to {LONGEST_KEY} printable ASCII characters")
        if not request.HasField("instance"):
            refuse_field(context, "instance", "must be given")
        resolved = resolved_or_refused(context, request.instance, self._settings)
        instance = request.instance.SerializeToString(deterministic=True)
        job = job_pb2.Job(
            id=uuid.uuid4().hex,
            instance_name=resolved.instance.name,
            instance_digest=resolved.digest,
            owner=current_caller().owner,
            idempotency_key=key,
            diagnostics=diagnostic_messages(resolved.diagnostics),
        )
        limits = QueueLimits(self._settings.queued_jobs, self._most_of_caller())
        try:
            existing = self._store.add(job, instance, hashlib.sha256(instance).hexdigest(), limits)
        except QueueFullError as error:
            reason = Rejection.CALLER_QUEUE if error.of_owner else Rejection.QUEUE
            refuse_for_now(context, str(error), RETRY_SECONDS, reason)
        except KeyTakenError:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"the key {key!r} was used with another instance")
        stored = self._found(context, existing.id if existing is not None else job.id)
        return services_pb2.JobsSubmitResponse(job=stored, existed=existing is not None)

    def Get(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsGetRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsGetResponse:
        """One job."""
        full = request.view == services_pb2.JOB_VIEW_FULL
        return services_pb2.JobsGetResponse(job=self._found(context, request.id, full=full))

    def List(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsListRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsListResponse:
        """One page, newest first."""
        size = page_size(context, request.page_size)
        jobs, following = self._store.page(
            _conditions(request.filter), position_of(context, request.page_token, request.filter), size
        )
        token = "" if following is None else page_token(following, request.filter)
        return services_pb2.JobsListResponse(jobs=jobs, next_page_token=token)

    def Watch(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsWatchRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.JobsWatchResponse]:
        """Events after a number, then those to come, to the last."""
        if request.after_sequence < 0:
            refuse_field(context, "after_sequence", "must not be negative")
        after = request.after_sequence
        with self._store.changes.following(request.id) as change:
            while True:
                looked_at = time.monotonic()
                job, events = self._followed(context, request.id, after)
                for event in events:
                    after = event.sequence
                    yield services_pb2.JobsWatchResponse(event=event)
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

    def Cancel(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsCancelRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsCancelResponse:
        """Ask a job to stop."""
        self._store.cancel(current_caller().reach, request.id)
        return services_pb2.JobsCancelResponse(job=self._found(context, request.id))

    def Delete(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsDeleteRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsDeleteResponse:
        """Delete a job that has ended."""
        self._found(context, request.id)
        if not self._store.delete(current_caller().reach, request.id):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the job has not ended; cancel it first")
        return services_pb2.JobsDeleteResponse()

    def _most_of_caller(self) -> int | None:
        return self._settings.quotas.queued_jobs if self._settings.tells_callers_apart else None

    def _followed(
        self, context: grpc.ServicerContext, job_id: str, after: int
    ) -> tuple[job_pb2.Job, list[job_pb2.JobEvent]]:
        found = self._store.follow(current_caller().reach, job_id, after)
        if found is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no job {job_id!r}")
        return found

    def _found(self, context: grpc.ServicerContext, job_id: str, *, full: bool = False) -> job_pb2.Job:
        job = self._store.get(current_caller().reach, job_id, full=full)
        if job is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no job {job_id!r}")
        return job


def _conditions(asked: services_pb2.JobFilter) -> Conditions:
    return Conditions(
        owner=current_caller().reach,
        states=tuple(asked.states),
        name_contains=asked.instance_name_contains if asked.HasField("instance_name_contains") else None,
        digest=asked.instance_digest if asked.HasField("instance_digest") else None,
        created_from_us=_microseconds(asked.created_from) if asked.HasField("created_from") else None,
        created_before_us=_microseconds(asked.created_before) if asked.HasField("created_before") else None,
    )


def _microseconds(time_: timestamp_pb2.Timestamp) -> int:
    """Whatever a caller sends, a number that the store can compare with."""
    return max(-LARGEST_WHOLE, min(time_.seconds * 1_000_000 + time_.nanos // 1000, LARGEST_WHOLE))
