"""Fits the roofline's coefficients to published points and says how far off it is, source by source.

The fit is a maximum a posteriori estimate in logarithms: every coefficient has a prior centre and width from what is
physically plausible, every point a soft-L1 residual of scale 10 % (old kernels and misread settings are outliers, not
signal), and a source with many points weighs as much as 20. Physics is fitted, not rows: no coefficient belongs to one
source, model or size.

Leave-one-source-out: the points of each source are predicted with coefficients fitted to the others. Three deratings
(FP4 products, experts, AMD) occur in one source only, so that their left-out prediction rests on the prior: 0.75 for
all three, "young kernels reach three quarters of mature ones". The strict variant takes the neutral 1 instead and
shows what the roofline would do with no word on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import copysign, exp, log, sqrt

from .baseline import untuned
from .coefficients import RooflineCoefficients
from .published import HELD_OUT_POINTS, PublishedPoint, Quantity, read_points
from .replay import Replay, replays
from .silicon import installed
from .silicon_replay import SiliconReplay

_RESIDUAL_SCALE = 0.1
_POINTS_PER_SOURCE = 20
_LATENCY_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of one coefficient before any point is seen."""

    name: str
    centre: float
    log_width: float
    derating: bool = False


PRIORS = (
    Prior("weight_bandwidth_share", 0.80, 0.15),
    Prior("cache_bandwidth_share", 0.85, 0.06),
    Prior("compute_share", 0.80, 0.15),
    Prior("link_share", 0.60, 0.30),
    Prior("step_overhead_s", 1.0e-3, 0.70),
    Prior("layer_overhead_s", 20e-6, 0.50),
    Prior("allreduce_latency_s", 20e-6, 0.50),
    Prior("sequence_overhead_s", 20e-6, 1.00),
    Prior("fp4_compute_share", 0.75, 0.15, derating=True),
    Prior("experts_compute_share", 0.75, 0.20, derating=True),
    Prior("rank_imbalance", 1.2, 0.15),
    Prior("amd_share", 0.75, 0.15, derating=True),
)


class Estimator(StrEnum):
    """Whose predictions are scored, and on which points. The held-out ones (`data/held_out_points.csv`: other sizes, mixtures
    of experts, pipeline stages, parts such as GB200 and RTX PRO 6000, a newer engine) take no part in any fit; they did show that
    data-parallel attention and the host's part in offline runs had to be modelled, with coefficients that stood already."""

    UNTUNED = "untuned roofline"
    CALIBRATED = "roofline, all sources"
    LEFT_OUT = "roofline, leave one source out"
    LEFT_OUT_STRICT = "roofline, leave one source out, no deratings known"
    SILICON = "silicon database"
    HELD_OUT = "roofline, held-out points"
    HELD_OUT_UNTUNED = "untuned roofline, held-out points"
    HELD_OUT_SILICON = "silicon database, held-out points"


