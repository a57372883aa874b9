"""Where: sites, the offers that put servers there, and per-token API endpoints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from solver.catalog.entries import NonNegative, Number, Positive, Quality, Share, WholeNumber

from .base import Fleet, Identifier, Months, Part, Rate, Usd


class VolumeTier(Part):
    """All servers of one order cost so much less once the order has so many servers."""

    from_servers: Annotated[WholeNumber, Field(ge=2, le=100_000)] = Field(
        description="Servers in one order from which the tier holds."
    )
    discount: Share = Field(description="Off the list price for the whole order, 0.05 is 5 %.")


class ResalePoint(Part):
    """Share of the purchase price a server is worth at an age; linear between points."""

    age_months: Annotated[WholeNumber, Field(ge=0, le=240)] = Field(
        description="Age of the server, months since its service started."
    )
    share: Share = Field(description="Share of the price paid that it is worth.")


class Offer(Part):
    """Fields every offer has."""

    name: Identifier | None = Field(default=None, description="Shown in plans; default: kind and server.")
    server: Identifier = Field(description="Server type: a name in the catalog or in this file's `servers`.")


class Hosted(Offer):
    """Servers standing in one's own room: they draw its power and need its staff."""

    maintenance_share_per_year: Share = Field(
        default=0.0, description="Maintenance contract per year, share of the list price of a server."
    )
    software_usd_per_accelerator_year: Usd = Field(default=0.0, description="Licences per accelerator and year.")


class Existing(Hosted):
    """Servers already owned: their price is sunk."""

    kind: Literal["existing"] = Field(description="Servers already owned.")
    count: Annotated[WholeNumber, Field(ge=1, le=100_000)] = Field(description="Servers there at the horizon's start.")
    remaining_life_months: Months = Field(default=240, description="Months until they retire.")
    usd_per_server: Usd = Field(default=0.0, description="List price, only for the maintenance share.")


class Purchase(Hosted):
    """Servers to buy. Paid at order, used from delivery, retired after their life or sold at the horizon's end."""

    kind: Literal["purchase"] = Field(description="Servers to buy.")
    usd_per_server: Usd | None = Field(default=None, description="Price of one server; default: the catalog's.")
    price_change_per_year: Rate = Field(default=0.0, description="Change of the price with the order date.")
    lead_time_months: Annotated[WholeNumber, Field(ge=0, le=60)] = Field(
        default=0, description="From order to delivery; a stage that starts sooner cannot be supplied."
    )
    life_months: Months = Field(default=60, description="Service life.")
    minimum_order: Fleet = Field(default=0, description="Fewest servers in one order.")
    stock: Fleet | None = Field(default=None, description="Most servers over the whole horizon.")
    tiers: tuple[VolumeTier, ...] = Field(default=(), description="Volume prices, rising in servers and discount.")
    resale: tuple[ResalePoint, ...] = Field(
        default=(), description="Resale curve; default: the catalog's reference curve (mode `market`)."
    )


class Lease(Hosted):
    """Servers leased into one's own room for a term, paid monthly."""

    kind: Literal["lease"] = Field(description="Servers to lease into one's own room.")
    usd_per_server_month: Usd = Field(description="Payment per server and month of the term.")
    price_change_per_year: Rate = Field(default=0.0, description="Change of the payment with the order date.")
    term_months: Months = Field(default=36, description="Length of the lease.")
    lead_time_months: Annotated[WholeNumber, Field(ge=0, le=60)] = Field(
        default=0, description="From order to delivery; a stage that starts sooner cannot be supplied."
    )
    minimum_order: Fleet = Field(default=0, description="Fewest servers in one order.")
    stock: Fleet | None = Field(default=None, description="Most servers over the whole horizon.")


class Rented(Offer):
    """Servers rented from a provider, power included."""

    price_change_per_year: Rate = Field(default=0.0, description="Change of the price per year.")
    max_servers: Fleet | None = Field(default=None, description="Most servers at one time.")


class Reserved(Rented):
    """A commitment: servers paid for every hour of a term, used or not."""

    kind: Literal["reserved"] = Field(description="A commitment to servers for a term.")
    term_months: Months = Field(default=12, description="Length of the commitment.")
    usd_per_hour: Usd | None = Field(default=None, description="Price of one server; default: the catalog's.")
    discount: Share | None = Field(
        default=None, description="Off the on-demand price, instead of `usd_per_hour`; 0.36 is 36 %."
    )
    upfront_share: Share = Field(default=0.0, description="Share of the term's cost paid at its start.")


class OnDemand(Rented):
    """Servers rented by the hour."""

    kind: Literal["on_demand"] = Field(description="Servers rented by the hour.")
    usd_per_hour: Usd | None = Field(default=None, description="Price of one server; default: the catalog's.")


