import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferplan.v1 import job_pb2 as _job_pb2
from inferplan.v1 import study_pb2 as _study_pb2
from inferplan.v1 import study_result_pb2 as _study_result_pb2
from inferplan.v1 import termination_pb2 as _termination_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StudyJob(_message.Message):
    __slots__ = ("id", "state", "study_name", "study_digest", "owner", "idempotency_key", "create_time", "start_time", "end_time", "queue_position", "attempts", "progress", "failure", "last_sequence", "diagnostics", "study", "result")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STUDY_NAME_FIELD_NUMBER: _ClassVar[int]
    STUDY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    QUEUE_POSITION_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    STUDY_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    id: str
    state: _job_pb2.JobState
    study_name: str
    study_digest: str
    owner: str
    idempotency_key: str
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    queue_position: int
    attempts: int
    progress: _study_result_pb2.StudyProgress
    failure: _job_pb2.JobFailure
    last_sequence: int
    diagnostics: _containers.RepeatedCompositeFieldContainer[_termination_pb2.Diagnostic]
    study: _study_pb2.Study
    result: _study_result_pb2.StudyResult
    def __init__(self, id: _Optional[str] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ..., study_name: _Optional[str] = ..., study_digest: _Optional[str] = ..., owner: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., queue_position: _Optional[int] = ..., attempts: _Optional[int] = ..., progress: _Optional[_Union[_study_result_pb2.StudyProgress, _Mapping]] = ..., failure: _Optional[_Union[_job_pb2.JobFailure, _Mapping]] = ..., last_sequence: _Optional[int] = ..., diagnostics: _Optional[_Iterable[_Union[_termination_pb2.Diagnostic, _Mapping]]] = ..., study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ..., result: _Optional[_Union[_study_result_pb2.StudyResult, _Mapping]] = ...) -> None: ...

class StudyJobEvent(_message.Message):
    __slots__ = ("sequence", "time", "state", "progress", "row", "ended")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: _timestamp_pb2.Timestamp
    state: _job_pb2.JobState
    progress: _study_result_pb2.StudyProgress
    row: _study_result_pb2.StudyRow
    ended: StudyJob
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ..., progress: _Optional[_Union[_study_result_pb2.StudyProgress, _Mapping]] = ..., row: _Optional[_Union[_study_result_pb2.StudyRow, _Mapping]] = ..., ended: _Optional[_Union[StudyJob, _Mapping]] = ...) -> None: ...
