from inferplan.v1 import routing_pb2 as _routing_pb2
from inferplan.v1 import termination_pb2 as _termination_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExclusionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXCLUSION_REASON_UNSPECIFIED: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_MODEL_LIST: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_REGION: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_QUALITY: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_CONTEXT: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_MEMORY: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_RATE: _ClassVar[ExclusionReason]
    EXCLUSION_REASON_LATENCY: _ClassVar[ExclusionReason]
EXCLUSION_REASON_UNSPECIFIED: ExclusionReason
EXCLUSION_REASON_MODEL_LIST: ExclusionReason
EXCLUSION_REASON_REGION: ExclusionReason
EXCLUSION_REASON_QUALITY: ExclusionReason
EXCLUSION_REASON_CONTEXT: ExclusionReason
EXCLUSION_REASON_MEMORY: ExclusionReason
EXCLUSION_REASON_RATE: ExclusionReason
EXCLUSION_REASON_LATENCY: ExclusionReason

class ServedBy(_message.Message):
    __slots__ = ("kind", "where", "model", "precision", "deployment", "share", "lifecycle_usd", "usd_per_million_tokens", "ttft_ms", "tpot_ms", "end_to_end_ms", "quality")
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    kind: _routing_pb2.ServeKind
    where: str
    model: str
    precision: str
    deployment: str
    share: float
    lifecycle_usd: float
    usd_per_million_tokens: float
    ttft_ms: float
    tpot_ms: float
    end_to_end_ms: float
    quality: float
    def __init__(self, kind: _Optional[_Union[_routing_pb2.ServeKind, str]] = ..., where: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[str] = ..., deployment: _Optional[str] = ..., share: _Optional[float] = ..., lifecycle_usd: _Optional[float] = ..., usd_per_million_tokens: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., end_to_end_ms: _Optional[float] = ..., quality: _Optional[float] = ...) -> None: ...

class Alternative(_message.Message):
    __slots__ = ("kind", "where", "offer", "model", "precision", "deployment", "usd_per_million_tokens", "usd_more_per_million_tokens", "servers_most", "from_month", "chosen", "ttft_ms", "tpot_ms", "end_to_end_ms", "quality", "beyond_limits")
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_MORE_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SERVERS_MOST_FIELD_NUMBER: _ClassVar[int]
    FROM_MONTH_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    BEYOND_LIMITS_FIELD_NUMBER: _ClassVar[int]
    kind: _routing_pb2.ServeKind
    where: str
    offer: str
    model: str
    precision: str
    deployment: str
    usd_per_million_tokens: float
    usd_more_per_million_tokens: float
    servers_most: int
    from_month: int
    chosen: bool
    ttft_ms: float
    tpot_ms: float
    end_to_end_ms: float
    quality: float
    beyond_limits: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[_routing_pb2.ServeKind, str]] = ..., where: _Optional[str] = ..., offer: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[str] = ..., deployment: _Optional[str] = ..., usd_per_million_tokens: _Optional[float] = ..., usd_more_per_million_tokens: _Optional[float] = ..., servers_most: _Optional[int] = ..., from_month: _Optional[int] = ..., chosen: bool = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., end_to_end_ms: _Optional[float] = ..., quality: _Optional[float] = ..., beyond_limits: _Optional[_Iterable[str]] = ...) -> None: ...

class Excluded(_message.Message):
    __slots__ = ("kind", "what", "model", "precision", "reason", "detail")
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    kind: _routing_pb2.ServeKind
    what: str
    model: str
    precision: str
    reason: ExclusionReason
    detail: str
    def __init__(self, kind: _Optional[_Union[_routing_pb2.ServeKind, str]] = ..., what: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[str] = ..., reason: _Optional[_Union[ExclusionReason, str]] = ..., detail: _Optional[str] = ...) -> None: ...

