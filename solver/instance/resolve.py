"""From a checked instance to the whole problem: names looked up, defaults filled in, assumptions noted."""

from __future__ import annotations

from dataclasses import replace

from solver.catalog.entries import LengthBucket, Model, Precision, QuantizationRecovery, Standing
from solver.catalog.lookup import quantization_recovery
from solver.catalog.names import plain

from .checks import check
from .context import Context
from .diagnostics import InstanceError, Location, Report, in_order
from .digest import digest
from .directory import directory_of, models_on_offer
from .load import Loaded
from .resolve_endpoints import resolved_endpoints
from .resolve_offers import resolved_offers
from .resolved import ResolvedEndpoint, ResolvedInstance, Severity, Workload
from .schema import Instance
from .schema.finance import Finance
from .schema.serving import MeasuredProfile
from .schema.workload import HourlyShape, ShortPeak
from .schema.workload import Workload as WorkloadAsked
from .timeline import Slot, SlotKind, Stage, levels, regular_slots, slot_shape, stages

LOW_STANDING = frozenset({Standing.SECONDARY, Standing.ASSUMPTION})
_RISES = 1 + 1e-12


def resolve(given: Instance | Loaded) -> ResolvedInstance:
    """The whole problem of an instance, with warnings and a note for every figure that was defaulted or assumed.

    A bare instance is checked first: raises InstanceError with everything that is wrong.
    """
    if isinstance(given, Instance):
        found = in_order(check(given))
        if any(finding.severity is Severity.ERROR for finding in found):
            raise InstanceError(found)
        given = Loaded(given, found)
    instance = given.instance
    context = Context(instance, directory_of(instance), Report(given.lines, []))
    periods = stages(instance.horizon)
    regular = regular_slots(instance.horizon)
    endpoints = resolved_endpoints(context)
    models = tuple(models_on_offer(instance, context.directory))
    workloads = tuple(_workload(context, index, regular, models, endpoints) for index in range(len(instance.workloads)))
    pools, offers = resolved_offers(context)
    resolved = ResolvedInstance(
        instance=instance.model_copy(update={"profiles": _profiles(context), "finance": _finance(instance)}),
        digest="",
        stages=periods,
        slots=(*regular, *_stress_slots(workloads, periods, regular)),
        workloads=workloads,
        models=models,
        recoveries=_recoveries(context, models),
        pools=pools,
        offers=offers,
        endpoints=endpoints,
        policy=instance.policy,
        diagnostics=in_order([*given.diagnostics, *context.report.found]),
    )
    return replace(resolved, digest=digest(resolved))


def _workload(
    context: Context,
    index: int,
    slots: tuple[Slot, ...],
    models: tuple[Model, ...],
    endpoints: tuple[ResolvedEndpoint, ...],
) -> Workload:
    asked = context.instance.workloads[index]
    arrivals = asked.requests_per_second
    weekday, weekend = _shape(context, index)
    written = {plain(name): name for name in (*(e.model for e in endpoints), *(model.name for model in models))}
    return Workload(
        index=index,
        name=asked.name,
        buckets=_buckets(context, index, asked),
        level_by_month=levels(arrivals, context.instance.horizon.months),
        shape_by_slot=slot_shape(weekday, weekend, arrivals.shift_hours, slots),
        batch_share=asked.batch.share if asked.batch is not None else 0.0,
        deadline_hours=asked.batch.deadline_hours if asked.batch is not None else 0.0,
        latency=asked.latency,
        quality=asked.quality,
        prefix_cache_hit_rate=asked.prefix_cache_hit_rate,
        arrival_cv=arrivals.arrival_cv,
        residency=asked.residency,
        models=tuple(written[plain(name)] for name in asked.models),
        short_peaks=_short_peaks(context, index, asked),
    )


def _short_peaks(context: Context, index: int, asked: WorkloadAsked) -> tuple[ShortPeak, ...]:
    """Peaks inside the hour, shortest first, with a note on what is not planned for."""
    arrivals, latency = asked.requests_per_second, asked.latency
    peaks = tuple(sorted(arrivals.short_peaks, key=lambda peak: peak.seconds))
    waits = latency.ttft_ms is not None or latency.end_to_end_ms is not None
    immediate = asked.batch is None or asked.batch.share < 1
    if not (waits and immediate):
        return peaks
    at: Location = ("workloads", index, "requests_per_second", "short_peaks")
    spread = f"a coefficient of variation of {arrivals.arrival_cv:g}"
    if not peaks:
        rule = f"no short peaks: inside a slot, arrivals are taken to keep its mean, with {spread} and no further peaks"
        context.report.note(at, asked.name, rule, "measure a trace of it (`inferplan trace`), and give its peaks")
    elif peaks[0].seconds > 1:
        rule = f"peaks shorter than {peaks[0].seconds:g} s are not stated: {spread} alone stands for them"
        context.report.note(at, asked.name, rule, "give the peak over 1 s too")
    return peaks


