"""Where nothing but prices has changed, a matrix stays as it is but for its costs."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from solver.instance.resolved import ResolvedEndpoint, ResolvedInstance
from solver.model.assembly.cost import by_column
from solver.model.assembly.layout import Layout
from solver.model.assembly.template import Template
from solver.model.matrix import Matrix

PRICES = frozenset(
    {
        "usd_per_server",
        "usd_per_hour",
        "usd_per_server_month",
        "usd_per_million_input_tokens",
        "usd_per_million_cached_input_tokens",
        "usd_per_million_output_tokens",
        "batch_usd_per_million_input_tokens",
        "batch_usd_per_million_output_tokens",
        "price_change_per_year",
        "electricity",
        "colocation_usd_per_kw_month",
        "staff_usd_per_server_month",
        "software_usd_per_accelerator_year",
        "maintenance_share_per_year",
        "egress_usd_per_gb",
        "source",
    }
)
"""Fields of offers, sites and endpoints that no constraint knows, as long as no budget counts purchases."""
ENDPOINT_FIELDS = tuple(part.name for part in fields(ResolvedEndpoint) if part.name not in PRICES)


def same_but_prices(one: ResolvedInstance, other: ResolvedInstance) -> bool:
    """Whether two instances with the same candidates differ in prices at most."""
    budget = one.policy.capex_budget_usd is not None or one.policy.capex_budget_usd_per_stage is not None
    return (
        not budget
        and one.policy == other.policy
        and one.workloads == other.workloads
        and one.stages == other.stages
        and one.slots == other.slots
        and len(one.offers) == len(other.offers)
        and all(_rest(a.terms) == _rest(b.terms) for a, b in zip(one.offers, other.offers, strict=True))
        and [_rest(pool.site) for pool in one.pools] == [_rest(pool.site) for pool in other.pools]
        and [_of(e) for e in one.endpoints] == [_of(e) for e in other.endpoints]
    )


def repriced(matrix: Matrix, layout: Layout, template: Template) -> Matrix:
    """The matrix with the costs of a template."""
    return replace(matrix, cost=by_column(layout, template.costs), offset=template.costs.fixed)


def _rest(part: Any) -> tuple[type, dict[str, Any]]:
    """A model's fields without its prices; a site's offers are looked at one by one."""
    return type(part), {k: v for k, v in part.__dict__.items() if k not in PRICES and k != "offers"}


def _of(endpoint: ResolvedEndpoint) -> tuple[Any, ...]:
    batch = endpoint.batch_usd_per_million_output_tokens is not None
    return batch, *(getattr(endpoint, name) for name in ENDPOINT_FIELDS)