class WorkloadExplanation(_message.Message):
    __slots__ = ("workload", "tokens_per_request", "lifecycle_usd", "usd_per_million_tokens", "marginal_usd_per_million_tokens", "served_by", "alternatives", "excluded", "excluded_count", "words")
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MARGINAL_USD_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SERVED_BY_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    workload: str
    tokens_per_request: float
    lifecycle_usd: float
    usd_per_million_tokens: float
    marginal_usd_per_million_tokens: float
    served_by: _containers.RepeatedCompositeFieldContainer[ServedBy]
    alternatives: _containers.RepeatedCompositeFieldContainer[Alternative]
    excluded: _containers.RepeatedCompositeFieldContainer[Excluded]
    excluded_count: int
    words: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, workload: _Optional[str] = ..., tokens_per_request: _Optional[float] = ..., lifecycle_usd: _Optional[float] = ..., usd_per_million_tokens: _Optional[float] = ..., marginal_usd_per_million_tokens: _Optional[float] = ..., served_by: _Optional[_Iterable[_Union[ServedBy, _Mapping]]] = ..., alternatives: _Optional[_Iterable[_Union[Alternative, _Mapping]]] = ..., excluded: _Optional[_Iterable[_Union[Excluded, _Mapping]]] = ..., excluded_count: _Optional[int] = ..., words: _Optional[_Iterable[str]] = ...) -> None: ...

class LimitExplanation(_message.Message):
    __slots__ = ("requirement", "place", "unit", "limit", "used", "binds", "usd_per_unit")
    REQUIREMENT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    BINDS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_UNIT_FIELD_NUMBER: _ClassVar[int]
    requirement: str
    place: str
    unit: str
    limit: float
    used: float
    binds: bool
    usd_per_unit: float
    def __init__(self, requirement: _Optional[str] = ..., place: _Optional[str] = ..., unit: _Optional[str] = ..., limit: _Optional[float] = ..., used: _Optional[float] = ..., binds: bool = ..., usd_per_unit: _Optional[float] = ...) -> None: ...

class StandingExplanation(_message.Message):
    __slots__ = ("offer", "where", "kind", "servers_most", "lifecycle_usd", "rented_offer", "rented_usd", "saved_usd", "used_share", "break_even_share")
    OFFER_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SERVERS_MOST_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    RENTED_OFFER_FIELD_NUMBER: _ClassVar[int]
    RENTED_USD_FIELD_NUMBER: _ClassVar[int]
    SAVED_USD_FIELD_NUMBER: _ClassVar[int]
    USED_SHARE_FIELD_NUMBER: _ClassVar[int]
    BREAK_EVEN_SHARE_FIELD_NUMBER: _ClassVar[int]
    offer: str
    where: str
    kind: str
    servers_most: int
    lifecycle_usd: float
    rented_offer: str
    rented_usd: float
    saved_usd: float
    used_share: float
    break_even_share: float
    def __init__(self, offer: _Optional[str] = ..., where: _Optional[str] = ..., kind: _Optional[str] = ..., servers_most: _Optional[int] = ..., lifecycle_usd: _Optional[float] = ..., rented_offer: _Optional[str] = ..., rented_usd: _Optional[float] = ..., saved_usd: _Optional[float] = ..., used_share: _Optional[float] = ..., break_even_share: _Optional[float] = ...) -> None: ...

class BaselineSaving(_message.Message):
    __slots__ = ("baseline", "npv_usd", "npv_low_usd", "npv_high_usd")
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    NPV_USD_FIELD_NUMBER: _ClassVar[int]
    NPV_LOW_USD_FIELD_NUMBER: _ClassVar[int]
    NPV_HIGH_USD_FIELD_NUMBER: _ClassVar[int]
    baseline: str
    npv_usd: float
    npv_low_usd: float
    npv_high_usd: float
    def __init__(self, baseline: _Optional[str] = ..., npv_usd: _Optional[float] = ..., npv_low_usd: _Optional[float] = ..., npv_high_usd: _Optional[float] = ...) -> None: ...

class ConflictRequirement(_message.Message):
    __slots__ = ("requirement", "place", "limit", "unit")
    REQUIREMENT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    requirement: str
    place: str
    limit: float
    unit: str
    def __init__(self, requirement: _Optional[str] = ..., place: _Optional[str] = ..., limit: _Optional[float] = ..., unit: _Optional[str] = ...) -> None: ...

