"""Requests as both clients make them."""

from __future__ import annotations

import uuid

from inferplan.v1 import catalog_pb2, instance_pb2, services_pb2, study_pb2
from server.contract.instance import message_from_instance
from solver.instance.schema import Instance

CALL_SECONDS = 30.0
PATIENCE_SECONDS = 60.0
WATCH_PATIENCE_SECONDS = 300.0
PAGE = 200

AnyInstance = Instance | instance_pb2.Instance
ALL_KINDS = catalog_pb2.CATALOG_KIND_UNSPECIFIED


def message_of(instance: AnyInstance) -> instance_pb2.Instance:
    """The message of an instance."""
    return message_from_instance(instance) if isinstance(instance, Instance) else instance


def submit_request(instance: AnyInstance, key: str | None) -> services_pb2.JobsSubmitRequest:
    """Without a key one that is new, so that a retry is not a second job."""
    return services_pb2.JobsSubmitRequest(
        instance=message_of(instance), idempotency_key=uuid.uuid4().hex if key is None else key
    )


def get_request(job_id: str, full: bool) -> services_pb2.JobsGetRequest:
    """A job, with instance and plan where asked for."""
    view = services_pb2.JOB_VIEW_FULL if full else services_pb2.JOB_VIEW_BASIC
    return services_pb2.JobsGetRequest(id=job_id, view=view)


def study_request(study: study_pb2.Study, key: str | None) -> services_pb2.StudiesSubmitRequest:
    """Without a key one that is new, so that a retry is not a second study."""
    return services_pb2.StudiesSubmitRequest(study=study, idempotency_key=uuid.uuid4().hex if key is None else key)


def get_study_request(study_id: str, full: bool) -> services_pb2.StudiesGetRequest:
    """A submitted study, with the study and its result where asked for."""
    view = services_pb2.JOB_VIEW_FULL if full else services_pb2.JOB_VIEW_BASIC
    return services_pb2.StudiesGetRequest(id=study_id, view=view)


def studies_request(conditions: services_pb2.StudyFilter | None) -> services_pb2.StudiesListRequest:
    """The first page of submitted studies."""
    return services_pb2.StudiesListRequest(page_size=PAGE, filter=conditions)


def jobs_request(conditions: services_pb2.JobFilter | None) -> services_pb2.JobsListRequest:
    """The first page of jobs."""
    return services_pb2.JobsListRequest(page_size=PAGE, filter=conditions)


def catalog_request(kind: catalog_pb2.CatalogKind, name_contains: str) -> services_pb2.CatalogListRequest:
    """The first page of entries."""
    return services_pb2.CatalogListRequest(kind=kind, name_contains=name_contains, page_size=PAGE)
