from google.protobuf import struct_pb2 as _struct_pb2
from inferplan.v1 import instance_pb2 as _instance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StudyHow(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_HOW_UNSPECIFIED: _ClassVar[StudyHow]
    STUDY_HOW_VALUE: _ClassVar[StudyHow]
    STUDY_HOW_TIMES: _ClassVar[StudyHow]
    STUDY_HOW_PLUS: _ClassVar[StudyHow]

class StudyMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_METHOD_UNSPECIFIED: _ClassVar[StudyMethod]
    STUDY_METHOD_LATIN_HYPERCUBE: _ClassVar[StudyMethod]
    STUDY_METHOD_SOBOL: _ClassVar[StudyMethod]
    STUDY_METHOD_RANDOM: _ClassVar[StudyMethod]
    STUDY_METHOD_SALTELLI: _ClassVar[StudyMethod]

class StudySolver(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_SOLVER_UNSPECIFIED: _ClassVar[StudySolver]
    STUDY_SOLVER_AUTO: _ClassVar[StudySolver]
    STUDY_SOLVER_EXTENSIVE: _ClassVar[StudySolver]
    STUDY_SOLVER_DECOMPOSITION: _ClassVar[StudySolver]
    STUDY_SOLVER_PROGRESSIVE_HEDGING: _ClassVar[StudySolver]

class StudyMeasure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_MEASURE_UNSPECIFIED: _ClassVar[StudyMeasure]
    STUDY_MEASURE_CAPEX: _ClassVar[StudyMeasure]
    STUDY_MEASURE_CARBON: _ClassVar[StudyMeasure]
    STUDY_MEASURE_POWER: _ClassVar[StudyMeasure]
    STUDY_MEASURE_TTFT: _ClassVar[StudyMeasure]
    STUDY_MEASURE_QUALITY: _ClassVar[StudyMeasure]

class StudyWish(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_WISH_UNSPECIFIED: _ClassVar[StudyWish]
    STUDY_WISH_FEWEST_VENDORS: _ClassVar[StudyWish]
    STUDY_WISH_LEAST_CAPEX: _ClassVar[StudyWish]
    STUDY_WISH_NO_PURCHASE: _ClassVar[StudyWish]
    STUDY_WISH_MOST_DIFFERENT: _ClassVar[StudyWish]

class StudyLever(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_LEVER_UNSPECIFIED: _ClassVar[StudyLever]
    STUDY_LEVER_API_PRICE: _ClassVar[StudyLever]
    STUDY_LEVER_VOLUME: _ClassVar[StudyLever]
    STUDY_LEVER_HARDWARE_PRICE: _ClassVar[StudyLever]
    STUDY_LEVER_UTILISATION: _ClassVar[StudyLever]
    STUDY_LEVER_GROWTH: _ClassVar[StudyLever]

class StudySide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_SIDE_UNSPECIFIED: _ClassVar[StudySide]
    STUDY_SIDE_API_ONLY: _ClassVar[StudySide]
    STUDY_SIDE_CLOUD_ON_DEMAND: _ClassVar[StudySide]
    STUDY_SIDE_CLOUD_RESERVED: _ClassVar[StudySide]
    STUDY_SIDE_RENT_OR_CALL: _ClassVar[StudySide]
STUDY_HOW_UNSPECIFIED: StudyHow
STUDY_HOW_VALUE: StudyHow
STUDY_HOW_TIMES: StudyHow
STUDY_HOW_PLUS: StudyHow
STUDY_METHOD_UNSPECIFIED: StudyMethod
STUDY_METHOD_LATIN_HYPERCUBE: StudyMethod
STUDY_METHOD_SOBOL: StudyMethod
STUDY_METHOD_RANDOM: StudyMethod
STUDY_METHOD_SALTELLI: StudyMethod
STUDY_SOLVER_UNSPECIFIED: StudySolver
STUDY_SOLVER_AUTO: StudySolver
STUDY_SOLVER_EXTENSIVE: StudySolver
STUDY_SOLVER_DECOMPOSITION: StudySolver
STUDY_SOLVER_PROGRESSIVE_HEDGING: StudySolver
STUDY_MEASURE_UNSPECIFIED: StudyMeasure
STUDY_MEASURE_CAPEX: StudyMeasure
STUDY_MEASURE_CARBON: StudyMeasure
STUDY_MEASURE_POWER: StudyMeasure
STUDY_MEASURE_TTFT: StudyMeasure
STUDY_MEASURE_QUALITY: StudyMeasure
STUDY_WISH_UNSPECIFIED: StudyWish
STUDY_WISH_FEWEST_VENDORS: StudyWish
STUDY_WISH_LEAST_CAPEX: StudyWish
STUDY_WISH_NO_PURCHASE: StudyWish
STUDY_WISH_MOST_DIFFERENT: StudyWish
STUDY_LEVER_UNSPECIFIED: StudyLever
STUDY_LEVER_API_PRICE: StudyLever
STUDY_LEVER_VOLUME: StudyLever
STUDY_LEVER_HARDWARE_PRICE: StudyLever
STUDY_LEVER_UTILISATION: StudyLever
STUDY_LEVER_GROWTH: StudyLever
STUDY_SIDE_UNSPECIFIED: StudySide
STUDY_SIDE_API_ONLY: StudySide
STUDY_SIDE_CLOUD_ON_DEMAND: StudySide
STUDY_SIDE_CLOUD_RESERVED: StudySide
STUDY_SIDE_RENT_OR_CALL: StudySide

class Study(_message.Message):
    __slots__ = ("name", "description", "base", "seed", "scenarios", "grid", "uncertain", "correlations", "solve", "study")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SCENARIOS_FIELD_NUMBER: _ClassVar[int]
    GRID_FIELD_NUMBER: _ClassVar[int]
    UNCERTAIN_FIELD_NUMBER: _ClassVar[int]
    CORRELATIONS_FIELD_NUMBER: _ClassVar[int]
    SOLVE_FIELD_NUMBER: _ClassVar[int]
    STUDY_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    base: _instance_pb2.Instance
    seed: int
    scenarios: _containers.RepeatedCompositeFieldContainer[StudyScenario]
    grid: _containers.RepeatedCompositeFieldContainer[StudyAxis]
    uncertain: _containers.RepeatedCompositeFieldContainer[StudyFactor]
    correlations: _containers.RepeatedCompositeFieldContainer[StudyCorrelation]
    solve: StudySolve
    study: StudyKind
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., base: _Optional[_Union[_instance_pb2.Instance, _Mapping]] = ..., seed: _Optional[int] = ..., scenarios: _Optional[_Iterable[_Union[StudyScenario, _Mapping]]] = ..., grid: _Optional[_Iterable[_Union[StudyAxis, _Mapping]]] = ..., uncertain: _Optional[_Iterable[_Union[StudyFactor, _Mapping]]] = ..., correlations: _Optional[_Iterable[_Union[StudyCorrelation, _Mapping]]] = ..., solve: _Optional[_Union[StudySolve, _Mapping]] = ..., study: _Optional[_Union[StudyKind, _Mapping]] = ...) -> None: ...

class StudySolve(_message.Message):
    __slots__ = ("relative_gap", "time_limit_seconds", "threads", "baselines")
    RELATIVE_GAP_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    relative_gap: float
    time_limit_seconds: float
    threads: int
    baselines: bool
    def __init__(self, relative_gap: _Optional[float] = ..., time_limit_seconds: _Optional[float] = ..., threads: _Optional[int] = ..., baselines: bool = ...) -> None: ...

class StudyScenario(_message.Message):
    __slots__ = ("name", "description", "overrides", "weight")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    overrides: _containers.RepeatedCompositeFieldContainer[StudyOverride]
    weight: float
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., overrides: _Optional[_Iterable[_Union[StudyOverride, _Mapping]]] = ..., weight: _Optional[float] = ...) -> None: ...

class StudyOverride(_message.Message):
    __slots__ = ("path", "change")
    PATH_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    path: str
    change: StudyChange
    def __init__(self, path: _Optional[str] = ..., change: _Optional[_Union[StudyChange, _Mapping]] = ...) -> None: ...

class StudyChange(_message.Message):
    __slots__ = ("set", "times", "plus", "remove", "add")
    SET_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    PLUS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_FIELD_NUMBER: _ClassVar[int]
    ADD_FIELD_NUMBER: _ClassVar[int]
    set: _struct_pb2.Value
    times: float
    plus: float
    remove: bool
    add: _struct_pb2.Value
    def __init__(self, set: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., times: _Optional[float] = ..., plus: _Optional[float] = ..., remove: bool = ..., add: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class StudyAxis(_message.Message):
    __slots__ = ("name", "paths", "values")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    values: _containers.RepeatedCompositeFieldContainer[StudyChange]
    def __init__(self, name: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., values: _Optional[_Iterable[_Union[StudyChange, _Mapping]]] = ...) -> None: ...

class StudyFactor(_message.Message):
    __slots__ = ("name", "paths", "how", "whole", "distribution", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    HOW_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    DISTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    how: StudyHow
    whole: bool
    distribution: StudyDistribution
    source: str
    def __init__(self, name: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., how: _Optional[_Union[StudyHow, str]] = ..., whole: bool = ..., distribution: _Optional[_Union[StudyDistribution, _Mapping]] = ..., source: _Optional[str] = ...) -> None: ...

class StudyDistribution(_message.Message):
    __slots__ = ("uniform", "triangular", "pert", "beta", "normal", "lognormal", "discrete")
    UNIFORM_FIELD_NUMBER: _ClassVar[int]
    TRIANGULAR_FIELD_NUMBER: _ClassVar[int]
    PERT_FIELD_NUMBER: _ClassVar[int]
    BETA_FIELD_NUMBER: _ClassVar[int]
    NORMAL_FIELD_NUMBER: _ClassVar[int]
    LOGNORMAL_FIELD_NUMBER: _ClassVar[int]
    DISCRETE_FIELD_NUMBER: _ClassVar[int]
    uniform: StudyUniform
    triangular: StudyTriangular
    pert: StudyPert
    beta: StudyBeta
    normal: StudyNormal
    lognormal: StudyLognormal
    discrete: StudyDiscrete
    def __init__(self, uniform: _Optional[_Union[StudyUniform, _Mapping]] = ..., triangular: _Optional[_Union[StudyTriangular, _Mapping]] = ..., pert: _Optional[_Union[StudyPert, _Mapping]] = ..., beta: _Optional[_Union[StudyBeta, _Mapping]] = ..., normal: _Optional[_Union[StudyNormal, _Mapping]] = ..., lognormal: _Optional[_Union[StudyLognormal, _Mapping]] = ..., discrete: _Optional[_Union[StudyDiscrete, _Mapping]] = ...) -> None: ...

class StudyUniform(_message.Message):
    __slots__ = ("low", "high")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    low: float
    high: float
    def __init__(self, low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class StudyTriangular(_message.Message):
    __slots__ = ("low", "mode", "high")
    LOW_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    low: float
    mode: float
    high: float
    def __init__(self, low: _Optional[float] = ..., mode: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class StudyPert(_message.Message):
    __slots__ = ("low", "mode", "high", "weight")
    LOW_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    low: float
    mode: float
    high: float
    weight: float
    def __init__(self, low: _Optional[float] = ..., mode: _Optional[float] = ..., high: _Optional[float] = ..., weight: _Optional[float] = ...) -> None: ...

class StudyBeta(_message.Message):
    __slots__ = ("alpha", "beta", "low", "high")
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    BETA_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    beta: float
    low: float
    high: float
    def __init__(self, alpha: _Optional[float] = ..., beta: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class StudyNormal(_message.Message):
    __slots__ = ("mean", "deviation", "at_least", "at_most")
    MEAN_FIELD_NUMBER: _ClassVar[int]
    DEVIATION_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    mean: float
    deviation: float
    at_least: float
    at_most: float
    def __init__(self, mean: _Optional[float] = ..., deviation: _Optional[float] = ..., at_least: _Optional[float] = ..., at_most: _Optional[float] = ...) -> None: ...

class StudyLognormal(_message.Message):
    __slots__ = ("median", "log_deviation", "at_least", "at_most")
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    LOG_DEVIATION_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    median: float
    log_deviation: float
    at_least: float
    at_most: float
    def __init__(self, median: _Optional[float] = ..., log_deviation: _Optional[float] = ..., at_least: _Optional[float] = ..., at_most: _Optional[float] = ...) -> None: ...

class StudyDiscrete(_message.Message):
    __slots__ = ("values", "probabilities")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    probabilities: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ..., probabilities: _Optional[_Iterable[float]] = ...) -> None: ...

class StudyCorrelation(_message.Message):
    __slots__ = ("between", "rank")
    BETWEEN_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    between: _containers.RepeatedScalarFieldContainer[str]
    rank: float
    def __init__(self, between: _Optional[_Iterable[str]] = ..., rank: _Optional[float] = ...) -> None: ...

class StudyKind(_message.Message):
    __slots__ = ("sweep", "monte_carlo", "stochastic", "regret", "pareto", "alternatives", "break_even")
    SWEEP_FIELD_NUMBER: _ClassVar[int]
    MONTE_CARLO_FIELD_NUMBER: _ClassVar[int]
    STOCHASTIC_FIELD_NUMBER: _ClassVar[int]
    REGRET_FIELD_NUMBER: _ClassVar[int]
    PARETO_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    BREAK_EVEN_FIELD_NUMBER: _ClassVar[int]
    sweep: StudySweep
    monte_carlo: StudyMonteCarlo
    stochastic: StudyStochastic
    regret: StudyRegret
    pareto: StudyPareto
    alternatives: StudyAlternatives
    break_even: StudyBreakEven
    def __init__(self, sweep: _Optional[_Union[StudySweep, _Mapping]] = ..., monte_carlo: _Optional[_Union[StudyMonteCarlo, _Mapping]] = ..., stochastic: _Optional[_Union[StudyStochastic, _Mapping]] = ..., regret: _Optional[_Union[StudyRegret, _Mapping]] = ..., pareto: _Optional[_Union[StudyPareto, _Mapping]] = ..., alternatives: _Optional[_Union[StudyAlternatives, _Mapping]] = ..., break_even: _Optional[_Union[StudyBreakEven, _Mapping]] = ...) -> None: ...

class StudySweep(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StudyMonteCarlo(_message.Message):
    __slots__ = ("samples", "method", "payback_within_months", "confidence", "tornado", "resamples")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PAYBACK_WITHIN_MONTHS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TORNADO_FIELD_NUMBER: _ClassVar[int]
    RESAMPLES_FIELD_NUMBER: _ClassVar[int]
    samples: int
    method: StudyMethod
    payback_within_months: _containers.RepeatedScalarFieldContainer[int]
    confidence: float
    tornado: bool
    resamples: int
    def __init__(self, samples: _Optional[int] = ..., method: _Optional[_Union[StudyMethod, str]] = ..., payback_within_months: _Optional[_Iterable[int]] = ..., confidence: _Optional[float] = ..., tornado: bool = ..., resamples: _Optional[int] = ...) -> None: ...

class StudyStochastic(_message.Message):
    __slots__ = ("samples", "method", "cvar_weight", "cvar_level", "wait", "solver", "ranks", "verify")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    CVAR_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    CVAR_LEVEL_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    SOLVER_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    VERIFY_FIELD_NUMBER: _ClassVar[int]
    samples: int
    method: StudyMethod
    cvar_weight: float
    cvar_level: float
    wait: bool
    solver: StudySolver
    ranks: int
    verify: bool
    def __init__(self, samples: _Optional[int] = ..., method: _Optional[_Union[StudyMethod, str]] = ..., cvar_weight: _Optional[float] = ..., cvar_level: _Optional[float] = ..., wait: bool = ..., solver: _Optional[_Union[StudySolver, str]] = ..., ranks: _Optional[int] = ..., verify: bool = ...) -> None: ...

class StudyRegret(_message.Message):
    __slots__ = ("solver",)
    SOLVER_FIELD_NUMBER: _ClassVar[int]
    solver: StudySolver
    def __init__(self, solver: _Optional[_Union[StudySolver, str]] = ...) -> None: ...

class StudyPareto(_message.Message):
    __slots__ = ("against", "points", "limits", "workloads")
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    WORKLOADS_FIELD_NUMBER: _ClassVar[int]
    against: StudyMeasure
    points: int
    limits: _containers.RepeatedScalarFieldContainer[float]
    workloads: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, against: _Optional[_Union[StudyMeasure, str]] = ..., points: _Optional[int] = ..., limits: _Optional[_Iterable[float]] = ..., workloads: _Optional[_Iterable[str]] = ...) -> None: ...

class StudyAlternatives(_message.Message):
    __slots__ = ("within", "find")
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    FIND_FIELD_NUMBER: _ClassVar[int]
    within: float
    find: _containers.RepeatedScalarFieldContainer[StudyWish]
    def __init__(self, within: _Optional[float] = ..., find: _Optional[_Iterable[_Union[StudyWish, str]]] = ...) -> None: ...

class StudyBreakEven(_message.Message):
    __slots__ = ("of", "low", "high", "tolerance", "against", "own_only", "least_saving", "scan_points")
    OF_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    OWN_ONLY_FIELD_NUMBER: _ClassVar[int]
    LEAST_SAVING_FIELD_NUMBER: _ClassVar[int]
    SCAN_POINTS_FIELD_NUMBER: _ClassVar[int]
    of: StudyLever
    low: float
    high: float
    tolerance: float
    against: StudySide
    own_only: bool
    least_saving: float
    scan_points: int
    def __init__(self, of: _Optional[_Union[StudyLever, str]] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., tolerance: _Optional[float] = ..., against: _Optional[_Union[StudySide, str]] = ..., own_only: bool = ..., least_saving: _Optional[float] = ..., scan_points: _Optional[int] = ...) -> None: ...
