"""Submitted studies: they run on without their caller, and their rows are watched from any of them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import grpc

from inferplan.v1 import services_pb2, services_pb2_grpc, study_job_pb2, study_pb2
from server.asked import resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.contract.study import study_from_message
from server.errors import refuse_field, refuse_instance
from server.preload import load_studies
from server.settings import Settings
from server.store import STUDY, Store
from server.submitted import Submitted, sound_key
from solver.instance.diagnostics import InstanceError
from solver.study.loaded import LoadedStudy

MOST_ROWS = 10_000


class StudyJobs(services_pb2_grpc.StudiesServicer):
    """Studies in a store. `closing` says whether the server drains."""

    def __init__(self, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        self._settings = settings
        self._submitted = Submitted(STUDY, store, settings, closing)

    def Submit(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesSubmitRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesSubmitResponse:
        """Accept a study: it is on disk when the answer goes out."""
        key = sound_key(context, request.idempotency_key)
        if not request.HasField("study"):
            refuse_field(context, "study", "must be given")
        loaded = checked_study(request.study, context, self._settings)
        job = study_job_pb2.StudyJob(
            study_name=loaded.study.name,
            study_digest=loaded.digest,
            idempotency_key=key,
            diagnostics=diagnostic_messages(loaded.diagnostics),
        )
        stored, existed = self._submitted.accept(context, job, request.study)
        return services_pb2.StudiesSubmitResponse(study_job=stored, existed=existed)

    def Get(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesGetRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesGetResponse:
        """One study."""
        full = request.view == services_pb2.JOB_VIEW_FULL
        return services_pb2.StudiesGetResponse(study_job=self._submitted.get(context, request.id, full=full))

    def List(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesListRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesListResponse:
        """One page, newest first."""
        found, token = self._submitted.page(context, request)
        return services_pb2.StudiesListResponse(study_jobs=found, next_page_token=token)

    def Watch(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesWatchRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.StudiesWatchResponse]:
        """Events after a number, then those to come, to the last."""
        for event in self._submitted.watch(context, request.id, request.after_sequence):
            yield services_pb2.StudiesWatchResponse(event=event)

    def Cancel(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesCancelRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesCancelResponse:
        """Ask a study to stop."""
        return services_pb2.StudiesCancelResponse(study_job=self._submitted.cancel(context, request.id))

    def Delete(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesDeleteRequest, context: grpc.ServicerContext
    ) -> services_pb2.StudiesDeleteResponse:
        """Delete a study that has ended."""
        self._submitted.delete(context, request.id)
        return services_pb2.StudiesDeleteResponse()


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
