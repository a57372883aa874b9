"""Jobs: solves that run on without their caller."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator

import grpc

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.asked import resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.errors import Rejection, refuse_field, refuse_for_now
from server.pages import page_size, page_token, position_of
from server.security.caller import current_caller
from server.settings import Settings
from server.store import SOLVE, Conditions, KeyTakenError, QueueFullError, QueueLimits, Store
from server.submitted import microseconds, missing, sound_key, watched
from server.tracing import trace_here

RETRY_SECONDS = 10.0


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
        key = sound_key(context, request.idempotency_key)
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
            existing = self._store.add(job, instance, hashlib.sha256(instance).hexdigest(), limits, trace_here())
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
        for event in watched(self._store, SOLVE, context, request.id, request.after_sequence, self._closing):
            yield services_pb2.JobsWatchResponse(event=event)

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

    def _found(self, context: grpc.ServicerContext, job_id: str, *, full: bool = False) -> job_pb2.Job:
        job = self._store.get(current_caller().reach, job_id, full=full)
        if job is None:
            missing(context, SOLVE, job_id)
        return job


def _conditions(asked: services_pb2.JobFilter) -> Conditions:
    return Conditions(
        owner=current_caller().reach,
        states=tuple(asked.states),
        name_contains=asked.instance_name_contains if asked.HasField("instance_name_contains") else None,
        digest=asked.instance_digest if asked.HasField("instance_digest") else None,
        created_from_us=microseconds(asked.created_from) if asked.HasField("created_from") else None,
        created_before_us=microseconds(asked.created_before) if asked.HasField("created_before") else None,
    )
