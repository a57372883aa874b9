"""How large the problem would be, from counts alone, so that an absurd one is refused before anything is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from .context import Context
from .schema.serving import Serving
from .timeline import regular_slots, stages

MOST_RATES = 3_000_000
"""Rates to work out; some 20 microseconds each."""
MOST_ROUTES = 400_000_000
"""Routing variables before pruning, which keeps a few in a hundred of them."""


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Largest problem that is taken on."""

    rates: int = MOST_RATES
    routes: int = MOST_ROUTES


_DEFAULT = SizeLimits()
_limits: ContextVar[SizeLimits] = ContextVar("size limits", default=_DEFAULT)


@contextmanager
def sizes_within(limits: SizeLimits) -> Iterator[None]:
    """Instances that are checked inside are held to these limits; a service takes on less than a command line."""
    before = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(before)


def check_size(context: Context) -> None:
    """Counts that multiply stay within what can be built and solved."""
    most = _limits.get()
    instance = context.instance
    slots, periods = len(regular_slots(instance.horizon)), len(stages(instance.horizon))
    buckets = sum(_buckets(context, i) for i in range(len(instance.workloads)))
    pools = {(site.name, offer.server) for site in instance.sites for offer in site.offers}
    serving = instance.serving
    parallel = len(set(serving.tensor_parallel)) * len(set(serving.pipeline_parallel)) * _kinds(serving)
    variants = len(instance.models) * len(instance.precisions) * len(serving.engines) * parallel
    accelerators = {context.directory.servers.get(server) for _, server in pools}
    kinds = len({server.accelerator for server in accelerators if server is not None})
    rates = variants * len(set(serving.concurrency)) * kinds * buckets
    if rates > most.rates:
        counts = (
            f"{len(instance.models)} models x {len(instance.precisions)} precisions x {len(serving.engines)} engines x "
            f"{parallel} parallelisms x {len(set(serving.concurrency))} concurrencies x {kinds} accelerators x {buckets} buckets"
        )
        _refuse(context, f"{counts} = {rates:.3g} rates to work out, more than {most.rates:.3g}", rates)
    routes = (variants * len(pools) + len(instance.endpoints)) * buckets * periods * slots
    if routes > most.routes:
        counts = (
            f"{variants} serving variants x {len(pools)} pools + {len(instance.endpoints)} endpoints, times {buckets} "
            f"buckets x {periods} stages x {slots} slots"
        )
        _refuse(context, f"{counts} = {routes:.3g} routing variables, more than {most.routes:.3g}", routes)


def _buckets(context: Context, index: int) -> int:
    lengths = context.instance.workloads[index].lengths
    if not isinstance(lengths, str):
        return len(lengths)
    profile = context.directory.lengths.get(lengths)
    return len(profile.buckets) if profile else 0


def _kinds(serving: Serving) -> int:
    """Kinds of replica that one parallelism may have."""
    groups = serving.disaggregated
    together = 1 if groups is None else 1 + len(set(groups.ratios)) * max(1, len(set(groups.prefill_tensor_parallel)))
    attention = 2 if serving.attention_data_parallel else 1
    return max(1, len(set(serving.kv_precisions))) * len(set(serving.expert_parallel)) * attention * together


def _refuse(context: Context, rule: str, size: int) -> None:
    fix = "use longer stages (horizon.stage_months) or slots (slot_hours), fewer buckets, models or offers"
    context.report.error((), f"{size:.3g}", f"the problem is too large: {rule}", fix)
