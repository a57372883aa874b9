"""Sites, offers and endpoints of benchmark instances: own rooms, and clouds at their list prices."""

from __future__ import annotations

from random import Random
from typing import Any

from solver.bench.sizes import Size
from solver.catalog.entries import RentalPrice
from solver.catalog.load import catalog
from solver.catalog.lookup import rental_prices

CLOUDS = {
    "aws-us-east-1": ("aws", "us-east-1", "us", 0.09),
    "aws-us-west-2": ("aws", "us-west-2", "us", 0.09),
    "aws-eu-central-1": ("aws", "eu-central-1", "eu", 0.09),
    "aws-eu-north-1": ("aws", "eu-north-1", "eu", 0.09),
    "gcp-us-central1": ("gcp", "us-central1", "us", 0.08),
    "gcp-europe-west4": ("gcp", "europe-west4", "eu", 0.08),
    "azure-eastus2": ("azure", "eastus2", "us", 0.08),
    "azure-westeurope": ("azure", "westeurope", "eu", 0.08),
}
"""Provider, region, residency, egress USD/GB."""
USUAL = {
    "aws": ("g6.xlarge", "g6e.xlarge", "p4d.24xlarge", "p5.48xlarge", "p5en.48xlarge"),
    "gcp": ("g4-standard-48", "a2-ultragpu-1g", "a3-highgpu-8g"),
    "azure": ("Standard_NC24ads_A100_v4", "Standard_NC40ads_H100_v5", "Standard_ND96isr_MI300X_v5"),
}
"""Servers of a provider that an instance takes when it does not take the whole price list."""
ROOMS = {"own-virginia": ("us", 0.089, 195, 367), "own-frankfurt": ("eu", 0.19, 184, 350)}
"""Residency, USD/kWh, colocation USD/kW month, g CO2e/kWh."""
APIS = (
    ("openai/gpt-4.1-nano", ("us",)),
    ("openai/gpt-4.1-mini", ("us", "eu")),
    ("groq/qwen/qwen3-32b", ("us",)),
    ("groq/llama-3.3-70b-versatile", ("us",)),
    ("mistral/mistral-small-3.2-24b-instruct", ("eu",)),
    ("ovhcloud/Qwen3-32B", ("eu",)),
    ("google/gemini-2.5-flash", ("us", "eu")),
    ("openai/gpt-4o-mini", ("us",)),
)


def sites(size: Size, draw: Random) -> list[dict[str, Any]]:
    """Site blocks in the order of the size's list."""
    return [_room(name, size, draw) if name in ROOMS else _cloud(name, size, draw) for name in size.sites]


def endpoints(size: Size) -> list[dict[str, Any]]:
    """The first APIs of the list, their prices falling. Closed models get a name, so that workloads can approve them."""
    found = []
    for api, residency in APIS[: size.endpoints]:
        block: dict[str, Any] = {"api": api, "price_change_per_year": -0.15, "residency": list(residency)}
        listed = catalog().api_models[api]
        if listed.model is None:
            block["model"] = closed_name(api)
            block["quality"] = [{"metric": score.metric, "score": score.score} for score in listed.quality]
        found.append(block)
    return found


def closed_name(api: str) -> str:
    """Name of the closed model behind an API.

    >>> closed_name("openai/gpt-4.1-nano")
    'gpt-4.1-nano'
    """
    return api.rpartition("/")[2]


def _room(name: str, size: Size, draw: Random) -> dict[str, Any]:
    residency, electricity, colocation, carbon = ROOMS[name]
    hosted = {"maintenance_share_per_year": 0.05, "software_usd_per_accelerator_year": 500}
    lead = draw.choice(size.lead_times_months)
    offers: list[dict[str, Any]] = [
        {
            "kind": "existing",
            "server": "dgx-a100",
            "count": max(1, size.workloads // 5),
            "remaining_life_months": min(24, size.months),
            "usd_per_server": 200000,
            "maintenance_share_per_year": 0.05,
        },
        {
            "kind": "purchase",
            "server": "dgx-h100",
            "price_change_per_year": -0.15,
            "lead_time_months": lead,
            "tiers": [{"from_servers": 4, "discount": 0.05}, {"from_servers": 8, "discount": 0.09}],
            **hosted,
        },
        {
            "kind": "purchase",
            "server": "dgx-h200",
            "price_change_per_year": -0.10,
            "lead_time_months": lead,
            "stock": 6 * size.workloads,
            **hosted,
        },
        {"kind": "lease", "server": "l40s-8", "usd_per_server_month": 3900, "term_months": 24, **hosted},
    ]
    if size.whole_price_lists:
        offers += [
            {"kind": "purchase", "server": server, "price_change_per_year": -0.1, "lead_time_months": lead, **hosted}
            for server in ("dgx-b200", "gaudi3-8")
        ]
    return {
        "name": name,
        "residency": [residency],
        "power_kw": 120 * size.workloads,
        "rack_units": 84 * size.workloads,
        "pue": 1.35,
        "colocation_usd_per_kw_month": colocation,
        "staff_usd_per_server_month": 420,
        "electricity": {"usd_per_kwh": electricity, "escalation_per_year": 0.03},
        "carbon_g_per_kwh": carbon,
        "offers": offers,
    }


def _cloud(name: str, size: Size, draw: Random) -> dict[str, Any]:
    provider, region, residency, egress = CLOUDS[name]
    listed = [row for row in rental_prices(provider=provider, region=region) if row.region == region]
    wanted = _every_accelerator(listed) if size.whole_price_lists else _contracted(provider, size, draw)
    offers: list[dict[str, Any]] = []
    for row in sorted(listed, key=lambda row: (row.server, row.pricing)):
        if row.server not in wanted:
            continue
        offer: dict[str, Any] = {"kind": str(row.pricing), "server": row.server, "price_change_per_year": -0.08}
        if offer["kind"] == "reserved":
            offer["term_months"] = row.term_months
        if offer["kind"] == "spot":
            offer |= {"availability": draw.choice((0.85, 0.9, 0.95)), "max_servers": 4 * size.workloads}
        offers.append(offer)
    return {
        "name": name,
        "provider": provider,
        "region": region,
        "residency": [residency],
        "egress_usd_per_gb": egress,
        "offers": offers,
    }


def _every_accelerator(listed: list[RentalPrice]) -> set[str]:
    """Of every accelerator and count the server type with the lowest on-demand price: others only add host memory."""
    cheapest: dict[tuple[str, int], RentalPrice] = {}
    for row in listed:
        server = catalog().servers[row.server]
        key = (server.accelerator, server.accelerators)
        if row.pricing == "on_demand" and (key not in cheapest or row.usd_per_hour < cheapest[key].usd_per_hour):
            cheapest[key] = row
    return {row.server for row in cheapest.values()}


def _contracted(provider: str, size: Size, draw: Random) -> set[str]:
    usual = USUAL[provider]
    return set(usual if size.servers_per_cloud is None else draw.sample(usual, size.servers_per_cloud))
