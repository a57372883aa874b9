from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Spare(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPARE_UNSPECIFIED: _ClassVar[Spare]
    SPARE_NONE: _ClassVar[Spare]
    SPARE_N_PLUS_1: _ClassVar[Spare]

class Queueing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEUEING_UNSPECIFIED: _ClassVar[Queueing]
    QUEUEING_ERLANG_C: _ClassVar[Queueing]
    QUEUEING_OFF: _ClassVar[Queueing]
SPARE_UNSPECIFIED: Spare
SPARE_NONE: Spare
SPARE_N_PLUS_1: Spare
QUEUEING_UNSPECIFIED: Queueing
QUEUEING_ERLANG_C: Queueing
QUEUEING_OFF: Queueing

class PlanningMargin(_message.Message):
    __slots__ = ("measured", "silicon", "roofline", "silicon_experts", "roofline_experts")
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    SILICON_FIELD_NUMBER: _ClassVar[int]
    ROOFLINE_FIELD_NUMBER: _ClassVar[int]
    SILICON_EXPERTS_FIELD_NUMBER: _ClassVar[int]
    ROOFLINE_EXPERTS_FIELD_NUMBER: _ClassVar[int]
    measured: float
    silicon: float
    roofline: float
    silicon_experts: float
    roofline_experts: float
    def __init__(self, measured: _Optional[float] = ..., silicon: _Optional[float] = ..., roofline: _Optional[float] = ..., silicon_experts: _Optional[float] = ..., roofline_experts: _Optional[float] = ...) -> None: ...

class StageBudgets(_message.Message):
    __slots__ = ("usd",)
    USD_FIELD_NUMBER: _ClassVar[int]
    usd: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, usd: _Optional[_Iterable[float]] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("capex_budget_usd", "capex_budget_usd_each_stage", "capex_budget_by_stage", "spare", "minimum_replicas", "spot_share", "max_models", "max_vendors", "carbon_cap_tonnes", "carbon_price_usd_per_tonne", "planning_margin", "queueing")
    CAPEX_BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    CAPEX_BUDGET_USD_EACH_STAGE_FIELD_NUMBER: _ClassVar[int]
    CAPEX_BUDGET_BY_STAGE_FIELD_NUMBER: _ClassVar[int]
    SPARE_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    SPOT_SHARE_FIELD_NUMBER: _ClassVar[int]
    MAX_MODELS_FIELD_NUMBER: _ClassVar[int]
    MAX_VENDORS_FIELD_NUMBER: _ClassVar[int]
    CARBON_CAP_TONNES_FIELD_NUMBER: _ClassVar[int]
    CARBON_PRICE_USD_PER_TONNE_FIELD_NUMBER: _ClassVar[int]
    PLANNING_MARGIN_FIELD_NUMBER: _ClassVar[int]
    QUEUEING_FIELD_NUMBER: _ClassVar[int]
    capex_budget_usd: float
    capex_budget_usd_each_stage: float
    capex_budget_by_stage: StageBudgets
    spare: Spare
    minimum_replicas: int
    spot_share: float
    max_models: int
    max_vendors: int
    carbon_cap_tonnes: float
    carbon_price_usd_per_tonne: float
    planning_margin: PlanningMargin
    queueing: Queueing
    def __init__(self, capex_budget_usd: _Optional[float] = ..., capex_budget_usd_each_stage: _Optional[float] = ..., capex_budget_by_stage: _Optional[_Union[StageBudgets, _Mapping]] = ..., spare: _Optional[_Union[Spare, str]] = ..., minimum_replicas: _Optional[int] = ..., spot_share: _Optional[float] = ..., max_models: _Optional[int] = ..., max_vendors: _Optional[int] = ..., carbon_cap_tonnes: _Optional[float] = ..., carbon_price_usd_per_tonne: _Optional[float] = ..., planning_margin: _Optional[_Union[PlanningMargin, _Mapping]] = ..., queueing: _Optional[_Union[Queueing, str]] = ...) -> None: ...
