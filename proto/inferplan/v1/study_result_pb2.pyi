from google.protobuf import struct_pb2 as _struct_pb2
from inferplan.v1 import cost_pb2 as _cost_pb2
from inferplan.v1 import payback_pb2 as _payback_pb2
from inferplan.v1 import termination_pb2 as _termination_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StudyRowStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_ROW_STATUS_UNSPECIFIED: _ClassVar[StudyRowStatus]
    STUDY_ROW_STATUS_OK: _ClassVar[StudyRowStatus]
    STUDY_ROW_STATUS_FAILED: _ClassVar[StudyRowStatus]
STUDY_ROW_STATUS_UNSPECIFIED: StudyRowStatus
STUDY_ROW_STATUS_OK: StudyRowStatus
STUDY_ROW_STATUS_FAILED: StudyRowStatus

class StudyProgress(_message.Message):
    __slots__ = ("ended", "failed", "total")
    ENDED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    ended: int
    failed: int
    total: int
    def __init__(self, ended: _Optional[int] = ..., failed: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class StudyCell(_message.Message):
    __slots__ = ("number", "text")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    number: float
    text: str
    def __init__(self, number: _Optional[float] = ..., text: _Optional[str] = ...) -> None: ...

class StudyInput(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: StudyCell
    def __init__(self, name: _Optional[str] = ..., value: _Optional[_Union[StudyCell, _Mapping]] = ...) -> None: ...

class StudyRow(_message.Message):
    __slots__ = ("index", "scenario", "inputs", "status", "reason", "termination", "lifecycle_usd", "bound_usd", "relative_gap", "per_million_tokens_usd", "capex_usd", "emissions_tonnes", "by_stream_usd", "payback", "fleet", "servers", "routes", "api_share", "verified", "digest")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TERMINATION_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    BOUND_USD_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_GAP_FIELD_NUMBER: _ClassVar[int]
    PER_MILLION_TOKENS_USD_FIELD_NUMBER: _ClassVar[int]
    CAPEX_USD_FIELD_NUMBER: _ClassVar[int]
    EMISSIONS_TONNES_FIELD_NUMBER: _ClassVar[int]
    BY_STREAM_USD_FIELD_NUMBER: _ClassVar[int]
    PAYBACK_FIELD_NUMBER: _ClassVar[int]
    FLEET_FIELD_NUMBER: _ClassVar[int]
    SERVERS_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    API_SHARE_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    index: int
    scenario: str
    inputs: _containers.RepeatedCompositeFieldContainer[StudyInput]
    status: StudyRowStatus
    reason: str
    termination: _termination_pb2.TerminationReason
    lifecycle_usd: float
    bound_usd: float
    relative_gap: float
    per_million_tokens_usd: float
    capex_usd: float
    emissions_tonnes: float
    by_stream_usd: _containers.RepeatedCompositeFieldContainer[_cost_pb2.StreamAmount]
    payback: _containers.RepeatedCompositeFieldContainer[StudyPayback]
    fleet: str
    servers: _containers.RepeatedCompositeFieldContainer[StudyServers]
    routes: _containers.RepeatedCompositeFieldContainer[StudyRoute]
    api_share: float
    verified: bool
    digest: str
    def __init__(self, index: _Optional[int] = ..., scenario: _Optional[str] = ..., inputs: _Optional[_Iterable[_Union[StudyInput, _Mapping]]] = ..., status: _Optional[_Union[StudyRowStatus, str]] = ..., reason: _Optional[str] = ..., termination: _Optional[_Union[_termination_pb2.TerminationReason, str]] = ..., lifecycle_usd: _Optional[float] = ..., bound_usd: _Optional[float] = ..., relative_gap: _Optional[float] = ..., per_million_tokens_usd: _Optional[float] = ..., capex_usd: _Optional[float] = ..., emissions_tonnes: _Optional[float] = ..., by_stream_usd: _Optional[_Iterable[_Union[_cost_pb2.StreamAmount, _Mapping]]] = ..., payback: _Optional[_Iterable[_Union[StudyPayback, _Mapping]]] = ..., fleet: _Optional[str] = ..., servers: _Optional[_Iterable[_Union[StudyServers, _Mapping]]] = ..., routes: _Optional[_Iterable[_Union[StudyRoute, _Mapping]]] = ..., api_share: _Optional[float] = ..., verified: bool = ..., digest: _Optional[str] = ...) -> None: ...

class StudyPayback(_message.Message):
    __slots__ = ("baseline", "status", "simple_months", "discounted_months", "npv_usd", "npv_low_usd", "npv_high_usd", "irr", "baseline_lifecycle_usd")
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIMPLE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    DISCOUNTED_MONTHS_FIELD_NUMBER: _ClassVar[int]
    NPV_USD_FIELD_NUMBER: _ClassVar[int]
    NPV_LOW_USD_FIELD_NUMBER: _ClassVar[int]
    NPV_HIGH_USD_FIELD_NUMBER: _ClassVar[int]
    IRR_FIELD_NUMBER: _ClassVar[int]
    BASELINE_LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    baseline: str
    status: _payback_pb2.PaybackStatus
    simple_months: float
    discounted_months: float
    npv_usd: float
    npv_low_usd: float
    npv_high_usd: float
    irr: float
    baseline_lifecycle_usd: float
    def __init__(self, baseline: _Optional[str] = ..., status: _Optional[_Union[_payback_pb2.PaybackStatus, str]] = ..., simple_months: _Optional[float] = ..., discounted_months: _Optional[float] = ..., npv_usd: _Optional[float] = ..., npv_low_usd: _Optional[float] = ..., npv_high_usd: _Optional[float] = ..., irr: _Optional[float] = ..., baseline_lifecycle_usd: _Optional[float] = ...) -> None: ...

class StudyServers(_message.Message):
    __slots__ = ("site", "server", "kind", "by_stage", "added")
    SITE_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BY_STAGE_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    site: str
    server: str
    kind: str
    by_stage: _containers.RepeatedScalarFieldContainer[int]
    added: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, site: _Optional[str] = ..., server: _Optional[str] = ..., kind: _Optional[str] = ..., by_stage: _Optional[_Iterable[int]] = ..., added: _Optional[_Iterable[int]] = ...) -> None: ...

class StudyRoute(_message.Message):
    __slots__ = ("workload", "where", "model", "precision", "share")
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    workload: str
    where: str
    model: str
    precision: str
    share: float
    def __init__(self, workload: _Optional[str] = ..., where: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class StudyTable(_message.Message):
    __slots__ = ("name", "columns", "lines")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    name: str
    columns: _containers.RepeatedScalarFieldContainer[str]
    lines: _containers.RepeatedCompositeFieldContainer[StudyLine]
    def __init__(self, name: _Optional[str] = ..., columns: _Optional[_Iterable[str]] = ..., lines: _Optional[_Iterable[_Union[StudyLine, _Mapping]]] = ...) -> None: ...

class StudyLine(_message.Message):
    __slots__ = ("cells",)
    CELLS_FIELD_NUMBER: _ClassVar[int]
    cells: _containers.RepeatedCompositeFieldContainer[StudyCell]
    def __init__(self, cells: _Optional[_Iterable[_Union[StudyCell, _Mapping]]] = ...) -> None: ...

class StudyPicture(_message.Message):
    __slots__ = ("name", "svg")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SVG_FIELD_NUMBER: _ClassVar[int]
    name: str
    svg: str
    def __init__(self, name: _Optional[str] = ..., svg: _Optional[str] = ...) -> None: ...

class StudyResult(_message.Message):
    __slots__ = ("kind", "words", "figures", "tables", "pictures", "complete")
    KIND_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    words: _containers.RepeatedScalarFieldContainer[str]
    figures: _struct_pb2.Struct
    tables: _containers.RepeatedCompositeFieldContainer[StudyTable]
    pictures: _containers.RepeatedCompositeFieldContainer[StudyPicture]
    complete: bool
    def __init__(self, kind: _Optional[str] = ..., words: _Optional[_Iterable[str]] = ..., figures: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., tables: _Optional[_Iterable[_Union[StudyTable, _Mapping]]] = ..., pictures: _Optional[_Iterable[_Union[StudyPicture, _Mapping]]] = ..., complete: bool = ...) -> None: ...