def _shape(context: Context, index: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    asked = context.instance.workloads[index].requests_per_second.shape
    if isinstance(asked, HourlyShape):
        return asked.weekday, asked.weekend if asked.weekend is not None else asked.weekday
    listed = context.directory.shapes.get(asked)
    if listed is None:
        raise LookupError(f"daily shape {asked} passed the checks but is not known")
    if listed.standing in LOW_STANDING and asked != "flat":
        at: Location = ("workloads", index, "requests_per_second", "shape")
        rule = f"the shape of the day is of standing `{listed.standing}`: {listed.source}"
        context.report.note(at, asked, rule, "give your own hours")
    return listed.weekday, listed.weekend


def _buckets(context: Context, index: int, asked: WorkloadAsked) -> tuple[LengthBucket, ...]:
    if not isinstance(asked.lengths, str):
        return asked.lengths
    listed = context.directory.lengths.get(asked.lengths)
    if listed is None:
        raise LookupError(f"length profile {asked.lengths} passed the checks but is not known")
    if listed.standing in LOW_STANDING:
        rule = f"these request lengths are of standing `{listed.standing}`: {listed.source}"
        context.report.note(("workloads", index, "lengths"), asked.lengths, rule, "give your own buckets")
    # Shares are rounded in the catalog; demand must not be lost in the rounding.
    total = sum(bucket.share for bucket in listed.buckets)
    return tuple(bucket.model_copy(update={"share": bucket.share / total}) for bucket in listed.buckets)


def _stress_slots(
    workloads: tuple[Workload, ...], periods: tuple[Stage, ...], regular: tuple[Slot, ...]
) -> tuple[Slot, ...]:
    """Slots in which the fleet carries a stage's highest month: none where no level moves inside a stage."""
    if not any(_rises(workload, stage) for workload in workloads for stage in periods):
        return ()
    found = [Slot(len(regular), SlotKind.PEAK, SlotKind.PEAK.value, 0, regular[0].hours, 0.0)]
    if any(workload.batch_share > 0 for workload in workloads):
        found.append(Slot(len(regular) + 1, SlotKind.AVERAGE, SlotKind.AVERAGE.value, 0, 24, 0.0))
    return tuple(found)


def _rises(workload: Workload, stage: Stage) -> bool:
    months = workload.level_by_month[stage.first_month : stage.end_month]
    return max(months) > sum(months) / len(months) * _RISES


def _recoveries(context: Context, models: tuple[Model, ...]) -> tuple[QuantizationRecovery, ...]:
    """One row for each model on offer, precision below 16 bit and metric that a workload has a floor on."""
    metrics = dict.fromkeys(w.quality.metric for w in context.instance.workloads if w.quality is not None)
    found: list[QuantizationRecovery] = []
    for index, model in enumerate(models):
        scored = {score.metric for score in model.quality}
        for precision in context.instance.precisions:
            for metric in metrics:
                if precision is Precision.BF16 or metric not in scored:
                    continue
                row = quantization_recovery(model.name, precision, metric)
                found.append(row.model_copy(update={"model": model.name, "benchmark": metric}))
                if row.standing in LOW_STANDING or row.model == "*":
                    rule = (
                        f"{model.name} at {precision} is taken to keep {row.recovery:.4g} of its {metric} "
                        f"(standing `{row.standing}`): {row.source}"
                    )
                    context.report.note(
                        ("models", index), model.name, rule, "measure it before a narrow floor is promised"
                    )
    return tuple(found)


def _finance(instance: Instance) -> Finance:
    """Finance with the year of its prices filled in."""
    if instance.finance.price_year is not None:
        return instance.finance
    return instance.finance.model_copy(update={"price_year": int(instance.horizon.start[:4])})


def _profiles(context: Context) -> tuple[MeasuredProfile, ...]:
    """Measured profiles with models and accelerators named as their entries are."""
    found = []
    for profile in context.instance.profiles:
        model = context.directory.models.get(profile.model)
        accelerator = context.directory.accelerators.get(profile.accelerator)
        names = {"model": model.name if model else profile.model}
        names["accelerator"] = accelerator.name if accelerator else profile.accelerator
        found.append(profile.model_copy(update=names))
    return tuple(found)
