from inferplan.v1 import entries_pb2 as _entries_pb2
from inferplan.v1 import finance_pb2 as _finance_pb2
from inferplan.v1 import horizon_pb2 as _horizon_pb2
from inferplan.v1 import policy_pb2 as _policy_pb2
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

class Baseline(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BASELINE_UNSPECIFIED: _ClassVar[Baseline]
    BASELINE_API_ONLY: _ClassVar[Baseline]
    BASELINE_CLOUD_ON_DEMAND: _ClassVar[Baseline]
    BASELINE_CLOUD_RESERVED: _ClassVar[Baseline]
    BASELINE_STATUS_QUO: _ClassVar[Baseline]
BASELINE_UNSPECIFIED: Baseline
BASELINE_API_ONLY: Baseline
BASELINE_CLOUD_ON_DEMAND: Baseline
BASELINE_CLOUD_RESERVED: Baseline
BASELINE_STATUS_QUO: Baseline

class Solve(_message.Message):
    __slots__ = ("relative_gap", "time_limit_seconds", "threads", "seed")
    RELATIVE_GAP_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    relative_gap: float
    time_limit_seconds: float
    threads: int
    seed: int
    def __init__(self, relative_gap: _Optional[float] = ..., time_limit_seconds: _Optional[float] = ..., threads: _Optional[int] = ..., seed: _Optional[int] = ...) -> None: ...

class ModelChoice(_message.Message):
    __slots__ = ("name", "model")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    model: _entries_pb2.Model
    def __init__(self, name: _Optional[str] = ..., model: _Optional[_Union[_entries_pb2.Model, _Mapping]] = ...) -> None: ...

class Instance(_message.Message):
    __slots__ = ("schema", "name", "description", "horizon", "finance", "workloads", "models", "precisions", "serving", "rates", "accelerators", "servers", "profiles", "sites", "endpoints", "policy", "baselines", "solve")
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    FINANCE_FIELD_NUMBER: _ClassVar[int]
    WORKLOADS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    PRECISIONS_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    ACCELERATORS_FIELD_NUMBER: _ClassVar[int]
    SERVERS_FIELD_NUMBER: _ClassVar[int]
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    SITES_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    SOLVE_FIELD_NUMBER: _ClassVar[int]
    schema: str
    name: str
    description: str
    horizon: _horizon_pb2.Horizon
    finance: _finance_pb2.Finance
    workloads: _containers.RepeatedCompositeFieldContainer[_workload_pb2.Workload]
    models: _containers.RepeatedCompositeFieldContainer[ModelChoice]
    precisions: _containers.RepeatedScalarFieldContainer[_entries_pb2.Precision]
    serving: _serving_pb2.Serving
    rates: _serving_pb2.Rates
    accelerators: _containers.RepeatedCompositeFieldContainer[_entries_pb2.Accelerator]
    servers: _containers.RepeatedCompositeFieldContainer[_entries_pb2.ServerType]
    profiles: _containers.RepeatedCompositeFieldContainer[_serving_pb2.MeasuredProfile]
    sites: _containers.RepeatedCompositeFieldContainer[_sites_pb2.Site]
    endpoints: _containers.RepeatedCompositeFieldContainer[_sites_pb2.Endpoint]
    policy: _policy_pb2.Policy
    baselines: _containers.RepeatedScalarFieldContainer[Baseline]
    solve: Solve
    def __init__(self, schema: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., horizon: _Optional[_Union[_horizon_pb2.Horizon, _Mapping]] = ..., finance: _Optional[_Union[_finance_pb2.Finance, _Mapping]] = ..., workloads: _Optional[_Iterable[_Union[_workload_pb2.Workload, _Mapping]]] = ..., models: _Optional[_Iterable[_Union[ModelChoice, _Mapping]]] = ..., precisions: _Optional[_Iterable[_Union[_entries_pb2.Precision, str]]] = ..., serving: _Optional[_Union[_serving_pb2.Serving, _Mapping]] = ..., rates: _Optional[_Union[_serving_pb2.Rates, _Mapping]] = ..., accelerators: _Optional[_Iterable[_Union[_entries_pb2.Accelerator, _Mapping]]] = ..., servers: _Optional[_Iterable[_Union[_entries_pb2.ServerType, _Mapping]]] = ..., profiles: _Optional[_Iterable[_Union[_serving_pb2.MeasuredProfile, _Mapping]]] = ..., sites: _Optional[_Iterable[_Union[_sites_pb2.Site, _Mapping]]] = ..., endpoints: _Optional[_Iterable[_Union[_sites_pb2.Endpoint, _Mapping]]] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., baselines: _Optional[_Iterable[_Union[Baseline, str]]] = ..., solve: _Optional[_Union[Solve, _Mapping]] = ...) -> None: ...
