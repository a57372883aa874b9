"""The client for threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import grpc

from inferplan.v1 import catalog_pb2, job_pb2, plan_pb2, services_pb2, services_pb2_grpc, study_job_pb2, study_pb2
from server.client.access import OPTIONS, Access
from server.client.questions import (
    ALL_KINDS,
    CALL_SECONDS,
    PATIENCE_SECONDS,
    WATCH_PATIENCE_SECONDS,
    AnyInstance,
    catalog_request,
    get_request,
    get_study_request,
    jobs_request,
    message_of,
    studies_request,
    study_request,
    submit_request,
)
from server.client.retries import Patience

Answer = TypeVar("Answer")


class Client:
    """One connection. Every method raises grpc.RpcError with the service's status, and AccessError before anything is sent."""

    def __init__(self, address: str, access: Access | None = None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`patience_seconds`: how long to try again what the service puts off. Raises AccessError."""
        self._access = access or Access()
        self._access.check(address)
        self._patience_seconds = patience_seconds
        if self._access.tls:
            self._channel = grpc.secure_channel(address, self._access.credentials(), options=OPTIONS)
        else:
            self._channel = grpc.insecure_channel(address, options=OPTIONS)
        self._planner = services_pb2_grpc.PlannerStub(self._channel)
        self._jobs = services_pb2_grpc.JobsStub(self._channel)
        self._catalog = services_pb2_grpc.CatalogStub(self._channel)
        self._studies = services_pb2_grpc.StudiesStub(self._channel)

    def __enter__(self) -> Client:
        """The client itself."""
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; streams that are open end."""
        self._channel.close()

    def validate(self, instance: AnyInstance) -> services_pb2.PlannerValidateResponse:
        """All findings about an instance."""
        return self._asked(self._planner.Validate, services_pb2.PlannerValidateRequest(instance=message_of(instance)))

    def solve(
        self, instance: AnyInstance, deadline_seconds: float | None = None
    ) -> Iterator[services_pb2.PlannerSolveResponse]:
        """Progress and better plans, then the plan. Closing the iterator stops the solve.

        A solve that is put off before it began is tried again, within the deadline; one that broke is not.
        """
        request = services_pb2.PlannerSolveRequest(instance=message_of(instance))
        yield from self._streamed(self._planner.Solve, request, deadline_seconds)

    def explain(
        self, instance: AnyInstance, plan: plan_pb2.Plan | None = None, deadline_seconds: float | None = None
    ) -> Iterator[services_pb2.PlannerExplainResponse]:
        """Why a plan of the instance is what it is; without one it is made first, and told before the explanation."""
        request = services_pb2.PlannerExplainRequest(instance=message_of(instance), plan=plan)
        yield from self._streamed(self._planner.Explain, request, deadline_seconds)

    def study(
        self, study: study_pb2.Study, deadline_seconds: float | None = None
    ) -> Iterator[services_pb2.StudiesRunResponse]:
        """Progress and rows, then the result. Closing the iterator stops the study; run again, it is taken up again."""
        request = services_pb2.StudiesRunRequest(study=study)
        yield from self._streamed(self._studies.Run, request, deadline_seconds)

    def explain_job(
        self, job_id: str, deadline_seconds: float | None = None
    ) -> Iterator[services_pb2.PlannerExplainResponse]:
        """Why the plan of a job is what it is; of one that runs, its best plan so far."""
        request = services_pb2.PlannerExplainRequest(job_id=job_id)
        yield from self._streamed(self._planner.Explain, request, deadline_seconds)

    def submit_study(self, study: study_pb2.Study, key: str | None = None) -> study_job_pb2.StudyJob:
        """A study that runs on by itself; the same key and study give the same one again."""
        return (self._asked(self._studies.Submit, study_request(study, key))).study_job

    def get_study(self, study_id: str, *, full: bool = False) -> study_job_pb2.StudyJob:
        """A submitted study; in the full view with the study and its result. Rows come with `watch_study`."""
        return (self._asked(self._studies.Get, get_study_request(study_id, full))).study_job

    def list_studies(self, conditions: services_pb2.StudyFilter | None = None) -> Iterator[study_job_pb2.StudyJob]:
        """Submitted studies, newest first, fetched page by page."""
        for answer in self._pages(self._studies.List, studies_request(conditions)):
            yield from answer.study_jobs

    def watch_study(
        self, study_id: str, after: int = 0, patience_seconds: float = WATCH_PATIENCE_SECONDS
    ) -> Iterator[study_job_pb2.StudyJobEvent]:
        """Events of a submitted study to its last, each row once. A broken stream is taken up again.

        Raises grpc.RpcError once the service has not answered for `patience_seconds`.
        """
        request = services_pb2.StudiesWatchRequest(id=study_id, after_sequence=after)
        yield from self._watched(self._studies.Watch, request, patience_seconds)

    def cancel_study(self, study_id: str) -> study_job_pb2.StudyJob:
        """Ask a submitted study to stop; rows that have ended are kept."""
        return (self._asked(self._studies.Cancel, services_pb2.StudiesCancelRequest(id=study_id))).study_job

    def delete_study(self, study_id: str) -> None:
        """Delete a submitted study that has ended."""
        self._asked(self._studies.Delete, services_pb2.StudiesDeleteRequest(id=study_id))

    def submit(self, instance: AnyInstance, key: str | None = None) -> job_pb2.Job:
        """A job; the same key and instance give the same job again. Without a key each call makes a new one."""
        return self._asked(self._jobs.Submit, submit_request(instance, key)).job

    def get(self, job_id: str, *, full: bool = False) -> job_pb2.Job:
        """A job; in the full view with instance and plan."""
        return self._asked(self._jobs.Get, get_request(job_id, full)).job

    def list(self, conditions: services_pb2.JobFilter | None = None) -> Iterator[job_pb2.Job]:
        """Jobs, newest first, fetched page by page."""
        for answer in self._pages(self._jobs.List, jobs_request(conditions)):
            yield from answer.jobs

    def watch(
        self, job_id: str, after: int = 0, patience_seconds: float = WATCH_PATIENCE_SECONDS
    ) -> Iterator[job_pb2.JobEvent]:
        """Events of a job to its last. A broken stream is taken up again, no event lost or told twice.

        Raises grpc.RpcError once the service has not answered for `patience_seconds`.
        """
        request = services_pb2.JobsWatchRequest(id=job_id, after_sequence=after)
        yield from self._watched(self._jobs.Watch, request, patience_seconds)

    def cancel(self, job_id: str) -> job_pb2.Job:
        """Ask a job to stop; it keeps its best plan."""
        return self._asked(self._jobs.Cancel, services_pb2.JobsCancelRequest(id=job_id)).job

    def delete(self, job_id: str) -> None:
        """Delete a job that has ended."""
        self._asked(self._jobs.Delete, services_pb2.JobsDeleteRequest(id=job_id))

    def catalog(
        self, kind: catalog_pb2.CatalogKind = ALL_KINDS, name_contains: str = ""
    ) -> Iterator[catalog_pb2.CatalogSummary]:
        """Catalog entries of one kind, or of all, fetched page by page."""
        for answer in self._pages(self._catalog.List, catalog_request(kind, name_contains)):
            yield from answer.entries

    def catalog_entry(self, kind: catalog_pb2.CatalogKind, name: str) -> catalog_pb2.CatalogEntry:
        """One catalog entry with the source of every figure."""
        return self._asked(self._catalog.Get, services_pb2.CatalogGetRequest(kind=kind, name=name)).entry

    def schema(self) -> services_pb2.CatalogGetSchemaResponse:
        """The instance format."""
        return self._asked(self._catalog.GetSchema, services_pb2.CatalogGetSchemaRequest())

    def _pages(self, method: Callable[..., Any], request: Any) -> Iterator[Any]:
        """Page after page, from the one that is asked for on."""
        while True:
            answer = self._asked(method, request)
            yield answer
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    def _watched(self, method: Callable[..., Any], request: Any, patience_seconds: float) -> Iterator[Any]:
        """Events after those that the request has had, to the last, from as many streams as it takes."""
        patience = Patience(patience_seconds)
        while True:
            call = method(request, metadata=self._access.metadata())
            try:
                for answer in call:
                    request.after_sequence = answer.event.sequence
                    patience.heard()
                    yield answer.event
                    if answer.event.HasField("ended"):
                        return
                return
            except grpc.RpcError as error:
                pause = patience.pause(error, resumes=True)
            finally:
                call.cancel()
            time.sleep(pause)

    def _streamed(self, method: Callable[..., Any], request: Any, deadline_seconds: float | None) -> Iterator[Any]:
        """A stream of answers; put off before its first, it is asked for again within the deadline."""
        latest = None if deadline_seconds is None else time.monotonic() + deadline_seconds
        patience = Patience(self._patience_seconds)
        while True:
            left = None if latest is None else max(latest - time.monotonic(), 0.001)
            call = method(request, timeout=left, metadata=self._access.metadata())
            begun = False
            try:
                for answer in call:
                    begun = True
                    yield answer
                return
            except grpc.RpcError as error:
                if begun:
                    raise
                pause = patience.pause(error)
                if left is not None and pause >= left:
                    raise
            finally:
                call.cancel()
            time.sleep(pause)

    def _asked(self, method: Callable[..., Answer], request: Any) -> Answer:
        """One answer; put off, it is asked for again at the time the service names."""
        patience = Patience(self._patience_seconds)
        while True:
            try:
                return method(request, timeout=CALL_SECONDS, metadata=self._access.metadata())
            except grpc.RpcError as error:
                pause = patience.pause(error)
            time.sleep(pause)
