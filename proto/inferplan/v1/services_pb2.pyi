import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferplan.v1 import catalog_pb2 as _catalog_pb2
from inferplan.v1 import explain_pb2 as _explain_pb2
from inferplan.v1 import instance_pb2 as _instance_pb2
from inferplan.v1 import job_pb2 as _job_pb2
from inferplan.v1 import plan_pb2 as _plan_pb2
from inferplan.v1 import study_pb2 as _study_pb2
from inferplan.v1 import study_job_pb2 as _study_job_pb2
from inferplan.v1 import study_result_pb2 as _study_result_pb2
from inferplan.v1 import termination_pb2 as _termination_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_VIEW_UNSPECIFIED: _ClassVar[JobView]
    JOB_VIEW_BASIC: _ClassVar[JobView]
    JOB_VIEW_FULL: _ClassVar[JobView]
JOB_VIEW_UNSPECIFIED: JobView
JOB_VIEW_BASIC: JobView
JOB_VIEW_FULL: JobView

class PlannerValidateRequest(_message.Message):
    __slots__ = ("instance",)
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    instance: _instance_pb2.Instance
    def __init__(self, instance: _Optional[_Union[_instance_pb2.Instance, _Mapping]] = ...) -> None: ...

class PlannerValidateResponse(_message.Message):
    __slots__ = ("valid", "diagnostics", "digest")
    VALID_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    diagnostics: _containers.RepeatedCompositeFieldContainer[_termination_pb2.Diagnostic]
    digest: str
    def __init__(self, valid: bool = ..., diagnostics: _Optional[_Iterable[_Union[_termination_pb2.Diagnostic, _Mapping]]] = ..., digest: _Optional[str] = ...) -> None: ...

class PlannerSolveRequest(_message.Message):
    __slots__ = ("instance",)
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    instance: _instance_pb2.Instance
    def __init__(self, instance: _Optional[_Union[_instance_pb2.Instance, _Mapping]] = ...) -> None: ...

class PlannerSolveResponse(_message.Message):
    __slots__ = ("progress", "incumbent", "plan")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    INCUMBENT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    progress: _termination_pb2.Progress
    incumbent: _termination_pb2.Incumbent
    plan: _plan_pb2.Plan
    def __init__(self, progress: _Optional[_Union[_termination_pb2.Progress, _Mapping]] = ..., incumbent: _Optional[_Union[_termination_pb2.Incumbent, _Mapping]] = ..., plan: _Optional[_Union[_plan_pb2.Plan, _Mapping]] = ...) -> None: ...

class PlannerExplainRequest(_message.Message):
    __slots__ = ("instance", "plan", "job_id")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    instance: _instance_pb2.Instance
    plan: _plan_pb2.Plan
    job_id: str
    def __init__(self, instance: _Optional[_Union[_instance_pb2.Instance, _Mapping]] = ..., plan: _Optional[_Union[_plan_pb2.Plan, _Mapping]] = ..., job_id: _Optional[str] = ...) -> None: ...

class PlannerExplainResponse(_message.Message):
    __slots__ = ("progress", "incumbent", "plan", "explanation")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    INCUMBENT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    progress: _termination_pb2.Progress
    incumbent: _termination_pb2.Incumbent
    plan: _plan_pb2.Plan
    explanation: _explain_pb2.Explanation
    def __init__(self, progress: _Optional[_Union[_termination_pb2.Progress, _Mapping]] = ..., incumbent: _Optional[_Union[_termination_pb2.Incumbent, _Mapping]] = ..., plan: _Optional[_Union[_plan_pb2.Plan, _Mapping]] = ..., explanation: _Optional[_Union[_explain_pb2.Explanation, _Mapping]] = ...) -> None: ...

