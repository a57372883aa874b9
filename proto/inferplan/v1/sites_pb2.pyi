from inferplan.v1 import entries_pb2 as _entries_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VolumeTier(_message.Message):
    __slots__ = ("from_servers", "discount")
    FROM_SERVERS_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    from_servers: int
    discount: float
    def __init__(self, from_servers: _Optional[int] = ..., discount: _Optional[float] = ...) -> None: ...

class ResalePoint(_message.Message):
    __slots__ = ("age_months", "share")
    AGE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    age_months: int
    share: float
    def __init__(self, age_months: _Optional[int] = ..., share: _Optional[float] = ...) -> None: ...

class Existing(_message.Message):
    __slots__ = ("name", "server", "maintenance_share_per_year", "software_usd_per_accelerator_year", "count", "remaining_life_months", "usd_per_server")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    MAINTENANCE_SHARE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_USD_PER_ACCELERATOR_YEAR_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_LIFE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_SERVER_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    maintenance_share_per_year: float
    software_usd_per_accelerator_year: float
    count: int
    remaining_life_months: int
    usd_per_server: float
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., maintenance_share_per_year: _Optional[float] = ..., software_usd_per_accelerator_year: _Optional[float] = ..., count: _Optional[int] = ..., remaining_life_months: _Optional[int] = ..., usd_per_server: _Optional[float] = ...) -> None: ...

class Purchase(_message.Message):
    __slots__ = ("name", "server", "maintenance_share_per_year", "software_usd_per_accelerator_year", "usd_per_server", "price_change_per_year", "lead_time_months", "life_months", "minimum_order", "stock", "tiers", "resale")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    MAINTENANCE_SHARE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_USD_PER_ACCELERATOR_YEAR_FIELD_NUMBER: _ClassVar[int]
    USD_PER_SERVER_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    LEAD_TIME_MONTHS_FIELD_NUMBER: _ClassVar[int]
    LIFE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_ORDER_FIELD_NUMBER: _ClassVar[int]
    STOCK_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    RESALE_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    maintenance_share_per_year: float
    software_usd_per_accelerator_year: float
    usd_per_server: float
    price_change_per_year: float
    lead_time_months: int
    life_months: int
    minimum_order: int
    stock: int
    tiers: _containers.RepeatedCompositeFieldContainer[VolumeTier]
    resale: _containers.RepeatedCompositeFieldContainer[ResalePoint]
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., maintenance_share_per_year: _Optional[float] = ..., software_usd_per_accelerator_year: _Optional[float] = ..., usd_per_server: _Optional[float] = ..., price_change_per_year: _Optional[float] = ..., lead_time_months: _Optional[int] = ..., life_months: _Optional[int] = ..., minimum_order: _Optional[int] = ..., stock: _Optional[int] = ..., tiers: _Optional[_Iterable[_Union[VolumeTier, _Mapping]]] = ..., resale: _Optional[_Iterable[_Union[ResalePoint, _Mapping]]] = ...) -> None: ...

class Lease(_message.Message):
    __slots__ = ("name", "server", "maintenance_share_per_year", "software_usd_per_accelerator_year", "usd_per_server_month", "price_change_per_year", "term_months", "lead_time_months", "minimum_order", "stock")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    MAINTENANCE_SHARE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_USD_PER_ACCELERATOR_YEAR_FIELD_NUMBER: _ClassVar[int]
    USD_PER_SERVER_MONTH_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    LEAD_TIME_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_ORDER_FIELD_NUMBER: _ClassVar[int]
    STOCK_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    maintenance_share_per_year: float
    software_usd_per_accelerator_year: float
    usd_per_server_month: float
    price_change_per_year: float
    term_months: int
    lead_time_months: int
    minimum_order: int
    stock: int
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., maintenance_share_per_year: _Optional[float] = ..., software_usd_per_accelerator_year: _Optional[float] = ..., usd_per_server_month: _Optional[float] = ..., price_change_per_year: _Optional[float] = ..., term_months: _Optional[int] = ..., lead_time_months: _Optional[int] = ..., minimum_order: _Optional[int] = ..., stock: _Optional[int] = ...) -> None: ...

class Reserved(_message.Message):
    __slots__ = ("name", "server", "price_change_per_year", "max_servers", "term_months", "usd_per_hour", "discount", "upfront_share")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    MAX_SERVERS_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_HOUR_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    UPFRONT_SHARE_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    price_change_per_year: float
    max_servers: int
    term_months: int
    usd_per_hour: float
    discount: float
    upfront_share: float
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., price_change_per_year: _Optional[float] = ..., max_servers: _Optional[int] = ..., term_months: _Optional[int] = ..., usd_per_hour: _Optional[float] = ..., discount: _Optional[float] = ..., upfront_share: _Optional[float] = ...) -> None: ...

class OnDemand(_message.Message):
    __slots__ = ("name", "server", "price_change_per_year", "max_servers", "usd_per_hour")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    MAX_SERVERS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_HOUR_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    price_change_per_year: float
    max_servers: int
    usd_per_hour: float
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., price_change_per_year: _Optional[float] = ..., max_servers: _Optional[int] = ..., usd_per_hour: _Optional[float] = ...) -> None: ...