class Spot(Rented):
    """Servers rented by the hour that the provider may take back."""

    kind: Literal["spot"] = Field(description="Servers rented by the hour that may be taken back.")
    usd_per_hour: Usd | None = Field(default=None, description="Price of one server; default: the catalog's.")
    availability: Annotated[Number, Field(gt=0, le=1)] = Field(
        default=0.95, description="Share of rented time the servers are really there (an assumption of yours)."
    )


AnyOffer = Annotated[Existing | Purchase | Lease | Reserved | OnDemand | Spot, Field(discriminator="kind")]


class Electricity(Part):
    """Price of electricity."""

    usd_per_kwh: Usd = Field(description="Price of a kWh in the first month, all charges included.")
    escalation_per_year: Rate | None = Field(default=None, description="Default: the one in `finance`.")


class Site(Part):
    """A place: one's own room (existing, purchase, lease) or a provider's region (reserved, on-demand, spot)."""

    name: Identifier = Field(description="Name of the site, shown in plans.")
    provider: Identifier | None = Field(default=None, description="Cloud provider, to look prices up in the catalog.")
    region: Identifier | None = Field(default=None, description="Provider's region, to look prices up in the catalog.")
    residency: tuple[Identifier, ...] = Field(default=(), description="Regions of law the site is in, such as `eu`.")
    power_kw: NonNegative | None = Field(default=None, description="Electric power of the room, cooling included, kW.")
    pue: Annotated[Number, Field(ge=1, le=5)] = Field(default=1.0, description="Facility power / IT power.")
    rack_units: NonNegative | None = Field(default=None, description="Rack units free.")
    colocation_usd_per_kw_month: Usd = Field(
        default=0.0, description="Per kW of IT power of the servers standing there."
    )
    staff_usd_per_server_month: Usd = Field(default=0.0, description="Operations staff per server standing there.")
    electricity: Electricity = Field(
        default_factory=lambda: Electricity(usd_per_kwh=0.0),
        description="Price of electricity; left out: free (rented servers include it).",
    )
    carbon_g_per_kwh: NonNegative = Field(default=0.0, description="Carbon intensity of the electricity, g CO2e/kWh.")
    egress_usd_per_gb: Usd = Field(default=0.0, description="Price of data leaving the site.")
    offers: Annotated[tuple[AnyOffer, ...], Field(min_length=1, max_length=500)] = Field(
        description="Ways to get servers there, either own ones or rented ones."
    )


class Endpoint(Part):
    """A per-token API. Prices left out come from the price list of `api`."""

    api: Identifier = Field(description="`provider/model`, a name in the API price list unless prices are given.")
    name: Identifier | None = Field(default=None, description="Shown in plans; default: `api`.")
    model: Identifier | None = Field(default=None, description="Model it serves, for quality; default: looked up.")
    quality: tuple[Quality, ...] = Field(default=(), description="Scores, instead of the model's.")
    usd_per_million_input_tokens: Usd | None = Field(
        default=None, description="Price of a million input tokens; default: the price list's."
    )
    usd_per_million_cached_input_tokens: Usd | None = Field(default=None, description="Default: the input price.")
    usd_per_million_output_tokens: Usd | None = Field(
        default=None, description="Price of a million output tokens; default: the price list's."
    )
    batch_usd_per_million_input_tokens: Usd | None = Field(
        default=None, description="Batch price; without one, waiting requests pay the real-time price."
    )
    batch_usd_per_million_output_tokens: Usd | None = Field(
        default=None, description="Batch price of output tokens; needs the one of input tokens too."
    )
    price_change_per_year: Rate = Field(default=0.0, description="Change of all its prices per year.")
    max_requests_per_second: Positive | None = Field(default=None, description="Rate limit.")
    ttft_ms: Positive | None = Field(default=None, description="Promised or measured at the workloads' percentile.")
    tpot_ms: Positive | None = Field(default=None, description="Promised or measured at the workloads' percentile.")
    max_context_tokens: Annotated[WholeNumber, Field(ge=1, le=100_000_000)] | None = Field(
        default=None, description="Most input and output tokens of one request; blank: no limit known."
    )
    residency: tuple[Identifier, ...] = Field(default=(), description="Regions of law it runs in, such as `us`.")
    carbon_g_per_million_tokens: NonNegative = Field(default=0.0, description="g CO2e per million tokens, if stated.")
    batch_turnaround_hours: Annotated[Number, Field(ge=0, le=168, allow_inf_nan=False)] | None = Field(
        default=None,
        description="Hours within which requests at the batch price are answered; default: 24, what providers promise.",
    )
