from inferplan.v1 import entries_pb2 as _entries_pb2
from inferplan.v1 import finance_pb2 as _finance_pb2
from inferplan.v1 import horizon_pb2 as _horizon_pb2
from inferplan.v1 import instance_pb2 as _instance_pb2
from inferplan.v1 import policy_pb2 as _policy_pb2
from inferplan.v1 import routing_pb2 as _routing_pb2
from inferplan.v1 import serving_pb2 as _serving_pb2
from inferplan.v1 import sites_pb2 as _sites_pb2
from inferplan.v1 import workload_pb2 as _workload_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SlotKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLOT_KIND_UNSPECIFIED: _ClassVar[SlotKind]
    SLOT_KIND_REGULAR: _ClassVar[SlotKind]
    SLOT_KIND_PEAK: _ClassVar[SlotKind]
    SLOT_KIND_AVERAGE: _ClassVar[SlotKind]
SLOT_KIND_UNSPECIFIED: SlotKind
SLOT_KIND_REGULAR: SlotKind
SLOT_KIND_PEAK: SlotKind
SLOT_KIND_AVERAGE: SlotKind

class Stage(_message.Message):
    __slots__ = ("name", "first_month", "months")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_MONTH_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    name: str
    first_month: int
    months: int
    def __init__(self, name: _Optional[str] = ..., first_month: _Optional[int] = ..., months: _Optional[int] = ...) -> None: ...

class Slot(_message.Message):
    __slots__ = ("name", "kind", "hours", "hours_per_month")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    HOURS_PER_MONTH_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: SlotKind
    hours: int
    hours_per_month: float
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[SlotKind, str]] = ..., hours: _Optional[int] = ..., hours_per_month: _Optional[float] = ...) -> None: ...

class ResolvedWorkload(_message.Message):
    __slots__ = ("name", "buckets", "requests_per_second_by_month", "shape_by_slot", "batch_share", "deadline_hours", "latency", "quality", "prefix_cache_hit_rate", "arrival_cv", "residency", "models", "short_peaks")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_SECOND_BY_MONTH_FIELD_NUMBER: _ClassVar[int]
    SHAPE_BY_SLOT_FIELD_NUMBER: _ClassVar[int]
    BATCH_SHARE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_HOURS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    PREFIX_CACHE_HIT_RATE_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_CV_FIELD_NUMBER: _ClassVar[int]
    RESIDENCY_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    SHORT_PEAKS_FIELD_NUMBER: _ClassVar[int]
    name: str
    buckets: _containers.RepeatedCompositeFieldContainer[_entries_pb2.LengthBucket]
    requests_per_second_by_month: _containers.RepeatedScalarFieldContainer[float]
    shape_by_slot: _containers.RepeatedScalarFieldContainer[float]
    batch_share: float
    deadline_hours: float
    latency: _workload_pb2.Latency
    quality: _workload_pb2.QualityFloor
    prefix_cache_hit_rate: float
    arrival_cv: float
    residency: _containers.RepeatedScalarFieldContainer[str]
    models: _containers.RepeatedScalarFieldContainer[str]
    short_peaks: _containers.RepeatedCompositeFieldContainer[_workload_pb2.ShortPeak]
    def __init__(self, name: _Optional[str] = ..., buckets: _Optional[_Iterable[_Union[_entries_pb2.LengthBucket, _Mapping]]] = ..., requests_per_second_by_month: _Optional[_Iterable[float]] = ..., shape_by_slot: _Optional[_Iterable[float]] = ..., batch_share: _Optional[float] = ..., deadline_hours: _Optional[float] = ..., latency: _Optional[_Union[_workload_pb2.Latency, _Mapping]] = ..., quality: _Optional[_Union[_workload_pb2.QualityFloor, _Mapping]] = ..., prefix_cache_hit_rate: _Optional[float] = ..., arrival_cv: _Optional[float] = ..., residency: _Optional[_Iterable[str]] = ..., models: _Optional[_Iterable[str]] = ..., short_peaks: _Optional[_Iterable[_Union[_workload_pb2.ShortPeak, _Mapping]]] = ...) -> None: ...

class ResolvedOffer(_message.Message):
    __slots__ = ("name", "site", "server", "hosted", "terms")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    HOSTED_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    name: str
    site: str
    server: str
    hosted: bool
    terms: _sites_pb2.Offer
    def __init__(self, name: _Optional[str] = ..., site: _Optional[str] = ..., server: _Optional[str] = ..., hosted: bool = ..., terms: _Optional[_Union[_sites_pb2.Offer, _Mapping]] = ...) -> None: ...