class Spot(_message.Message):
    __slots__ = ("name", "server", "price_change_per_year", "max_servers", "usd_per_hour", "availability")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    MAX_SERVERS_FIELD_NUMBER: _ClassVar[int]
    USD_PER_HOUR_FIELD_NUMBER: _ClassVar[int]
    AVAILABILITY_FIELD_NUMBER: _ClassVar[int]
    name: str
    server: str
    price_change_per_year: float
    max_servers: int
    usd_per_hour: float
    availability: float
    def __init__(self, name: _Optional[str] = ..., server: _Optional[str] = ..., price_change_per_year: _Optional[float] = ..., max_servers: _Optional[int] = ..., usd_per_hour: _Optional[float] = ..., availability: _Optional[float] = ...) -> None: ...

class Offer(_message.Message):
    __slots__ = ("existing", "purchase", "lease", "reserved", "on_demand", "spot")
    EXISTING_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    LEASE_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    ON_DEMAND_FIELD_NUMBER: _ClassVar[int]
    SPOT_FIELD_NUMBER: _ClassVar[int]
    existing: Existing
    purchase: Purchase
    lease: Lease
    reserved: Reserved
    on_demand: OnDemand
    spot: Spot
    def __init__(self, existing: _Optional[_Union[Existing, _Mapping]] = ..., purchase: _Optional[_Union[Purchase, _Mapping]] = ..., lease: _Optional[_Union[Lease, _Mapping]] = ..., reserved: _Optional[_Union[Reserved, _Mapping]] = ..., on_demand: _Optional[_Union[OnDemand, _Mapping]] = ..., spot: _Optional[_Union[Spot, _Mapping]] = ...) -> None: ...

class Electricity(_message.Message):
    __slots__ = ("usd_per_kwh", "escalation_per_year")
    USD_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_PER_YEAR_FIELD_NUMBER: _ClassVar[int]
    usd_per_kwh: float
    escalation_per_year: float
    def __init__(self, usd_per_kwh: _Optional[float] = ..., escalation_per_year: _Optional[float] = ...) -> None: ...

class Site(_message.Message):
    __slots__ = ("name", "provider", "region", "residency", "power_kw", "pue", "rack_units", "colocation_usd_per_kw_month", "staff_usd_per_server_month", "electricity", "carbon_g_per_kwh", "egress_usd_per_gb", "offers")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    RESIDENCY_FIELD_NUMBER: _ClassVar[int]
    POWER_KW_FIELD_NUMBER: _ClassVar[int]
    PUE_FIELD_NUMBER: _ClassVar[int]
    RACK_UNITS_FIELD_NUMBER: _ClassVar[int]
    COLOCATION_USD_PER_KW_MONTH_FIELD_NUMBER: _ClassVar[int]
    STAFF_USD_PER_SERVER_MONTH_FIELD_NUMBER: _ClassVar[int]
    ELECTRICITY_FIELD_NUMBER: _ClassVar[int]
    CARBON_G_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    EGRESS_USD_PER_GB_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    provider: str
    region: str
    residency: _containers.RepeatedScalarFieldContainer[str]
    power_kw: float
    pue: float
    rack_units: float
    colocation_usd_per_kw_month: float
    staff_usd_per_server_month: float
    electricity: Electricity
    carbon_g_per_kwh: float
    egress_usd_per_gb: float
    offers: _containers.RepeatedCompositeFieldContainer[Offer]
    def __init__(self, name: _Optional[str] = ..., provider: _Optional[str] = ..., region: _Optional[str] = ..., residency: _Optional[_Iterable[str]] = ..., power_kw: _Optional[float] = ..., pue: _Optional[float] = ..., rack_units: _Optional[float] = ..., colocation_usd_per_kw_month: _Optional[float] = ..., staff_usd_per_server_month: _Optional[float] = ..., electricity: _Optional[_Union[Electricity, _Mapping]] = ..., carbon_g_per_kwh: _Optional[float] = ..., egress_usd_per_gb: _Optional[float] = ..., offers: _Optional[_Iterable[_Union[Offer, _Mapping]]] = ...) -> None: ...

class Endpoint(_message.Message):
    __slots__ = ("api", "name", "model", "quality", "usd_per_million_input_tokens", "usd_per_million_cached_input_tokens", "usd_per_million_output_tokens", "batch_usd_per_million_input_tokens", "batch_usd_per_million_output_tokens", "price_change_per_year", "max_requests_per_second", "ttft_ms", "tpot_ms", "max_context_tokens", "residency", "carbon_g_per_million_tokens", "batch_turnaround_hours")
    API_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
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
    BATCH_TURNAROUND_HOURS_FIELD_NUMBER: _ClassVar[int]
    api: str
    name: str
    model: str
    quality: _containers.RepeatedCompositeFieldContainer[_entries_pb2.Quality]
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
    batch_turnaround_hours: float
    def __init__(self, api: _Optional[str] = ..., name: _Optional[str] = ..., model: _Optional[str] = ..., quality: _Optional[_Iterable[_Union[_entries_pb2.Quality, _Mapping]]] = ..., usd_per_million_input_tokens: _Optional[float] = ..., usd_per_million_cached_input_tokens: _Optional[float] = ..., usd_per_million_output_tokens: _Optional[float] = ..., batch_usd_per_million_input_tokens: _Optional[float] = ..., batch_usd_per_million_output_tokens: _Optional[float] = ..., price_change_per_year: _Optional[float] = ..., max_requests_per_second: _Optional[float] = ..., ttft_ms: _Optional[float] = ..., tpot_ms: _Optional[float] = ..., max_context_tokens: _Optional[int] = ..., residency: _Optional[_Iterable[str]] = ..., carbon_g_per_million_tokens: _Optional[float] = ..., batch_turnaround_hours: _Optional[float] = ...) -> None: ...
