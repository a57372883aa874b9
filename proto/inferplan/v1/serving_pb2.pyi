from inferplan.v1 import entries_pb2 as _entries_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class KvPrecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KV_PRECISION_UNSPECIFIED: _ClassVar[KvPrecision]
    KV_PRECISION_BF16: _ClassVar[KvPrecision]
    KV_PRECISION_FP8: _ClassVar[KvPrecision]
KV_PRECISION_UNSPECIFIED: KvPrecision
KV_PRECISION_BF16: KvPrecision
KV_PRECISION_FP8: KvPrecision

class PrefillDecode(_message.Message):
    __slots__ = ("prefill", "decode")
    PREFILL_FIELD_NUMBER: _ClassVar[int]
    DECODE_FIELD_NUMBER: _ClassVar[int]
    prefill: int
    decode: int
    def __init__(self, prefill: _Optional[int] = ..., decode: _Optional[int] = ...) -> None: ...

class Disaggregated(_message.Message):
    __slots__ = ("ratios", "prefill_tensor_parallel")
    RATIOS_FIELD_NUMBER: _ClassVar[int]
    PREFILL_TENSOR_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    ratios: _containers.RepeatedCompositeFieldContainer[PrefillDecode]
    prefill_tensor_parallel: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, ratios: _Optional[_Iterable[_Union[PrefillDecode, _Mapping]]] = ..., prefill_tensor_parallel: _Optional[_Iterable[int]] = ...) -> None: ...

class Rates(_message.Message):
    __slots__ = ("silicon_database",)
    SILICON_DATABASE_FIELD_NUMBER: _ClassVar[int]
    silicon_database: bool
    def __init__(self, silicon_database: bool = ...) -> None: ...

class Serving(_message.Message):
    __slots__ = ("engines", "tensor_parallel", "pipeline_parallel", "concurrency", "kv_precisions", "expert_parallel", "attention_data_parallel", "chunked_prefill", "disaggregated")
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    TENSOR_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    KV_PRECISIONS_FIELD_NUMBER: _ClassVar[int]
    EXPERT_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    ATTENTION_DATA_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    CHUNKED_PREFILL_FIELD_NUMBER: _ClassVar[int]
    DISAGGREGATED_FIELD_NUMBER: _ClassVar[int]
    engines: _containers.RepeatedScalarFieldContainer[str]
    tensor_parallel: _containers.RepeatedScalarFieldContainer[int]
    pipeline_parallel: _containers.RepeatedScalarFieldContainer[int]
    concurrency: _containers.RepeatedScalarFieldContainer[int]
    kv_precisions: _containers.RepeatedScalarFieldContainer[KvPrecision]
    expert_parallel: _containers.RepeatedScalarFieldContainer[int]
    attention_data_parallel: bool
    chunked_prefill: bool
    disaggregated: Disaggregated
    def __init__(self, engines: _Optional[_Iterable[str]] = ..., tensor_parallel: _Optional[_Iterable[int]] = ..., pipeline_parallel: _Optional[_Iterable[int]] = ..., concurrency: _Optional[_Iterable[int]] = ..., kv_precisions: _Optional[_Iterable[_Union[KvPrecision, str]]] = ..., expert_parallel: _Optional[_Iterable[int]] = ..., attention_data_parallel: bool = ..., chunked_prefill: bool = ..., disaggregated: _Optional[_Union[Disaggregated, _Mapping]] = ...) -> None: ...

class MeasuredPoint(_message.Message):
    __slots__ = ("input_tokens", "output_tokens", "requests_per_second", "ttft_ms", "tpot_ms")
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    TTFT_MS_FIELD_NUMBER: _ClassVar[int]
    TPOT_MS_FIELD_NUMBER: _ClassVar[int]
    input_tokens: int
    output_tokens: int
    requests_per_second: float
    ttft_ms: float
    tpot_ms: float
    def __init__(self, input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., requests_per_second: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ...) -> None: ...

class MeasuredProfile(_message.Message):
    __slots__ = ("name", "model", "precision", "accelerator", "tensor_parallel", "pipeline_parallel", "engine", "kv_precision", "expert_parallel", "attention_data_parallel", "concurrency", "points", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    ACCELERATOR_FIELD_NUMBER: _ClassVar[int]
    TENSOR_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    KV_PRECISION_FIELD_NUMBER: _ClassVar[int]
    EXPERT_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    ATTENTION_DATA_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    model: str
    precision: _entries_pb2.Precision
    accelerator: str
    tensor_parallel: int
    pipeline_parallel: int
    engine: str
    kv_precision: KvPrecision
    expert_parallel: int
    attention_data_parallel: bool
    concurrency: int
    points: _containers.RepeatedCompositeFieldContainer[MeasuredPoint]
    source: str
    def __init__(self, name: _Optional[str] = ..., model: _Optional[str] = ..., precision: _Optional[_Union[_entries_pb2.Precision, str]] = ..., accelerator: _Optional[str] = ..., tensor_parallel: _Optional[int] = ..., pipeline_parallel: _Optional[int] = ..., engine: _Optional[str] = ..., kv_precision: _Optional[_Union[KvPrecision, str]] = ..., expert_parallel: _Optional[int] = ..., attention_data_parallel: bool = ..., concurrency: _Optional[int] = ..., points: _Optional[_Iterable[_Union[MeasuredPoint, _Mapping]]] = ..., source: _Optional[str] = ...) -> None: ...