class JobsSubmitRequest(_message.Message):
    __slots__ = ("instance", "idempotency_key")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    instance: _instance_pb2.Instance
    idempotency_key: str
    def __init__(self, instance: _Optional[_Union[_instance_pb2.Instance, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class JobsSubmitResponse(_message.Message):
    __slots__ = ("job", "existed")
    JOB_FIELD_NUMBER: _ClassVar[int]
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    existed: bool
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ..., existed: bool = ...) -> None: ...

class JobsGetRequest(_message.Message):
    __slots__ = ("id", "view")
    ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    id: str
    view: JobView
    def __init__(self, id: _Optional[str] = ..., view: _Optional[_Union[JobView, str]] = ...) -> None: ...

class JobsGetResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class JobFilter(_message.Message):
    __slots__ = ("states", "instance_name_contains", "instance_digest", "created_from", "created_before")
    STATES_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_NAME_CONTAINS_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CREATED_FROM_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[_job_pb2.JobState]
    instance_name_contains: str
    instance_digest: str
    created_from: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    def __init__(self, states: _Optional[_Iterable[_Union[_job_pb2.JobState, str]]] = ..., instance_name_contains: _Optional[str] = ..., instance_digest: _Optional[str] = ..., created_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class JobsListRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: JobFilter
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[_Union[JobFilter, _Mapping]] = ...) -> None: ...

class JobsListResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_job_pb2.Job]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[_job_pb2.Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class JobsWatchRequest(_message.Message):
    __slots__ = ("id", "after_sequence")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class JobsWatchResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _job_pb2.JobEvent
    def __init__(self, event: _Optional[_Union[_job_pb2.JobEvent, _Mapping]] = ...) -> None: ...

class JobsCancelRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class JobsCancelResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class JobsDeleteRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class JobsDeleteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CatalogListRequest(_message.Message):
    __slots__ = ("kind", "name_contains", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_CONTAINS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: _catalog_pb2.CatalogKind
    name_contains: str
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[_Union[_catalog_pb2.CatalogKind, str]] = ..., name_contains: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class CatalogListResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_catalog_pb2.CatalogSummary]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[_catalog_pb2.CatalogSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CatalogGetRequest(_message.Message):
    __slots__ = ("kind", "name")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    kind: _catalog_pb2.CatalogKind
    name: str
    def __init__(self, kind: _Optional[_Union[_catalog_pb2.CatalogKind, str]] = ..., name: _Optional[str] = ...) -> None: ...

class CatalogGetResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _catalog_pb2.CatalogEntry
    def __init__(self, entry: _Optional[_Union[_catalog_pb2.CatalogEntry, _Mapping]] = ...) -> None: ...

class CatalogGetSchemaRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CatalogGetSchemaResponse(_message.Message):
    __slots__ = ("version", "root", "blocks")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    version: str
    root: str
    blocks: _containers.RepeatedCompositeFieldContainer[_catalog_pb2.SchemaBlock]
    def __init__(self, version: _Optional[str] = ..., root: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[_catalog_pb2.SchemaBlock, _Mapping]]] = ...) -> None: ...

class StudiesRunRequest(_message.Message):
    __slots__ = ("study",)
    STUDY_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ...) -> None: ...

class StudiesRunResponse(_message.Message):
    __slots__ = ("progress", "row", "result")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    progress: _study_result_pb2.StudyProgress
    row: _study_result_pb2.StudyRow
    result: _study_result_pb2.StudyResult
    def __init__(self, progress: _Optional[_Union[_study_result_pb2.StudyProgress, _Mapping]] = ..., row: _Optional[_Union[_study_result_pb2.StudyRow, _Mapping]] = ..., result: _Optional[_Union[_study_result_pb2.StudyResult, _Mapping]] = ...) -> None: ...

class StudiesSubmitRequest(_message.Message):
    __slots__ = ("study", "idempotency_key")
    STUDY_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    idempotency_key: str
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class StudiesSubmitResponse(_message.Message):
    __slots__ = ("study_job", "existed")
    STUDY_JOB_FIELD_NUMBER: _ClassVar[int]
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    study_job: _study_job_pb2.StudyJob
    existed: bool
    def __init__(self, study_job: _Optional[_Union[_study_job_pb2.StudyJob, _Mapping]] = ..., existed: bool = ...) -> None: ...

class StudiesGetRequest(_message.Message):
    __slots__ = ("id", "view")
    ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    id: str
    view: JobView
    def __init__(self, id: _Optional[str] = ..., view: _Optional[_Union[JobView, str]] = ...) -> None: ...

class StudiesGetResponse(_message.Message):
    __slots__ = ("study_job",)
    STUDY_JOB_FIELD_NUMBER: _ClassVar[int]
    study_job: _study_job_pb2.StudyJob
    def __init__(self, study_job: _Optional[_Union[_study_job_pb2.StudyJob, _Mapping]] = ...) -> None: ...

class StudyFilter(_message.Message):
    __slots__ = ("states", "study_name_contains", "study_digest", "created_from", "created_before")
    STATES_FIELD_NUMBER: _ClassVar[int]
    STUDY_NAME_CONTAINS_FIELD_NUMBER: _ClassVar[int]
    STUDY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CREATED_FROM_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[_job_pb2.JobState]
    study_name_contains: str
    study_digest: str
    created_from: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    def __init__(self, states: _Optional[_Iterable[_Union[_job_pb2.JobState, str]]] = ..., study_name_contains: _Optional[str] = ..., study_digest: _Optional[str] = ..., created_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StudiesListRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: StudyFilter
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[_Union[StudyFilter, _Mapping]] = ...) -> None: ...

class StudiesListResponse(_message.Message):
    __slots__ = ("study_jobs", "next_page_token")
    STUDY_JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    study_jobs: _containers.RepeatedCompositeFieldContainer[_study_job_pb2.StudyJob]
    next_page_token: str
    def __init__(self, study_jobs: _Optional[_Iterable[_Union[_study_job_pb2.StudyJob, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class StudiesWatchRequest(_message.Message):
    __slots__ = ("id", "after_sequence")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class StudiesWatchResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _study_job_pb2.StudyJobEvent
    def __init__(self, event: _Optional[_Union[_study_job_pb2.StudyJobEvent, _Mapping]] = ...) -> None: ...

class StudiesCancelRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class StudiesCancelResponse(_message.Message):
    __slots__ = ("study_job",)
    STUDY_JOB_FIELD_NUMBER: _ClassVar[int]
    study_job: _study_job_pb2.StudyJob
    def __init__(self, study_job: _Optional[_Union[_study_job_pb2.StudyJob, _Mapping]] = ...) -> None: ...

class StudiesDeleteRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class StudiesDeleteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
