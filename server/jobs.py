"""Jobs: solves that run on without their caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import grpc

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.asked import resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.errors import refuse_field
from server.settings import Settings
from server.store import SOLVE, Store
from server.submitted import Submitted, sound_key


class Jobs(services_pb2_grpc.JobsServicer):
    """Jobs in a store. `closing` says whether the server drains: watches end then, and resume elsewhere or later."""

    def __init__(self, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        self._settings = settings
        self._submitted = Submitted(SOLVE, store, settings, closing)

    def Submit(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsSubmitRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsSubmitResponse:
        """Accept an instance: it is on disk when the answer goes out."""
        key = sound_key(context, request.idempotency_key)
        if not request.HasField("instance"):
            refuse_field(context, "instance", "must be given")
        resolved = resolved_or_refused(context, request.instance, self._settings)
        job = job_pb2.Job(
            instance_name=resolved.instance.name,
            instance_digest=resolved.digest,
            idempotency_key=key,
            diagnostics=diagnostic_messages(resolved.diagnostics),
        )
        stored, existed = self._submitted.accept(context, job, request.instance)
        return services_pb2.JobsSubmitResponse(job=stored, existed=existed)

    def Get(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsGetRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsGetResponse:
        """One job."""
        full = request.view == services_pb2.JOB_VIEW_FULL
        return services_pb2.JobsGetResponse(job=self._submitted.get(context, request.id, full=full))

    def List(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsListRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsListResponse:
        """One page, newest first."""
        jobs, token = self._submitted.page(context, request)
        return services_pb2.JobsListResponse(jobs=jobs, next_page_token=token)

    def Watch(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsWatchRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.JobsWatchResponse]:
        """Events after a number, then those to come, to the last."""
        for event in self._submitted.watch(context, request.id, request.after_sequence):
            yield services_pb2.JobsWatchResponse(event=event)

    def Cancel(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsCancelRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsCancelResponse:
        """Ask a job to stop."""
        return services_pb2.JobsCancelResponse(job=self._submitted.cancel(context, request.id))

    def Delete(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsDeleteRequest, context: grpc.ServicerContext
    ) -> services_pb2.JobsDeleteResponse:
        """Delete a job that has ended."""
        self._submitted.delete(context, request.id)
        return services_pb2.JobsDeleteResponse()