class MetricScore(_message.Message):
    __slots__ = ("metric", "score")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    metric: str
    score: float
    def __init__(self, metric: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class ResolvedEndpoint(_message.Message):
    __slots__ = ("name", "provider", "model", "quality", "usd_per_million_input_tokens", "usd_per_million_cached_input_tokens", "usd_per_million_output_tokens", "batch_usd_per_million_input_tokens", "batch_usd_per_million_output_tokens", "price_change_per_year", "max_requests_per_second", "ttft_ms", "tpot_ms", "max_context_tokens", "residency", "carbon_g_per_million_tokens", "source", "batch_turnaround_hours", "tiers")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_CACHED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BATCH_USD_PER_MILLION_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BATCH_USD_PER_MILLION_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_CONTEXT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    RESIDENCY_FIELD_NUMBER: _ClassVar[int]
    CARBON_G_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BATCH_TURNAROUND_HOURS_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    provider: str
    model: str
    quality: _containers.RepeatedCompositeFieldContainer[MetricScore]
    usd_per_million_input_tokens: float
    usd_per_million_cached_input_tokens: float
    usd_per_million_output_tokens: float
    batch_usd_per_million_input_tokens: float
    batch_usd_per_million_output_tokens: float
    price_change_per_year: float
    max_requests_per_second: float
    ttft_ms: float
    tpot_ms: float
    max_context_tokens: int
    residency: _containers.RepeatedScalarFieldContainer[str]
    carbon_g_per_million_tokens: float
    source: str
    batch_turnaround_hours: float
    tiers: _containers.RepeatedCompositeFieldContainer[PriceTier]
    def __init__(self, name: _Optional[str] = ..., provider: _Optional[str] = ..., model: _Optional[str] = ..., quality: _Optional[_Iterable[_Union[MetricScore, _Mapping]]] = ..., usd_per_million_input_tokens: _Optional[float] = ..., usd_per_million_cached_input_tokens: _Optional[float] = ..., usd_per_million_output_tokens: _Optional[float] = ..., batch_usd_per_million_input_tokens: _Optional[float] = ..., batch_usd_per_million_output_tokens: _Optional[float] = ..., price_change_per_year: _Optional[float] = ..., max_requests_per_second: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., max_context_tokens: _Optional[int] = ..., residency: _Optional[_Iterable[str]] = ..., carbon_g_per_million_tokens: _Optional[float] = ..., source: _Optional[str] = ..., batch_turnaround_hours: _Optional[float] = ..., tiers: _Optional[_Iterable[_Union[PriceTier, _Mapping]]] = ...) -> None: ...

class PriceTier(_message.Message):
    __slots__ = ("above_input_tokens", "usd_per_million_input_tokens", "usd_per_million_cached_input_tokens", "usd_per_million_output_tokens", "batch_usd_per_million_input_tokens", "batch_usd_per_million_output_tokens")
    ABOVE_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_CACHED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_MILLION_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BATCH_USD_PER_MILLION_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BATCH_USD_PER_MILLION_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    above_input_tokens: int
    usd_per_million_input_tokens: float
    usd_per_million_cached_input_tokens: float
    usd_per_million_output_tokens: float
    batch_usd_per_million_input_tokens: float
    batch_usd_per_million_output_tokens: float
    def __init__(self, above_input_tokens: _Optional[int] = ..., usd_per_million_input_tokens: _Optional[float] = ..., usd_per_million_cached_input_tokens: _Optional[float] = ..., usd_per_million_output_tokens: _Optional[float] = ..., batch_usd_per_million_input_tokens: _Optional[float] = ..., batch_usd_per_million_output_tokens: _Optional[float] = ...) -> None: ...

class RateRow(_message.Message):
    __slots__ = ("workload", "bucket", "kind", "deployment", "model", "precision", "accelerator", "accelerators_per_replica", "concurrency", "requests_per_second", "margin", "utilisation_limit", "planned_requests_per_second", "ttft_ms", "tpot_ms", "end_to_end_ms", "quality", "provenance", "source", "requests_per_month_mean")
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    ACCELERATOR_FIELD_NUMBER: _ClassVar[int]
    ACCELERATORS_PER_REPLICA_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MARGIN_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_LIMIT_FIELD_NUMBER: _ClassVar[int]
    PLANNED_REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MONTH_MEAN_FIELD_NUMBER: _ClassVar[int]
    workload: str
    bucket: str
    kind: _routing_pb2.ServeKind
    deployment: str
    model: str
    precision: _entries_pb2.Precision
    accelerator: str
    accelerators_per_replica: int
    concurrency: int
    requests_per_second: float
    margin: float
    utilisation_limit: float
    planned_requests_per_second: float
    ttft_ms: float
    tpot_ms: float
    end_to_end_ms: float
    quality: float
    provenance: _routing_pb2.Provenance
    source: str
    requests_per_month_mean: float
    def __init__(self, workload: _Optional[str] = ..., bucket: _Optional[str] = ..., kind: _Optional[_Union[_routing_pb2.ServeKind, str]] = ..., deployment: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[_Union[_entries_pb2.Precision, str]] = ..., accelerator: _Optional[str] = ..., accelerators_per_replica: _Optional[int] = ..., concurrency: _Optional[int] = ..., requests_per_second: _Optional[float] = ..., margin: _Optional[float] = ..., utilisation_limit: _Optional[float] = ..., planned_requests_per_second: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., end_to_end_ms: _Optional[float] = ..., quality: _Optional[float] = ..., provenance: _Optional[_Union[_routing_pb2.Provenance, str]] = ..., source: _Optional[str] = ..., requests_per_month_mean: _Optional[float] = ...) -> None: ...

class Inputs(_message.Message):
    __slots__ = ("horizon", "finance", "policy", "serving", "solve", "precisions", "baselines", "stages", "slots", "workloads", "models", "profiles", "precision_recovery", "sites", "servers", "accelerators", "offers", "endpoints", "rates")
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    FINANCE_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    SOLVE_FIELD_NUMBER: _ClassVar[int]
    PRECISIONS_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    WORKLOADS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    PRECISION_RECOVERY_FIELD_NUMBER: _ClassVar[int]
    SITES_FIELD_NUMBER: _ClassVar[int]
    SERVERS_FIELD_NUMBER: _ClassVar[int]
    ACCELERATORS_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    horizon: _horizon_pb2.Horizon
    finance: _finance_pb2.Finance
    policy: _policy_pb2.Policy
    serving: _serving_pb2.Serving
    solve: _instance_pb2.Solve
    precisions: _containers.RepeatedScalarFieldContainer[_entries_pb2.Precision]
    baselines: _containers.RepeatedScalarFieldContainer[_instance_pb2.Baseline]
    stages: _containers.RepeatedCompositeFieldContainer[Stage]
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    workloads: _containers.RepeatedCompositeFieldContainer[ResolvedWorkload]
    models: _containers.RepeatedCompositeFieldContainer[_entries_pb2.Model]
    profiles: _containers.RepeatedCompositeFieldContainer[_serving_pb2.MeasuredProfile]
    precision_recovery: _containers.RepeatedCompositeFieldContainer[_entries_pb2.QuantizationRecovery]
    sites: _containers.RepeatedCompositeFieldContainer[_sites_pb2.Site]
    servers: _containers.RepeatedCompositeFieldContainer[_entries_pb2.ServerType]
    accelerators: _containers.RepeatedCompositeFieldContainer[_entries_pb2.Accelerator]
    offers: _containers.RepeatedCompositeFieldContainer[ResolvedOffer]
    endpoints: _containers.RepeatedCompositeFieldContainer[ResolvedEndpoint]
    rates: _containers.RepeatedCompositeFieldContainer[RateRow]
    def __init__(self, horizon: _Optional[_Union[_horizon_pb2.Horizon, _Mapping]] = ..., finance: _Optional[_Union[_finance_pb2.Finance, _Mapping]] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., serving: _Optional[_Union[_serving_pb2.Serving, _Mapping]] = ..., solve: _Optional[_Union[_instance_pb2.Solve, _Mapping]] = ..., precisions: _Optional[_Iterable[_Union[_entries_pb2.Precision, str]]] = ..., baselines: _Optional[_Iterable[_Union[_instance_pb2.Baseline, str]]] = ..., stages: _Optional[_Iterable[_Union[Stage, _Mapping]]] = ..., slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ..., workloads: _Optional[_Iterable[_Union[ResolvedWorkload, _Mapping]]] = ..., models: _Optional[_Iterable[_Union[_entries_pb2.Model, _Mapping]]] = ..., profiles: _Optional[_Iterable[_Union[_serving_pb2.MeasuredProfile, _Mapping]]] = ..., precision_recovery: _Optional[_Iterable[_Union[_entries_pb2.QuantizationRecovery, _Mapping]]] = ..., sites: _Optional[_Iterable[_Union[_sites_pb2.Site, _Mapping]]] = ..., servers: _Optional[_Iterable[_Union[_entries_pb2.ServerType, _Mapping]]] = ..., accelerators: _Optional[_Iterable[_Union[_entries_pb2.Accelerator, _Mapping]]] = ..., offers: _Optional[_Iterable[_Union[ResolvedOffer, _Mapping]]] = ..., endpoints: _Optional[_Iterable[_Union[ResolvedEndpoint, _Mapping]]] = ..., rates: _Optional[_Iterable[_Union[RateRow, _Mapping]]] = ...) -> None: ...

class PlannedInstance(_message.Message):
    __slots__ = ("name", "digest", "description", "inputs")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    digest: str
    description: str
    inputs: Inputs
    def __init__(self, name: _Optional[str] = ..., digest: _Optional[str] = ..., description: _Optional[str] = ..., inputs: _Optional[_Union[Inputs, _Mapping]] = ...) -> None: ...
