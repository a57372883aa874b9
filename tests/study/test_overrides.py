"""What a path names, and what each kind of change does there."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from solver.study.apply import ChangeError, applied
from solver.study.base import BaseInstance
from solver.study.change import read_change
from solver.study.paths import PathError, places, value_at
from solver.study.scenario import Scenario
from tests.cli.small import small

DOCUMENT = small()
DOCUMENT["sites"][1]["offers"].append({"kind": "reserved", "server": "box", "term_months": 12, "usd_per_hour": 6})


def at(path: str, document: Any = DOCUMENT) -> list[Any]:
    return [value_at(document, place) for place in places(document, path)]


def changed(path: str, written: Any, document: Any = DOCUMENT) -> dict[str, Any]:
    return BaseInstance(document).changed(Scenario(0, "x", (read_change(path, written),)))


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("sites.room.power_kw", [100]),
        ("sites[room].power_kw", [100]),
        ("sites[0].power_kw", [100]),
        ("sites.room.offers.box.usd_per_server", [30000]),
        ("sites.cloud.offers[on_demand box].usd_per_hour", [9]),
        ("sites.cloud.offers[reserved box 12 months].usd_per_hour", [6]),
        ("sites.cloud.offers[*].usd_per_hour", [9, 6]),
        ("sites[*].offers[kind=on_demand].usd_per_hour", [9]),
        ("endpoints[maker/x].usd_per_million_input_tokens", [5]),
        ("endpoints.maker/x.usd_per_million_input_tokens", [5]),
        ("profiles[0].points[0].requests_per_second", [2]),
        ("policy.capex_budget_usd", [None]),
    ],
)
def test_a_path_names(path: str, values: list[Any]) -> None:
    assert at(path) == values


def test_names_with_dots() -> None:
    document = {"endpoints": [{"api": "openai/gpt-4.1", "price": 1}, {"api": "openai/gpt-4.1-mini", "price": 2}]}
    assert at("endpoints.openai/gpt-4.1-mini.price", document) == [2]
    assert at("endpoints.openai/gpt-4.1.price", document) == [1]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("sites.rom.power_kw", "no item of sites is called rom; did you mean room?"),
        ("sites[7].power_kw", "sites has 2 items, numbered from 0; write at most 1"),
        ("sites.cloud.offers.box.usd_per_hour", "2 items of sites[1].offers are called box; write [0] or [1]"),
        ("sites[*].offers[kind=spot].usd_per_hour", "no item of sites[0].offers has kind=spot; known: purchase"),
        ("horizon[0]", "horizon is a block of keys, not a list"),
        ("horizon.months.more", "horizon.months is a single value"),
        ("servers2[0].name", "servers2 is not in the base instance"),
        (" ", "a path must name something"),
    ],
)
def test_a_path_that_names_nothing(path: str, words: str) -> None:
    with pytest.raises(PathError) as caught:
        at(path)
    assert words in str(caught.value)


def test_every_operation() -> None:
    before = copy.deepcopy(DOCUMENT)
    assert changed("sites.room.power_kw", 50)["sites"][0]["power_kw"] == 50
    assert changed("sites.room.power_kw", {"times": 1.5})["sites"][0]["power_kw"] == 150
    assert changed("sites.room.electricity.usd_per_kwh", {"plus": -0.05})["sites"][0]["electricity"] == {
        "usd_per_kwh": pytest.approx(0.05)
    }
    assert [site["name"] for site in changed("sites.cloud", {"remove": True})["sites"]] == ["room"]
    assert "power_kw" not in changed("sites.room.power_kw", {"remove": True})["sites"][0]
    assert changed("policy.carbon_cap_tonnes", 5)["policy"]["carbon_cap_tonnes"] == 5
    assert changed("finance.tax.rate", 0.25)["finance"]["tax"] == {"rate": 0.25}
    assert changed("baselines", {"add": "status_quo"})["baselines"][-1] == "status_quo"
    assert before == DOCUMENT


def test_whole_numbers_stay_whole() -> None:
    assert changed("sites.room.offers.box.usd_per_server", {"times": 2})["sites"][0]["offers"][0] == {
        "kind": "purchase",
        "server": "box",
        "usd_per_server": 60000,
    }
    # The default lead time, 0, is where `plus` starts.
    assert (
        changed("sites.room.offers.box.lead_time_months", {"plus": 4})["sites"][0]["offers"][0]["lead_time_months"] == 4
    )


def test_prices_of_the_catalog_can_be_scaled() -> None:
    document = small(endpoints=[{"api": "openai/gpt-4.1-mini"}], baselines=[])
    document["sites"][1]["offers"] = [
        {"kind": "reserved", "server": "p5.48xlarge", "term_months": 12, "discount": 0.4},
        {"kind": "on_demand", "server": "p5.48xlarge"},
    ]
    document["sites"][1] |= {"provider": "aws", "region": "us-east-1"}
    base = BaseInstance(document)
    listed = base.resolved.endpoints[0].usd_per_million_input_tokens
    reserved, hourly = (offer.terms for offer in base.resolved.offers[1:])
    twice = [
        read_change(path, {"times": 2})
        for path in (
            "endpoints[0].usd_per_million_input_tokens",
            "endpoints[0].usd_per_million_output_tokens",
            "sites.cloud.offers[*].usd_per_hour",
        )
    ]
    after = base.resolve(Scenario(0, "x", tuple(twice)))
    assert after.endpoints[0].usd_per_million_input_tokens == pytest.approx(2 * listed)
    assert after.offers[2].terms.usd_per_hour == pytest.approx(2 * hourly.usd_per_hour)  # type: ignore[union-attr]
    assert after.offers[1].terms.usd_per_hour == pytest.approx(2 * reserved.usd_per_hour)  # type: ignore[union-attr]


def test_items_are_removed_last() -> None:
    changes = [read_change("sites[0]", {"remove": True}), read_change("sites[1].egress_usd_per_gb", 0.5)]
    after = applied(DOCUMENT, changes, lambda _: None)
    assert [(site["name"], site["egress_usd_per_gb"]) for site in after["sites"]] == [("cloud", 0.5)]


@pytest.mark.parametrize(
    ("path", "written", "words"),
    [
        ("sites.room.name", {"times": 2}, "is 'room', which is no number"),
        ("policy.capex_budget_usd", {"plus": 1}, "has no figure in the base instance"),
        ("sites.room.power_kw", {"add": 1}, "is no list"),
    ],
)
def test_a_change_that_does_not_fit(path: str, written: Any, words: str) -> None:
    with pytest.raises(ChangeError, match=words):
        changed(path, written)


@pytest.mark.parametrize("written", [{"times": 2, "plus": 1}, {"times": "2"}, {"remove": False}, {"plus": True}])
def test_no_operation(written: Any) -> None:
    with pytest.raises(ValueError, match=r"one change|takes a number|remove: true"):
        read_change("a", written)
