"""Submitted studies: they run on without their caller, and their rows are watched from any of them on."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator

import grpc

from inferplan.v1 import services_pb2, services_pb2_grpc, study_job_pb2, study_pb2
from server.asked import resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.contract.study import study_from_message
from server.errors import Rejection, refuse_field, refuse_for_now, refuse_instance
from server.pages import page_size, page_token, position_of
from server.preload import load_studies
from server.security.caller import current_caller
from server.settings import Settings
from server.store import STUDY, Conditions, KeyTakenError, QueueFullError, QueueLimits, Store
from server.submitted import microseconds, missing, sound_key, watched
from server.tracing import trace_here
from solver.instance.diagnostics import InstanceError
from solver.study.loaded import LoadedStudy

MOST_ROWS = 10_000
RETRY_SECONDS = 10.0


class StudyJobs(services_pb2_grpc.StudiesServicer):
    """Studies in a store. `closing` says whether the server drains."""

    def __init__(self, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        self._store = store
        self._settings = settings
        self._closing = closing

    def Submit(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesSubmitRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesSubmitResponse:
        """Accept a study: it is on disk when the answer goes out."""
        key = sound_key(context, request.idempotency_key)
        if not request.HasField("study"):
            refuse_field(context, "study", "must be given")
        loaded = checked_study(request.study, context, self._settings)
        study = request.study.SerializeToString(deterministic=True)
        job = study_job_pb2.StudyJob(
            id=uuid.uuid4().hex,
            study_name=loaded.study.name,
            study_digest=loaded.digest,
            owner=current_caller().owner,
            idempotency_key=key,
            diagnostics=diagnostic_messages(loaded.diagnostics),
        )
        apart = self._settings.tells_callers_apart
        limits = QueueLimits(self._settings.queued_jobs, self._settings.quotas.queued_jobs if apart else None)
        try:
            existing = self._store.add_work(STUDY, job, study, hashlib.sha256(study).hexdigest(), limits, trace_here())
        except QueueFullError as error:
            reason = Rejection.CALLER_QUEUE if error.of_owner else Rejection.QUEUE
            refuse_for_now(context, str(error), RETRY_SECONDS, reason)
        except KeyTakenError:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"the key {key!r} was used with another study")
        stored = self._found(context, existing.id if existing is not None else job.id)
        return services_pb2.StudiesSubmitResponse(study_job=stored, existed=existing is not None)

    def Get(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesGetRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesGetResponse:
        """One study."""
        full = request.view == services_pb2.JOB_VIEW_FULL
        return services_pb2.StudiesGetResponse(study_job=self._found(context, request.id, full=full))

    def List(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesListRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesListResponse:
        """One page, newest first."""
        size = page_size(context, request.page_size)
        before = position_of(context, request.page_token, request.filter)
        found, following = self._store.page_of_work(STUDY, _conditions(request.filter), before, size)
        token = "" if following is None else page_token(following, request.filter)
        return services_pb2.StudiesListResponse(study_jobs=found, next_page_token=token)

    def Watch(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesWatchRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.StudiesWatchResponse]:
        """Events after a number, then those to come, to the last."""
        for event in watched(self._store, STUDY, context, request.id, request.after_sequence, self._closing):
            yield services_pb2.StudiesWatchResponse(event=event)

    def Cancel(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesCancelRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesCancelResponse:
        """Ask a study to stop."""
        self._store.cancel_work(STUDY, current_caller().reach, request.id)
        return services_pb2.StudiesCancelResponse(study_job=self._found(context, request.id))

    def Delete(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesDeleteRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesDeleteResponse:
        """Delete a study that has ended."""
        self._found(context, request.id)
        if not self._store.delete_work(STUDY, current_caller().reach, request.id):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the study has not ended; cancel it first")
        return services_pb2.StudiesDeleteResponse()

    def _found(self, context: grpc.ServicerContext, job_id: str, *, full: bool = False) -> study_job_pb2.StudyJob:
        found: study_job_pb2.StudyJob | None = self._store.get_work(STUDY, current_caller().reach, job_id, full=full)
        if found is None:
            missing(context, STUDY, job_id)
        return found


def checked_study(message: study_pb2.Study, context: grpc.ServicerContext, settings: Settings) -> LoadedStudy:
    """The study of a message; what is wrong with it, or too much, ends the call as INVALID_ARGUMENT."""
    from solver.study.kinds.registry import scenarios_of_kind

    load_studies()
    if not message.HasField("base"):
        refuse_field(context, "base", "must be given")
    resolved_or_refused(context, message.base, settings)
    try:
        study = study_of(message)
    except InstanceError as error:
        refuse_instance(context, error.diagnostics)
    if len(study.scenarios) > MOST_ROWS or len(scenarios_of_kind(study)) > MOST_ROWS:
        refuse_field(context, "study", f"more than {MOST_ROWS} scenarios")
    return study


def study_of(message: study_pb2.Study) -> LoadedStudy:
    """The same for a message that was accepted before. Raises InstanceError."""
    from solver.study.load import parse_study

    return parse_study(study_from_message(message))


def _conditions(asked: services_pb2.StudyFilter) -> Conditions:
    return Conditions(
        owner=current_caller().reach,
        states=tuple(asked.states),
        name_contains=asked.study_name_contains if asked.HasField("study_name_contains") else None,
        digest=asked.study_digest if asked.HasField("study_digest") else None,
        created_from_us=microseconds(asked.created_from) if asked.HasField("created_from") else None,
        created_before_us=microseconds(asked.created_before) if asked.HasField("created_before") else None,
    )
