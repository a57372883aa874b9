from inferplan.v1 import cost_pb2 as _cost_pb2
from inferplan.v1 import fleet_pb2 as _fleet_pb2
from inferplan.v1 import inputs_pb2 as _inputs_pb2
from inferplan.v1 import payback_pb2 as _payback_pb2
from inferplan.v1 import routing_pb2 as _routing_pb2
from inferplan.v1 import termination_pb2 as _termination_pb2
from inferplan.v1 import verification_pb2 as _verification_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Plan(_message.Message):
    __slots__ = ("instance", "termination", "cost", "payback", "fleet", "replicas", "routing", "routes", "workloads", "batch", "verification", "diagnostics", "latency")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    TERMINATION_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    PAYBACK_FIELD_NUMBER: _ClassVar[int]
    FLEET_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    WORKLOADS_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    instance: _inputs_pb2.PlannedInstance
    termination: _termination_pb2.Termination
    cost: _cost_pb2.Cost
    payback: _containers.RepeatedCompositeFieldContainer[_payback_pb2.Payback]
    fleet: _containers.RepeatedCompositeFieldContainer[_fleet_pb2.FleetRow]
    replicas: _containers.RepeatedCompositeFieldContainer[_fleet_pb2.ReplicaRow]
    routing: _containers.RepeatedCompositeFieldContainer[_routing_pb2.RoutingShare]
    routes: _containers.RepeatedCompositeFieldContainer[_routing_pb2.BucketRoute]
    workloads: _containers.RepeatedCompositeFieldContainer[_routing_pb2.WorkloadRow]
    batch: _containers.RepeatedCompositeFieldContainer[_routing_pb2.BatchRow]
    verification: _verification_pb2.Verification
    diagnostics: _containers.RepeatedCompositeFieldContainer[_termination_pb2.Diagnostic]
    latency: _containers.RepeatedCompositeFieldContainer[_fleet_pb2.LatencyRow]
    def __init__(self, instance: _Optional[_Union[_inputs_pb2.PlannedInstance, _Mapping]] = ..., termination: _Optional[_Union[_termination_pb2.Termination, _Mapping]] = ..., cost: _Optional[_Union[_cost_pb2.Cost, _Mapping]] = ..., payback: _Optional[_Iterable[_Union[_payback_pb2.Payback, _Mapping]]] = ..., fleet: _Optional[_Iterable[_Union[_fleet_pb2.FleetRow, _Mapping]]] = ..., replicas: _Optional[_Iterable[_Union[_fleet_pb2.ReplicaRow, _Mapping]]] = ..., routing: _Optional[_Iterable[_Union[_routing_pb2.RoutingShare, _Mapping]]] = ..., routes: _Optional[_Iterable[_Union[_routing_pb2.BucketRoute, _Mapping]]] = ..., workloads: _Optional[_Iterable[_Union[_routing_pb2.WorkloadRow, _Mapping]]] = ..., batch: _Optional[_Iterable[_Union[_routing_pb2.BatchRow, _Mapping]]] = ..., verification: _Optional[_Union[_verification_pb2.Verification, _Mapping]] = ..., diagnostics: _Optional[_Iterable[_Union[_termination_pb2.Diagnostic, _Mapping]]] = ..., latency: _Optional[_Iterable[_Union[_fleet_pb2.LatencyRow, _Mapping]]] = ...) -> None: ...
