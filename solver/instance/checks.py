"""Checks across fields that hold for the instance as a whole. Each rule is one function; all of them always run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from .check_names import NAME_CHECKS
from .check_offers import OFFER_CHECKS
from .check_rates import check_rate_sources
from .check_size import check_size
from .context import Context
from .diagnostics import Finding, Lines, Location, Report
from .directory import directory_of
from .schema import Instance
from .schema.workload import Arrivals, HourlyShape
from .timeline import stages

SHARES_TOLERANCE = 1e-6


def check(instance: Instance, lines: Lines | None = None) -> list[Finding]:
    """Everything that the schema cannot see: errors and warnings, none where the instance is sound."""
    context = Context(instance, directory_of(instance), Report(lines or {}, []))
    for rule in ALL_CHECKS:
        rule(context)
    return context.report.found


def check_horizon(context: Context) -> None:
    """Slots divide a day, and a stage is no longer than the horizon."""
    horizon, report = context.instance.horizon, context.report
    if 24 % horizon.slot_hours:
        report.error(
            ("horizon", "slot_hours"), horizon.slot_hours, "must divide 24", "write one of 1, 2, 3, 4, 6, 8, 12, 24"
        )
    if horizon.stage_months > horizon.months and "stage_months" in horizon.model_fields_set:
        rule = f"a stage must not be longer than the horizon of {horizon.months} months"
        report.error(("horizon", "stage_months"), horizon.stage_months, rule, f"write at most {horizon.months}")


def check_bucket_shares(context: Context) -> None:
    """Shares of a workload's buckets sum to 1."""
    for i, workload in enumerate(context.instance.workloads):
        if isinstance(workload.lengths, str):
            continue
        total = sum(bucket.share for bucket in workload.lengths)
        if abs(total - 1) > SHARES_TOLERANCE:
            location: Location = ("workloads", i, "lengths")
            context.report.error(location, workload.lengths, f"the buckets' shares must sum to 1, not {total:.9g}")


def check_arrivals(context: Context) -> None:
    """A path has each month once and in order, some demand, and no growth beside it; a shape has some rate."""
    for i, workload in enumerate(context.instance.workloads):
        _check_path(context, workload.requests_per_second, ("workloads", i, "requests_per_second"))
        shape = workload.requests_per_second.shape
        if isinstance(shape, HourlyShape) and not _has_rate(shape):
            at: Location = ("workloads", i, "requests_per_second", "shape")
            context.report.error(at, shape.weekday, "at least one hour's rate must be more than 0")


def _has_rate(shape: HourlyShape) -> bool:
    return sum(shape.weekday) + sum(shape.weekend if shape.weekend is not None else shape.weekday) > 0


def _check_path(context: Context, arrivals: Arrivals, at: Location) -> None:
    months = [point.month for point in arrivals.path]
    for j, (before, month) in enumerate(pairwise(months), start=1):
        if month <= before:
            rule = f"months of a path must rise, each once; the point before is at month {before}"
            context.report.error((*at, "path", j, "month"), month, rule)
    if arrivals.path and not any(point.mean > 0 for point in arrivals.path):
        context.report.error((*at, "path"), arrivals.path, "a path must have some demand: all its means are 0")
    if arrivals.path and arrivals.growth_per_year:
        rule = "growth does not count beside a path: the path alone gives the level"
        context.report.warning((*at, "growth_per_year"), arrivals.growth_per_year, rule, "remove one of the two")


def check_batch(context: Context) -> None:
    """A deadline is no shorter than a slot; a batch share of 0 is a batch block without effect."""
    slot = context.instance.horizon.slot_hours
    for i, workload in enumerate(context.instance.workloads):
        batch = workload.batch
        if batch is None:
            continue
        if batch.share == 0:
            rule = "nothing may wait with a share of 0, so the batch block has no effect"
            context.report.warning(("workloads", i, "batch", "share"), batch.share, rule, "remove the block")
        elif batch.deadline_hours < slot:
            rule = f"the deadline is shorter than a slot of {slot} hours, so it cannot be told from real time"
            fix = f"write at least {slot}, or a smaller horizon.slot_hours"
            context.report.error(("workloads", i, "batch", "deadline_hours"), batch.deadline_hours, rule, fix)


def check_capex_by_stage(context: Context) -> None:
    """One capital budget a stage, where they are given by stage."""
    budget = context.instance.policy.capex_budget_usd_per_stage
    if not isinstance(budget, tuple):
        return
    count = len(stages(context.instance.horizon))
    if len(budget) != count:
        rule = f"must have one figure for each of the {count} stages, not {len(budget)}"
        fix = "give one figure for all stages, or change the list or horizon.stage_months"
        context.report.error(("policy", "capex_budget_usd_per_stage"), budget, rule, fix)


