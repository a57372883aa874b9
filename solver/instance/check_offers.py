"""Offers make sense: priced, in time for the horizon, of one kind of site, their servers fit for the parallelism."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from .context import Context
from .diagnostics import Location
from .prices import HourlyTerms, cloud_of, hourly_price, priced_regions, priced_terms, purchase_price
from .schema.serving import PrefillDecode, Serving
from .schema.sites import AnyOffer, Existing, Hosted, Lease, OnDemand, Purchase, Rented, Reserved, Site, Spot
from .timeline import stages


def check_site_kinds(context: Context) -> None:
    """A site is one's own room or a provider's region, never both."""
    for i, site in enumerate(context.instance.sites):
        hosted = [j for j, offer in enumerate(site.offers) if isinstance(offer, Hosted)]
        rented = [j for j, offer in enumerate(site.offers) if isinstance(offer, Rented)]
        if hosted and rented:
            # The smaller group is the one that probably stands at the wrong site.
            odd = min(hosted, rented, key=len)[0]
            rule = (
                "a site holds either own servers (existing, purchase, lease) or rented ones (reserved, on_demand, spot)"
            )
            at: Location = ("sites", i, "offers", odd, "kind")
            context.report.error(at, site.offers[odd].kind, rule, "put them at two sites")


def check_prices(context: Context) -> None:
    """Each offer has one price, given or in the catalog."""
    for site, at, offer in _offers(context):
        if context.directory.servers.get(offer.server) is None:
            continue
        if isinstance(offer, Purchase) and purchase_price(offer, context.directory) is None:
            rule = "this purchase has no price: neither it nor the server type has one"
            context.report.error((*at, "usd_per_server"), None, rule, "add `usd_per_server`")
        if isinstance(offer, Reserved) and offer.discount is not None and offer.usd_per_hour is not None:
            rule = "a reservation has a price or a discount, not both"
            context.report.error((*at, "discount"), offer.discount, rule, "remove discount or usd_per_hour")
        elif isinstance(offer, OnDemand | Spot | Reserved) and hourly_price(site, offer, context.directory) is None:
            context.report.error((*at, "usd_per_hour"), None, _unpriced(site, offer), _price_fix(site, offer))


def _unpriced(site: Site, offer: HourlyTerms) -> str:
    wanted = {"reserved": "reserved price", "on_demand": "on-demand price", "spot": "spot price"}[offer.kind]
    if isinstance(offer, Reserved):
        wanted = "on-demand price" if offer.discount is not None else f"{wanted} for {offer.term_months} months"
    cloud = cloud_of(site)
    where = f"in {cloud[0]} {cloud[1]}" if cloud else f"for a site without provider ({site.name})"
    return f"this offer has no price, and the catalog has no {wanted} of {offer.server} {where}"


def _price_fix(site: Site, offer: HourlyTerms) -> str:
    if isinstance(offer, Reserved) and offer.discount is None and (terms := priced_terms(site, offer.server)):
        return f"add `usd_per_hour` or `discount`, or take a term of {' or '.join(map(str, terms))} months"
    regions = priced_regions(offer.server)
    wanted = (
        "`usd_per_hour` or `discount`" if isinstance(offer, Reserved) and offer.discount is None else "`usd_per_hour`"
    )
    if cloud_of(site) is None and regions:
        return f"add {wanted}, or the site's provider and region, such as {regions[0].replace('/', ' ')}"
    shown = f" (it has prices in {', '.join(regions[:4])})" if regions else ""
    return f"add {wanted}{shown}"


def check_times(context: Context) -> None:
    """Something ordered at the start arrives within the horizon and lasts a stage."""
    horizon = context.instance.horizon
    first = stages(horizon)[0].months
    for _, at, offer in _offers(context):
        if isinstance(offer, Purchase | Lease) and offer.lead_time_months >= horizon.months:
            rule = f"nothing arrives within the horizon of {horizon.months} months"
            context.report.error(
                (*at, "lead_time_months"), offer.lead_time_months, rule, "shorten it or remove the offer"
            )
        key, months = _lasting(offer)
        if key and months < first:
            rule = f"shorter than a stage of {first} months, so that it serves no whole stage"
            fix = f"write at least {first}, or a smaller horizon.stage_months"
            context.report.error((*at, key), months, rule, fix)


def _lasting(offer: AnyOffer) -> tuple[str, int]:
    if isinstance(offer, Purchase):
        return "life_months", offer.life_months
    if isinstance(offer, Lease | Reserved):
        return "term_months", offer.term_months
    if isinstance(offer, Existing):
        return "remaining_life_months", offer.remaining_life_months
    return "", 0


def check_quantities(context: Context) -> None:
    """A smallest order fits into the stock; volume tiers and resale values run one way."""
    for _, at, offer in _offers(context):
        if isinstance(offer, Purchase | Lease) and offer.stock is not None and offer.minimum_order > offer.stock:
            rule = f"the smallest order must not exceed the stock of {offer.stock}"
            context.report.error((*at, "minimum_order"), offer.minimum_order, rule, f"write at most {offer.stock}")
        if isinstance(offer, Existing) and offer.maintenance_share_per_year and not offer.usd_per_server:
            rule = "maintenance is a share of the list price, which is 0 here"
            share = offer.maintenance_share_per_year
            context.report.warning((*at, "maintenance_share_per_year"), share, rule, "add `usd_per_server`")
        if isinstance(offer, Purchase):
            _check_tiers(context, at, offer)
            _check_resale(context, at, offer)


def _check_tiers(context: Context, at: Location, offer: Purchase) -> None:
    for k, (before, tier) in enumerate(pairwise(offer.tiers), start=1):
        if tier.from_servers <= before.from_servers:
            rule = f"tiers must rise; the one before starts at {before.from_servers}"
            context.report.error((*at, "tiers", k, "from_servers"), tier.from_servers, rule)
        elif tier.discount <= before.discount:
            rule = f"a larger order must earn a larger discount than the {before.discount:g} before"
            context.report.error((*at, "tiers", k, "discount"), tier.discount, rule)


def _check_resale(context: Context, at: Location, offer: Purchase) -> None:
    for k, (before, point) in enumerate(pairwise(offer.resale), start=1):
        if point.age_months <= before.age_months:
            rule = f"ages must rise; the point before is at {before.age_months}"
            context.report.error((*at, "resale", k, "age_months"), point.age_months, rule)
        elif point.share > before.share:
            rule = f"a server must not gain value with age; the point before has {before.share:g}"
            context.report.error((*at, "resale", k, "share"), point.share, rule)
    mode = context.instance.finance.residual.value
    if offer.resale and mode != "market":
        rule = f"the resale curve does not count while finance.residual is {mode}"
        context.report.warning((*at, "resale"), offer.resale, rule, "write finance.residual: market")


def check_server_power(context: Context) -> None:
    """A server idles below its full power."""
    for i, server in enumerate(context.instance.servers):
        full, idle = server.power_kw, server.idle_power_kw
        if idle is not None and full is not None and idle > full:
            rule = f"idle power must not exceed full power ({full:g} kW)"
            context.report.error(("servers", i, "idle_power_kw"), idle, rule)


def check_parallelism(context: Context) -> None:
    """Replica sizes that fit a server divide one another, so that replicas always pack into servers."""
    serving = context.instance.serving
    sizes = sorted(_replica_sizes(serving))
    found = {offer.server: context.directory.servers.get(offer.server) for _, _, offer in _offers(context)}
    servers = {server.name: server.accelerators for server in found.values() if server is not None}
    at: Location = ("serving", "tensor_parallel")
    for name, count in sorted(servers.items()):
        fitting = [size for size in sizes if count % size == 0]
        for smaller, larger in pairwise(fitting):
            if larger % smaller:
                rule = (
                    f"replicas of {smaller} and of {larger} accelerators do not pack into servers together ({name} "
                    f"has {count}): of two sizes (tensor x pipeline parallel) the smaller must divide the larger"
                )
                context.report.error(at, serving.tensor_parallel, rule, f"remove {smaller} or {larger}")
    if not servers:
        return
    if not any(count % size == 0 for count in servers.values() for size in sizes):
        rule = "no server on offer can be divided by any of these"
        context.report.error(at, serving.tensor_parallel, rule, f"servers have {_counts(servers)} accelerators")
    elif "tensor_parallel" in serving.model_fields_set:
        for k, tensor in enumerate(serving.tensor_parallel):
            if all(count % tensor for count in servers.values()):
                rule = f"divides no server on offer (they have {_counts(servers)} accelerators)"
                context.report.warning((*at, k), tensor, rule, "it is left out")
    _check_groups(context, servers)


def _replica_sizes(serving: Serving) -> set[int]:
    sizes = {tensor * pipeline for tensor in serving.tensor_parallel for pipeline in serving.pipeline_parallel}
    if serving.disaggregated is not None and 1 in serving.pipeline_parallel:
        sizes |= {size for ratio in serving.disaggregated.ratios for size in _group_sizes(serving, ratio)}
    return sizes


def _group_sizes(serving: Serving, ratio: PrefillDecode) -> set[int]:
    """Accelerators that groups of a ratio have."""
    asked = serving.disaggregated.prefill_tensor_parallel if serving.disaggregated else ()
    return {
        ratio.prefill * prefill + ratio.decode * decode
        for decode in serving.tensor_parallel
        for prefill in asked or (decode,)
    }


def _check_groups(context: Context, servers: dict[str, int]) -> None:
    """A ratio of prefill to decode units fills a whole share of some server."""
    serving = context.instance.serving
    if serving.disaggregated is None:
        return
    if 1 not in serving.pipeline_parallel:
        rule = "groups of prefill and decode units have no pipeline stages, and pipeline_parallel does not list 1"
        context.report.error(("serving", "disaggregated"), None, rule, "add 1 to serving.pipeline_parallel")
    for k, ratio in enumerate(serving.disaggregated.ratios):
        sizes = _group_sizes(serving, ratio)
        if all(count % size for count in servers.values() for size in sizes):
            made = ", ".join(map(str, sorted(sizes)))
            rule = f"groups of {made} accelerators divide no server on offer (they have {_counts(servers)})"
            value = f"{ratio.prefill} prefill, {ratio.decode} decode"
            context.report.warning(("serving", "disaggregated", "ratios", k), value, rule, "it is left out")


def check_endpoint_prices(context: Context) -> None:
    """Batch prices come in pairs."""
    for i, endpoint in enumerate(context.instance.endpoints):
        pair = ("batch_usd_per_million_input_tokens", "batch_usd_per_million_output_tokens")
        given = [getattr(endpoint, key) is not None for key in pair]
        if any(given) and not all(given):
            there, missing = pair if given[0] else (pair[1], pair[0])
            rule = f"a batch price needs both figures; {missing} is not there"
            context.report.error(("endpoints", i, there), getattr(endpoint, there), rule, f"add `{missing}`")


def _counts(servers: dict[str, int]) -> str:
    return ", ".join(map(str, sorted(set(servers.values()))))


def _offers(context: Context) -> Iterator[tuple[Site, Location, AnyOffer]]:
    for i, site in enumerate(context.instance.sites):
        for j, offer in enumerate(site.offers):
            yield site, ("sites", i, "offers", j), offer


OFFER_CHECKS: tuple[Callable[[Context], None], ...] = (
    check_site_kinds,
    check_prices,
    check_times,
    check_quantities,
    check_server_power,
    check_parallelism,
    check_endpoint_prices,
)
