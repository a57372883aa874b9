"""The chain that answers every question about rates: measured, else silicon database, else roofline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from solver.instance.schema.policy import PlanningMargin
from solver.instance.schema.serving import MeasuredProfile

from .coefficients import RooflineCoefficients
from .disaggregated import DisaggregatedRoofline
from .profiles import ProfileKey, key_of_config, key_of_profile, measured_point
from .roofline import ReplicaRoofline
from .types import OperatingPoint, Provenance, RequestSize, ServingConfig, Unservable

SCALING_SHARE = 0.91
"""Tenth percentile of measured / scaled rate where published points are scaled from the nearest other size of the same
deployment (114 points, most of them 16 times longer or shorter; median error 4.6 %)."""


EXPERTS_SILICON_SHARE, EXPERTS_ROOFLINE_SHARE = 0.72, 0.95
"""Margin of mixtures of experts over that of dense models. Tenth percentiles of measured / predicted tokens/s, left-out
and held-out points together: roofline 0.67 (126 points), silicon database 0.58 (124); dense 0.89 (203) and 0.78 (156)."""


def of_experts(stated: float | None, dense: float, share: float) -> float:
    """Margin for mixtures of experts: as stated, else a share of that for dense models; a margin of 1 is one turned off."""
    if stated is not None:
        return stated
    return dense if dense >= 1.0 else share * dense


class RateSource(Protocol):
    """A source of estimates that ranks between measured profiles and the roofline."""

    def save(self) -> None:
        """Keeps what it had to work out for later; called when many rates have been asked for."""

    def point(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable | None:
        """Operating point; Unservable when it knows the configuration cannot serve; None when it does not cover it."""


class ReplicaRates:
    """Rates of one replica whatever its concurrency. Answers are remembered."""

    def __init__(
        self,
        config: ServingConfig,
        profiles: Sequence[MeasuredProfile],
        database: RateSource | None,
        coefficients: RooflineCoefficients,
    ) -> None:
        self._profiles, self._database = profiles, database
        self._roofline = (
            ReplicaRoofline(config, coefficients)
            if config.disaggregation is None
            else DisaggregatedRoofline(config, config.disaggregation, coefficients)
        )
        self._known: dict[tuple[int, RequestSize], OperatingPoint | Unservable] = {}

    def point(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable:
        """What the replica sustains at the concurrency of `config`, which differs in nothing else."""
        key = (config.concurrency, size)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = self._find(config, size)
        return answer

    def _find(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable:
        if not self._profiles:
            return self._estimate(config, size)
        measured = measured_point(_matching(self._profiles, config), config, size, self._estimate)
        return self._estimate(config, size) if measured is None else measured

    def _estimate(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable:
        answer = self._database.point(config, size) if self._database is not None else None
        return self._roofline.point(size, config.concurrency) if answer is None else answer


class RateChain:
    """Rates of one instance. Answers are remembered; entries of one name must not differ within a chain's life."""

    def __init__(
        self,
        profiles: Sequence[MeasuredProfile] = (),
        database: RateSource | None = None,
        coefficients: RooflineCoefficients | None = None,
    ) -> None:
        self._profiles: defaultdict[ProfileKey, list[MeasuredProfile]] = defaultdict(list)
        for profile in profiles:
            self._profiles[key_of_profile(profile)].append(profile)
        self._database = database
        self._coefficients = coefficients or RooflineCoefficients()
        self._replicas: dict[ProfileKey, ReplicaRates] = {}

    def point(self, config: ServingConfig, size: RequestSize) -> OperatingPoint | Unservable:
        """What one replica of `config` sustains for requests of `size`, from the most trusted source that knows."""
        return self.replica(config).point(config, size)

    def replica(self, config: ServingConfig) -> ReplicaRates:
        """Rates of a replica at any concurrency; who asks for many sizes asks here once."""
        key = key_of_config(config)
        found = self._replicas.get(key)
        if found is None:
            filed = self._profiles.get(key.filed, ())
            found = self._replicas[key] = ReplicaRates(config, filed, self._database, self._coefficients)
        return found

    def save(self) -> None:
        """Lets the silicon database keep its answers."""
        if self._database is not None:
            self._database.save()

    def has_profile(self, config: ServingConfig) -> bool:
        """Whether a measured profile speaks for this configuration at its concurrency."""
        return bool(_matching(self._profiles.get(key_of_config(config).filed, ()), config))

    def profile_concurrency(self, config: ServingConfig) -> tuple[int | None, ...]:
        """Concurrencies at which profiles of this deployment were measured, ascending; None last where one states none.

        The concurrency of `config` does not matter. Empty: nothing is measured. A profile without one answers at any.
        """
        stated = {profile.concurrency for profile in self._profiles.get(key_of_config(config).filed, ())}
        numbers: list[int | None] = [*sorted(value for value in stated if value is not None)]
        return tuple([*numbers, None] if None in stated else numbers)


def _matching(filed: Sequence[MeasuredProfile], config: ServingConfig) -> list[MeasuredProfile]:
    stated = [profile for profile in filed if profile.concurrency == config.concurrency]
    return stated or [profile for profile in filed if profile.concurrency is None]


def margin(provenance: Provenance, margins: PlanningMargin, *, experts: bool = False) -> float:
    """Share of a rate that is planned with; estimates of mixtures of experts (`experts`) have a margin of their own.

    A scaled rate carries the error of a measurement and that of scaling, so their margins multiply; but it is no worse
    than a bare estimate, so that the margin never falls below the roofline's (nor rises above the measured one).
    """
    estimated = margins.roofline
    if experts:
        estimated = of_experts(margins.roofline_experts, margins.roofline, EXPERTS_ROOFLINE_SHARE)
    match provenance:
        case Provenance.MEASURED:
            return margins.measured
        case Provenance.SILICON:
            return (
                of_experts(margins.silicon_experts, margins.silicon, EXPERTS_SILICON_SHARE)
                if experts
                else margins.silicon
            )
        case Provenance.ROOFLINE:
            return estimated
        case Provenance.MEASURED_SCALED:
            return min(margins.measured, max(estimated, margins.measured * SCALING_SHARE))