def check_something_on_offer(context: Context) -> None:
    """There is a site or an endpoint; models where there are sites; and every baseline has something left."""
    instance, report = context.instance, context.report
    if not instance.sites and not instance.endpoints:
        report.error(("sites",), None, "nothing is on offer: there are neither sites nor endpoints", "add one")
    if instance.sites and not instance.models:
        report.error(("models",), None, "servers need models to serve", "list the models on offer")
    if instance.models and not instance.sites:
        report.warning(("models",), instance.models, "without sites there is no server to run them on")
    kinds = {offer.kind for site in instance.sites for offer in site.offers}
    needs = {
        "api_only": (bool(instance.endpoints), "an endpoint"),
        "cloud_on_demand": ("on_demand" in kinds, "an on_demand offer"),
        "cloud_reserved": (bool(kinds & {"on_demand", "reserved"}), "an on_demand or reserved offer"),
        "status_quo": (
            bool(kinds & {"existing", "on_demand", "spot"}) or bool(instance.endpoints),
            "an existing, on_demand or spot offer, or an endpoint",
        ),
    }
    for i, baseline in enumerate(instance.baselines):
        there, wanted = needs[baseline.value]
        if not there:
            report.warning(("baselines", i), baseline.value, f"has nothing to offer: it needs {wanted}")
        if baseline in instance.baselines[:i]:
            report.error(("baselines", i), baseline.value, "this baseline is there twice", "remove one of them")


def check_residency(context: Context) -> None:
    """Each workload's data may be somewhere."""
    offered = {region for site in context.instance.sites for region in site.residency}
    offered |= {region for endpoint in context.instance.endpoints for region in endpoint.residency}
    for i, workload in enumerate(context.instance.workloads):
        if workload.residency and not offered.intersection(workload.residency):
            rule = "no site and no endpoint has any of these residencies"
            known = f"known: {', '.join(sorted(offered))}" if offered else "add `residency` to a site or an endpoint"
            context.report.error(("workloads", i, "residency"), ", ".join(workload.residency), rule, known)


@dataclass(frozen=True, slots=True)
class _Listing:
    """A list of the file whose entries have names that must differ."""

    location: Location
    what: str
    names: tuple[tuple[str, str], ...]
    """Name (empty: none given) and the key it comes from, in the order of the list."""


def check_unique_names(context: Context) -> None:
    """Names are told apart without regard to case."""
    for listing in _listings(context):
        first: dict[str, int] = {}
        for i, (name, key) in enumerate(listing.names):
            before = first.setdefault(name.casefold(), i)
            if name and before != i:
                rule = f"two {listing.what} have this name; the first is {listing.location[-1]}[{before}]"
                at = (*listing.location, i, key) if key else (*listing.location, i)
                context.report.error(at, name, rule, "give each a name of its own")


def _listings(context: Context) -> Iterable[_Listing]:
    instance = context.instance
    yield _Listing(("workloads",), "workloads", tuple((entry.name, "name") for entry in instance.workloads))
    models = tuple((entry, "") if isinstance(entry, str) else (entry.name, "name") for entry in instance.models)
    yield _Listing(("models",), "models", models)
    yield _Listing(("accelerators",), "accelerators", tuple((entry.name, "name") for entry in instance.accelerators))
    yield _Listing(("servers",), "servers", tuple((entry.name, "name") for entry in instance.servers))
    yield _Listing(("sites",), "sites", tuple((entry.name, "name") for entry in instance.sites))
    endpoints = tuple((entry.name or entry.api, "name" if entry.name else "api") for entry in instance.endpoints)
    yield _Listing(("endpoints",), "endpoints", endpoints)
    yield _Listing(("precisions",), "precisions", tuple((entry.value, "") for entry in instance.precisions))
    yield _Listing(("serving", "engines"), "engines", tuple((entry, "") for entry in instance.serving.engines))
    for i, site in enumerate(instance.sites):
        offers = tuple((context.offer_name(offer), "name" if offer.name else "") for offer in site.offers)
        yield _Listing(("sites", i, "offers"), "offers of this site", offers)
    for i, workload in enumerate(instance.workloads):
        if not isinstance(workload.lengths, str):
            yield _Listing(
                ("workloads", i, "lengths"), "buckets", tuple((b.name or "", "name") for b in workload.lengths)
            )


ALL_CHECKS: tuple[Callable[[Context], None], ...] = (
    check_horizon,
    check_bucket_shares,
    check_arrivals,
    check_batch,
    check_capex_by_stage,
    check_something_on_offer,
    check_residency,
    check_unique_names,
    *NAME_CHECKS,
    *OFFER_CHECKS,
    check_rate_sources,
    check_size,
)
