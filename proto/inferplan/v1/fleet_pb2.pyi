from inferplan.v1 import entries_pb2 as _entries_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_KIND_UNSPECIFIED: _ClassVar[OfferKind]
    OFFER_KIND_EXISTING: _ClassVar[OfferKind]
    OFFER_KIND_PURCHASE: _ClassVar[OfferKind]
    OFFER_KIND_LEASE: _ClassVar[OfferKind]
    OFFER_KIND_RESERVED: _ClassVar[OfferKind]
    OFFER_KIND_ON_DEMAND: _ClassVar[OfferKind]
    OFFER_KIND_SPOT: _ClassVar[OfferKind]
OFFER_KIND_UNSPECIFIED: OfferKind
OFFER_KIND_EXISTING: OfferKind
OFFER_KIND_PURCHASE: OfferKind
OFFER_KIND_LEASE: OfferKind
OFFER_KIND_RESERVED: OfferKind
OFFER_KIND_ON_DEMAND: OfferKind
OFFER_KIND_SPOT: OfferKind

class FleetRow(_message.Message):
    __slots__ = ("stage", "site", "server", "offer", "kind", "accelerator", "accelerators_per_server", "in_service", "bought", "committed", "ordered", "retired", "rented_mean", "rented_peak", "rented_stress", "rented_by_slot", "utilisation", "busy_share", "peak_utilisation")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCELERATOR_FIELD_NUMBER: _ClassVar[int]
    ACCELERATORS_PER_SERVER_FIELD_NUMBER: _ClassVar[int]
    IN_SERVICE_FIELD_NUMBER: _ClassVar[int]
    BOUGHT_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_FIELD_NUMBER: _ClassVar[int]
    ORDERED_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    RENTED_MEAN_FIELD_NUMBER: _ClassVar[int]
    RENTED_PEAK_FIELD_NUMBER: _ClassVar[int]
    RENTED_STRESS_FIELD_NUMBER: _ClassVar[int]
    RENTED_BY_SLOT_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_FIELD_NUMBER: _ClassVar[int]
    BUSY_SHARE_FIELD_NUMBER: _ClassVar[int]
    PEAK_UTILISATION_FIELD_NUMBER: _ClassVar[int]
    stage: str
    site: str
    server: str
    offer: str
    kind: OfferKind
    accelerator: str
    accelerators_per_server: int
    in_service: int
    bought: int
    committed: int
    ordered: str
    retired: int
    rented_mean: float
    rented_peak: int
    rented_stress: int
    rented_by_slot: _containers.RepeatedScalarFieldContainer[int]
    utilisation: float
    busy_share: float
    peak_utilisation: float
    def __init__(self, stage: _Optional[str] = ..., site: _Optional[str] = ..., server: _Optional[str] = ..., offer: _Optional[str] = ..., kind: _Optional[_Union[OfferKind, str]] = ..., accelerator: _Optional[str] = ..., accelerators_per_server: _Optional[int] = ..., in_service: _Optional[int] = ..., bought: _Optional[int] = ..., committed: _Optional[int] = ..., ordered: _Optional[str] = ..., retired: _Optional[int] = ..., rented_mean: _Optional[float] = ..., rented_peak: _Optional[int] = ..., rented_stress: _Optional[int] = ..., rented_by_slot: _Optional[_Iterable[int]] = ..., utilisation: _Optional[float] = ..., busy_share: _Optional[float] = ..., peak_utilisation: _Optional[float] = ...) -> None: ...

class ReplicaRow(_message.Message):
    __slots__ = ("stage", "site", "server", "deployment", "model", "precision", "accelerators_per_replica", "mean", "most", "filled", "by_slot")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    ACCELERATORS_PER_REPLICA_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    FILLED_FIELD_NUMBER: _ClassVar[int]
    BY_SLOT_FIELD_NUMBER: _ClassVar[int]
    stage: str
    site: str
    server: str
    deployment: str
    model: str
    precision: _entries_pb2.Precision
    accelerators_per_replica: int
    mean: float
    most: int
    filled: float
    by_slot: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, stage: _Optional[str] = ..., site: _Optional[str] = ..., server: _Optional[str] = ..., deployment: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[_Union[_entries_pb2.Precision, str]] = ..., accelerators_per_replica: _Optional[int] = ..., mean: _Optional[float] = ..., most: _Optional[int] = ..., filled: _Optional[float] = ..., by_slot: _Optional[_Iterable[int]] = ...) -> None: ...

class LatencyRow(_message.Message):
    __slots__ = ("stage", "site", "server", "deployment", "workload", "slot", "replicas", "places", "service_seconds", "percentile", "percentile_reached", "wait_allowance_ms", "wait_ms", "ttft_ms", "utilisation_used", "utilisation_linear", "utilisation_exact", "slack", "curve_replicas", "curve_utilisation")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    SERVICE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PERCENTILE_FIELD_NUMBER: _ClassVar[int]
    PERCENTILE_REACHED_FIELD_NUMBER: _ClassVar[int]
    WAIT_ALLOWANCE_MS_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_USED_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_LINEAR_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_EXACT_FIELD_NUMBER: _ClassVar[int]
    SLACK_FIELD_NUMBER: _ClassVar[int]
    CURVE_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    CURVE_UTILISATION_FIELD_NUMBER: _ClassVar[int]
    stage: str
    site: str
    server: str
    deployment: str
    workload: str
    slot: str
    replicas: int
    places: int
    service_seconds: float
    percentile: float
    percentile_reached: float
    wait_allowance_ms: float
    wait_ms: float
    ttft_ms: float
    utilisation_used: float
    utilisation_linear: float
    utilisation_exact: float
    slack: float
    curve_replicas: _containers.RepeatedScalarFieldContainer[int]
    curve_utilisation: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, stage: _Optional[str] = ..., site: _Optional[str] = ..., server: _Optional[str] = ..., deployment: _Optional[str] = ..., workload: _Optional[str] = ..., slot: _Optional[str] = ..., replicas: _Optional[int] = ..., places: _Optional[int] = ..., service_seconds: _Optional[float] = ..., percentile: _Optional[float] = ..., percentile_reached: _Optional[float] = ..., wait_allowance_ms: _Optional[float] = ..., wait_ms: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., utilisation_used: _Optional[float] = ..., utilisation_linear: _Optional[float] = ..., utilisation_exact: _Optional[float] = ..., slack: _Optional[float] = ..., curve_replicas: _Optional[_Iterable[int]] = ..., curve_utilisation: _Optional[_Iterable[float]] = ...) -> None: ...
