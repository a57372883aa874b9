"""Claims that are solved: one setting each, small, and what must hold of it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from solver.study.claims.claim import ClaimError, load_claim
from solver.study.claims.owning import points as owning
from solver.study.claims.settings import Market, OwningSettings, WaitingSettings
from solver.study.claims.solves import read_instance, varied
from solver.study.claims.waiting import points as waiting

CLAIMS = Path(__file__).resolve().parents[3] / "instances" / "claims"


def narrow_waiting(**changes: object) -> WaitingSettings:
    settings = load_claim(CLAIMS / "batch.yaml").settings
    assert isinstance(settings, WaitingSettings)
    return settings.model_copy(update={"price_list": False, "deadline_hours": (24.0,), **changes})


def test_an_api_saves_the_waiting_share_of_its_batch_discount() -> None:
    """Half off for the share that waits, whatever the volume: 0.6 x 0.5."""
    market = Market(name="api", places=("openai/gpt-4.1-mini",))
    settings = narrow_waiting(
        markets=(market,), shares=(0.6,), volumes_requests_per_second=(4.0,), shapes=("flat",), tpot_ms=(40.0,)
    )
    (point,) = waiting(settings, CLAIMS)
    assert point.value == pytest.approx(0.3, abs=1e-6)


def test_waiting_never_costs_more_than_the_gap() -> None:
    market = Market(name="rented", places=("aws-us-east-1",))
    settings = narrow_waiting(
        markets=(market,),
        shares=(0.5, 1.0),
        volumes_requests_per_second=(4.0,),
        shapes=("office-hours",),
        tpot_ms=(40.0,),
    )
    found = list(waiting(settings, CLAIMS))
    assert [point.setting["may wait"] for point in found] == ["50%", "100%"]
    assert all(point.value > -0.01 for point in found)
    assert found[1].value > found[0].value


def test_own_servers_pay_back_later_against_the_cheaper_cloud() -> None:
    settings = load_claim(CLAIMS / "own-hardware.yaml").settings
    assert isinstance(settings, OwningSettings)
    narrow = settings.model_copy(
        update={
            "volumes_requests_per_second": (50.0,),
            "shapes": ("flat",),
            "owned": settings.owned[:1],
            "against": tuple(m for m in settings.against if m.name in ("hyperscaler on demand", "cheapest GPU cloud")),
        }
    )
    dear, cheap = (point.value for point in owning(narrow, CLAIMS))
    assert 0 < dear < cheap
    assert math.isfinite(dear)


def test_a_market_names_places_of_the_instance() -> None:
    instance = read_instance(CLAIMS, "instances/owning.yaml")
    with pytest.raises(ClaimError, match="nowhere"):
        varied(instance, requests_per_second=1.0, shape="flat", market=Market(name="m", places=("nowhere",)))
