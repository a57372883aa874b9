from inferplan.v1 import entries_pb2 as _entries_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QualityMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_MODE_UNSPECIFIED: _ClassVar[QualityMode]
    QUALITY_MODE_EACH: _ClassVar[QualityMode]
    QUALITY_MODE_AVERAGE: _ClassVar[QualityMode]
QUALITY_MODE_UNSPECIFIED: QualityMode
QUALITY_MODE_EACH: QualityMode
QUALITY_MODE_AVERAGE: QualityMode

class PathPoint(_message.Message):
    __slots__ = ("month", "mean")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    month: int
    mean: float
    def __init__(self, month: _Optional[int] = ..., mean: _Optional[float] = ...) -> None: ...

class HourlyShape(_message.Message):
    __slots__ = ("weekday", "weekend")
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    WEEKEND_FIELD_NUMBER: _ClassVar[int]
    weekday: _containers.RepeatedScalarFieldContainer[float]
    weekend: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, weekday: _Optional[_Iterable[float]] = ..., weekend: _Optional[_Iterable[float]] = ...) -> None: ...

class ShortPeak(_message.Message):
    __slots__ = ("seconds", "ratio")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    seconds: float
    ratio: float
    def __init__(self, seconds: _Optional[float] = ..., ratio: _Optional[float] = ...) -> None: ...

class Arrivals(_message.Message):
    __slots__ = ("mean", "growth_per_year", "path", "shape_name", "hourly_shape", "shift_hours", "arrival_cv", "short_peaks")
    MEAN_FIELD_NUMBER: _ClassVar[int]
    GROWTH_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SHAPE_NAME_FIELD_NUMBER: _ClassVar[int]
    HOURLY_SHAPE_FIELD_NUMBER: _ClassVar[int]
    SHIFT_HOURS_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_CV_FIELD_NUMBER: _ClassVar[int]
    SHORT_PEAKS_FIELD_NUMBER: _ClassVar[int]
    mean: float
    growth_per_year: float
    path: _containers.RepeatedCompositeFieldContainer[PathPoint]
    shape_name: str
    hourly_shape: HourlyShape
    shift_hours: int
    arrival_cv: float
    short_peaks: _containers.RepeatedCompositeFieldContainer[ShortPeak]
    def __init__(self, mean: _Optional[float] = ..., growth_per_year: _Optional[float] = ..., path: _Optional[_Iterable[_Union[PathPoint, _Mapping]]] = ..., shape_name: _Optional[str] = ..., hourly_shape: _Optional[_Union[HourlyShape, _Mapping]] = ..., shift_hours: _Optional[int] = ..., arrival_cv: _Optional[float] = ..., short_peaks: _Optional[_Iterable[_Union[ShortPeak, _Mapping]]] = ...) -> None: ...

class Latency(_message.Message):
    __slots__ = ("ttft_ms", "tpot_ms", "end_to_end_ms", "percentile")
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    PERCENTILE_FIELD_NUMBER: _ClassVar[int]
    ttft_ms: float
    tpot_ms: float
    end_to_end_ms: float
    percentile: float
    def __init__(self, ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., end_to_end_ms: _Optional[float] = ..., percentile: _Optional[float] = ...) -> None: ...

class QualityFloor(_message.Message):
    __slots__ = ("metric", "at_least", "mode")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    metric: str
    at_least: float
    mode: QualityMode
    def __init__(self, metric: _Optional[str] = ..., at_least: _Optional[float] = ..., mode: _Optional[_Union[QualityMode, str]] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("share", "deadline_hours")
    SHARE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_HOURS_FIELD_NUMBER: _ClassVar[int]
    share: float
    deadline_hours: float
    def __init__(self, share: _Optional[float] = ..., deadline_hours: _Optional[float] = ...) -> None: ...

class LengthBuckets(_message.Message):
    __slots__ = ("buckets",)
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    buckets: _containers.RepeatedCompositeFieldContainer[_entries_pb2.LengthBucket]
    def __init__(self, buckets: _Optional[_Iterable[_Union[_entries_pb2.LengthBucket, _Mapping]]] = ...) -> None: ...

class Workload(_message.Message):
    __slots__ = ("name", "requests_per_second", "length_profile", "length_buckets", "latency", "quality", "batch", "prefix_cache_hit_rate", "residency", "models")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    LENGTH_PROFILE_FIELD_NUMBER: _ClassVar[int]
    LENGTH_BUCKETS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    PREFIX_CACHE_HIT_RATE_FIELD_NUMBER: _ClassVar[int]
    RESIDENCY_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    name: str
    requests_per_second: Arrivals
    length_profile: str
    length_buckets: LengthBuckets
    latency: Latency
    quality: QualityFloor
    batch: Batch
    prefix_cache_hit_rate: float
    residency: _containers.RepeatedScalarFieldContainer[str]
    models: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., requests_per_second: _Optional[_Union[Arrivals, _Mapping]] = ..., length_profile: _Optional[str] = ..., length_buckets: _Optional[_Union[LengthBuckets, _Mapping]] = ..., latency: _Optional[_Union[Latency, _Mapping]] = ..., quality: _Optional[_Union[QualityFloor, _Mapping]] = ..., batch: _Optional[_Union[Batch, _Mapping]] = ..., prefix_cache_hit_rate: _Optional[float] = ..., residency: _Optional[_Iterable[str]] = ..., models: _Optional[_Iterable[str]] = ...) -> None: ...
