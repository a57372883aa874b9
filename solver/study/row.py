"""One line of a study's results: what was varied and what plan came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .scenario import Cell

OK = "ok"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Payback:
    """The plan against one baseline. Months and USD net present; None where there is none."""

    baseline: str
    status: str
    simple_months: float | None
    discounted_months: float | None
    npv_usd: float | None
    npv_low_usd: float | None
    npv_high_usd: float | None
    irr: float | None
    baseline_lifecycle_usd: float | None


@dataclass(frozen=True, slots=True)
class Servers:
    """One offer's servers, stage by stage: standing in service, or for hourly offers the most rented. `added`: orders."""

    site: str
    server: str
    kind: str
    by_stage: Sequence[int]
    added: Sequence[int]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a workload's requests go: share of all of them over the horizon."""

    workload: str
    where: str
    model: str
    precision: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario's plan. Money in USD, present value. `status` is `failed` where there is no plan, with its `reason`.

    `termination` is one of solver.solve.termination.Reason, empty where nothing was solved. `fleet`: servers in
    words; `api_share`: of all requests; `digest`: of the resolved instance.
    """

    index: int
    scenario: str
    inputs: Mapping[str, Cell]
    status: str
    reason: str = ""
    termination: str = ""
    lifecycle_usd: float | None = None
    bound_usd: float | None = None
    relative_gap: float | None = None
    per_million_tokens_usd: float | None = None
    capex_usd: float | None = None
    emissions_tonnes: float | None = None
    by_stream_usd: Mapping[str, float] = field(default_factory=dict)
    payback: Sequence[Payback] = ()
    fleet: str = ""
    servers: Sequence[Servers] = ()
    routes: Sequence[Route] = ()
    api_share: float | None = None
    verified: bool | None = None
    digest: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a plan."""
        return self.status == OK

    def plain(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def row_from(plain: Mapping[str, Any]) -> Row:
    """The row of its plain values."""
    names = {part.name for part in fields(Row)}
    given = {name: value for name, value in plain.items() if name in names}
    given["payback"] = tuple(Payback(**entry) for entry in given.get("payback", ()))
    given["servers"] = tuple(Servers(**entry) for entry in given.get("servers", ()))
    given["routes"] = tuple(Route(**entry) for entry in given.get("routes", ()))
    return Row(**given)