class ConflictChange(_message.Message):
    __slots__ = ("requirement", "place", "limit", "change", "unit", "is_demand", "moments")
    REQUIREMENT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    IS_DEMAND_FIELD_NUMBER: _ClassVar[int]
    MOMENTS_FIELD_NUMBER: _ClassVar[int]
    requirement: str
    place: str
    limit: float
    change: float
    unit: str
    is_demand: bool
    moments: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, requirement: _Optional[str] = ..., place: _Optional[str] = ..., limit: _Optional[float] = ..., change: _Optional[float] = ..., unit: _Optional[str] = ..., is_demand: bool = ..., moments: _Optional[_Iterable[str]] = ...) -> None: ...

class WayOut(_message.Message):
    __slots__ = ("requirement", "changes")
    REQUIREMENT_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    requirement: str
    changes: _containers.RepeatedCompositeFieldContainer[ConflictChange]
    def __init__(self, requirement: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[ConflictChange, _Mapping]]] = ...) -> None: ...

class UnservedBucket(_message.Message):
    __slots__ = ("workload", "bucket", "kind", "reasons")
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    workload: str
    bucket: str
    kind: _routing_pb2.ServeKind
    reasons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, workload: _Optional[str] = ..., bucket: _Optional[str] = ..., kind: _Optional[_Union[_routing_pb2.ServeKind, str]] = ..., reasons: _Optional[_Iterable[str]] = ...) -> None: ...

class Conflict(_message.Message):
    __slots__ = ("requirements", "irreducible", "whole_numbers_only", "unserved", "ways_out")
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    IRREDUCIBLE_FIELD_NUMBER: _ClassVar[int]
    WHOLE_NUMBERS_ONLY_FIELD_NUMBER: _ClassVar[int]
    UNSERVED_FIELD_NUMBER: _ClassVar[int]
    WAYS_OUT_FIELD_NUMBER: _ClassVar[int]
    requirements: _containers.RepeatedCompositeFieldContainer[ConflictRequirement]
    irreducible: bool
    whole_numbers_only: bool
    unserved: _containers.RepeatedCompositeFieldContainer[UnservedBucket]
    ways_out: _containers.RepeatedCompositeFieldContainer[WayOut]
    def __init__(self, requirements: _Optional[_Iterable[_Union[ConflictRequirement, _Mapping]]] = ..., irreducible: bool = ..., whole_numbers_only: bool = ..., unserved: _Optional[_Iterable[_Union[UnservedBucket, _Mapping]]] = ..., ways_out: _Optional[_Iterable[_Union[WayOut, _Mapping]]] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("name", "digest", "termination", "lifecycle_usd", "workloads", "limits", "standing", "savings", "conflict", "words")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TERMINATION_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_USD_FIELD_NUMBER: _ClassVar[int]
    WORKLOADS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    SAVINGS_FIELD_NUMBER: _ClassVar[int]
    CONFLICT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    digest: str
    termination: _termination_pb2.Termination
    lifecycle_usd: float
    workloads: _containers.RepeatedCompositeFieldContainer[WorkloadExplanation]
    limits: _containers.RepeatedCompositeFieldContainer[LimitExplanation]
    standing: _containers.RepeatedCompositeFieldContainer[StandingExplanation]
    savings: _containers.RepeatedCompositeFieldContainer[BaselineSaving]
    conflict: Conflict
    words: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., digest: _Optional[str] = ..., termination: _Optional[_Union[_termination_pb2.Termination, _Mapping]] = ..., lifecycle_usd: _Optional[float] = ..., workloads: _Optional[_Iterable[_Union[WorkloadExplanation, _Mapping]]] = ..., limits: _Optional[_Iterable[_Union[LimitExplanation, _Mapping]]] = ..., standing: _Optional[_Iterable[_Union[StandingExplanation, _Mapping]]] = ..., savings: _Optional[_Iterable[_Union[BaselineSaving, _Mapping]]] = ..., conflict: _Optional[_Union[Conflict, _Mapping]] = ..., words: _Optional[_Iterable[str]] = ...) -> None: ...