@dataclass(frozen=True, slots=True)
class Residual:
    """One prediction beside its measurement; tokens/s or ms."""

    point: PublishedPoint
    quantity: Quantity
    predicted: float
    measured: float

    @property
    def relative_error(self) -> float:
        """|predicted - measured| / measured."""
        return abs(self.predicted / self.measured - 1.0)


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """Errors of one estimator on one quantity in one group. Shares, not percent.

    `ratio_p10` and `ratio_median` are quantiles of measured / predicted, both as rates (latencies inverted), so that
    below 1 always means slower than predicted: what a planning margin must cover.
    """

    estimator: Estimator
    grouped_by: str
    group: str
    quantity: Quantity
    points: int
    median: float
    p90: float
    ratio_median: float
    ratio_p10: float


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Everything `bench rates` prints. `not_predicted` are points that the roofline cannot speak about (a blank figure,
    an unsupported precision, memory too small), by identifier."""

    points: int
    not_predicted: tuple[str, ...]
    sources: tuple[str, ...]
    shipped: RooflineCoefficients
    fitted: RooflineCoefficients
    rows: tuple[ErrorRow, ...]
    residuals: dict[Estimator, tuple[Residual, ...]]

    def row(self, estimator: Estimator, quantity: Quantity, grouped_by: str = "all", group: str = "all") -> ErrorRow:
        """One row by its keys. Raises StopIteration where it does not exist."""
        keys = (estimator, quantity, grouped_by, group)
        return next(row for row in self.rows if (row.estimator, row.quantity, row.grouped_by, row.group) == keys)


def calibrate(points: Sequence[PublishedPoint] | None = None) -> CalibrationReport:
    """Scores the untuned roofline, the shipped coefficients, leave-one-source-out fits and, where its package is installed,
    the silicon database on `points` (default: the shipped ones). Takes some seconds."""
    given = tuple(points) if points is not None else read_points()
    ready = replays(given)
    predicted = {replay.point.identifier for replay in ready}
    not_predicted = tuple(point.identifier for point in given if point.identifier not in predicted)
    held_out = replays(read_points(HELD_OUT_POINTS))
    sources = tuple(dict.fromkeys(replay.point.source for replay in ready))
    shipped = RooflineCoefficients()
    residuals = {
        Estimator.UNTUNED: score(ready, untuned),
        Estimator.CALIBRATED: score(ready, _predictor(shipped)),
        Estimator.LEFT_OUT: _left_out(ready, sources, PRIORS),
        Estimator.LEFT_OUT_STRICT: _left_out(ready, sources, _neutral_deratings()),
        Estimator.HELD_OUT: score(held_out, _predictor(shipped)),
        Estimator.HELD_OUT_UNTUNED: score(held_out, untuned),
    }
    if installed():
        database = SiliconReplay()
        residuals[Estimator.SILICON] = score(ready, database.predict)
        residuals[Estimator.HELD_OUT_SILICON] = score(held_out, database.predict)
    rows = [row for estimator, found in residuals.items() for row in _rows(estimator, found)]
    return CalibrationReport(len(ready), not_predicted, sources, shipped, fit(ready), tuple(rows), residuals)


def fit(ready: Sequence[Replay], priors: Sequence[Prior] = PRIORS) -> RooflineCoefficients:
    """Coefficients that explain `ready` best, the priors weighed in."""
    import numpy as np
    from scipy.optimize import least_squares

    counts = Counter(replay.point.source for replay in ready)
    start = replace(RooflineCoefficients(), **{prior.name: prior.centre for prior in priors})

    def coefficients(logs: Iterable[float]) -> RooflineCoefficients:
        return replace(start, **{prior.name: exp(value) for prior, value in zip(priors, logs, strict=True)})

    def residuals(logs: Iterable[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        values = list(logs)
        guess = coefficients(values)
        parts = [(value - log(prior.centre)) / prior.log_width for prior, value in zip(priors, values, strict=True)]
        for residual in score(ready, _predictor(guess)):
            weight = 1.0 if residual.quantity is Quantity.TOKENS_PER_SECOND else _LATENCY_WEIGHT
            weight *= _POINTS_PER_SOURCE / max(_POINTS_PER_SOURCE, counts[residual.point.source])
            error = sqrt(weight) * log(residual.predicted / residual.measured) / _RESIDUAL_SCALE
            parts.append(copysign(sqrt(2.0 * (sqrt(1.0 + error * error) - 1.0)), error))
        return np.array(parts)

    solution = least_squares(residuals, [log(prior.centre) for prior in priors])
    return coefficients(float(value) for value in solution.x)


def score(ready: Iterable[Replay], predict: Callable[[Replay], dict[Quantity, float]]) -> tuple[Residual, ...]:
    """Predictions beside every measured quantity."""
    return tuple(
        Residual(replay.point, quantity, predicted[quantity], measured)
        for replay in ready
        for predicted in (predict(replay),)
        for quantity, measured in replay.point.measured.items()
        if quantity in predicted
    )


def _neutral_deratings() -> tuple[Prior, ...]:
    return tuple(replace(prior, centre=1.0) if prior.derating else prior for prior in PRIORS)


def _predictor(coefficients: RooflineCoefficients) -> Callable[[Replay], dict[Quantity, float]]:
    return lambda replay: replay.predict(coefficients)


def _left_out(ready: Sequence[Replay], sources: Sequence[str], priors: Sequence[Prior]) -> tuple[Residual, ...]:
    found: list[Residual] = []
    for source in sources:
        others = fit([replay for replay in ready if replay.point.source != source], priors)
        found += score([replay for replay in ready if replay.point.source == source], _predictor(others))
    return tuple(found)


def _rows(estimator: Estimator, residuals: Sequence[Residual]) -> list[ErrorRow]:
    groupings: dict[str, Callable[[Residual], str]] = {
        "all": lambda residual: "all",
        "source": lambda residual: residual.point.source,
        "accelerator": lambda residual: residual.point.config.accelerator.name,
        "precision": lambda residual: str(residual.point.config.precision),
        "mode": lambda residual: str(residual.point.mode),
        "kind": lambda residual: "experts" if residual.point.config.model.experts else "dense",
    }
    rows = []
    for grouped_by, key in groupings.items():
        cells = sorted({(key(residual), residual.quantity) for residual in residuals})
        for group, quantity in cells:
            inside = [r for r in residuals if key(r) == group and r.quantity == quantity]
            rows.append(_row(estimator, grouped_by, group, quantity, inside))
    return rows


def _row(
    estimator: Estimator, grouped_by: str, group: str, quantity: Quantity, residuals: Sequence[Residual]
) -> ErrorRow:
    import numpy as np

    errors = [residual.relative_error for residual in residuals]
    sign = 1.0 if quantity is Quantity.TOKENS_PER_SECOND else -1.0
    ratios = [(residual.measured / residual.predicted) ** sign for residual in residuals]
    return ErrorRow(
        estimator=estimator,
        grouped_by=grouped_by,
        group=group,
        quantity=quantity,
        points=len(residuals),
        median=float(np.median(errors)),
        p90=float(np.quantile(errors, 0.9)),
        ratio_median=float(np.median(ratios)),
        ratio_p10=float(np.quantile(ratios, 0.1)),
    )
