"""Every instance of the repository solves to its gap, is verified, and tells the story that its README says it tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from solver.instance.load import load_instance

from .solving import INSTANCES, Answer, baseline, bought, share_by, solved

NAMES = sorted(path.stem for path in INSTANCES.glob("*.yaml"))
HOURS_PER_MONTH = 730


def smallest_mixes_reserved_servers_and_an_api(answer: Answer) -> None:
    shares = share_by(answer, "where", workload="chat")
    assert 0.1 < shares["openai/gpt-4.1-mini"] < 0.9
    assert answer["cost"]["by_stream"]["commitment"] > 0
    for name in ("cloud_on_demand", "api_only"):
        assert baseline(answer, name)["npv"]["low"] > 0


def own_servers_carry_the_main_instance(answer: Answer) -> None:
    assert bought(answer)
    chat = share_by(answer, "where", workload="chat")
    assert sum(share for where, share in chat.items() if where.startswith("own-frankfurt/")) > 0.5
    for name in ("cloud_on_demand", "api_only"):
        row = baseline(answer, name)
        assert row["status"] == "PAID_BACK"
        assert 0 < row["simple_months"] <= row["discounted_months"] < 36
        assert row["npv"]["low"] > 0


def the_banks_data_stay_in_its_room(answer: Answer) -> None:
    for row in answer["routing"]:
        if row["workload"] in ("staff-assistant", "file-review"):
            assert row["where"].startswith("own-room/")
    for name in ("status_quo", "cloud_on_demand", "api_only"):
        assert baseline(answer, name)["status"] == "BASELINE_INFEASIBLE"
        assert baseline(answer, name)["npv"]["value"] is None


def the_banks_room_feeds_no_gaudi_beside_the_old_servers(answer: Answer) -> None:
    """3 x 6.5 kW + 12.96 kW = 32.46 kW, x PUE 1.54 = 49.99 kW, above 48. Without the old ones it fits from month 19."""
    orders = bought(answer)
    assert "m1-6" not in orders
    assert not any("gaudi3-8" in orders.get(stage, {}) for stage in ("m7-12", "m13-18"))
    assert sum(orders["m7-12"].values()) >= 1
    old = {row["stage"]: row["in_service"] for row in answer["fleet"] if row["kind"] == "existing"}
    assert [old.get(stage, 0) for stage in ("m1-6", "m7-12", "m13-18", "m19-24", "m25-30", "m31-36")] == [
        3,
        3,
        3,
        0,
        0,
        0,
    ]


def an_api_alone_is_right_for_the_start_up(answer: Answer) -> None:
    assert share_by(answer, "where") == {"groq/qwen/qwen3-32b": 1.0}
    assert answer["cost"]["by_stream"]["api_tokens"] == pytest.approx(answer["cost"]["lifecycle"])
    assert baseline(answer, "api_only")["status"] == "NO_DIFFERENCE"
    for name in ("cloud_on_demand", "cloud_reserved"):
        row = baseline(answer, name)
        assert row["status"] == "IMMEDIATE"
        assert row["npv"]["low"] > answer["cost"]["lifecycle"]
        assert row["break_even"]["api_price_multiplier"]["value"] > 2


def documents_wait_for_cheap_hours_within_their_deadlines(answer: Answer) -> None:
    rows = {row["workload"]: row for row in answer["workloads"]}
    assert all(row["share_real_time"] == 0 for row in rows.values())
    assert rows["claims"]["share_deferred"] == 0
    assert rows["contracts"]["share_deferred"] > 0.2
    assert rows["archive"]["share_deferred"] > 0.7
    for row in rows.values():
        assert row["batch_done_within_hours"] <= row["deadline_hours"]
    assert share_by(answer, "where", workload="appeals") == {"openai/gpt-4.1-mini": 1.0}
    streams = answer["cost"]["by_stream"]
    assert streams["rent"] > 0 and streams["commitment"] > 0 and streams["api_tokens"] > 0
    assert any(row["kind"] == "spot" and row["rented_peak"] > 0 for row in answer["fleet"])
    assert baseline(answer, "api_only")["npv"]["low"] > answer["cost"]["lifecycle"]


def growth_is_bought_in_stages(answer: Answer) -> None:
    orders = bought(answer)
    assert "m1-6" not in orders
    assert len(orders) >= 3
    assert share_by(answer, "where", stage="m1-6").get("aws-us-east-1/p5.48xlarge", 0) > 0.8
    assert share_by(answer, "where", stage="m31-36").get("aws-us-east-1/p5.48xlarge", 0) < 0.2
    assert any(count >= 4 for servers in orders.values() for count in servers.values())
    on_demand, reserved = baseline(answer, "cloud_on_demand"), baseline(answer, "cloud_reserved")
    assert on_demand["status"] == reserved["status"] == "PAID_BACK"
    assert on_demand["simple_months"] < reserved["simple_months"] < 36


def kinds_of_replica_each_where_they_pay(answer: Answer) -> None:
    agents, research, assistants = (
        share_by(answer, "deployment", workload=name) for name in ("agents", "research", "assistants")
    )
    assert sum(share for name, share in agents.items() if "prefill" in name) > 0.8
    assert sum(share for name, share in research.items() if " dpa " in name) > 0.8
    assert sum(share for name, share in assistants.items() if "prefill" in name) < 0.2


def melange_by_hand(answer: Answer) -> None:
    """Demand 30 x [[0.2, 0.1], [0.5, 0.2]] = [[6, 3], [15, 6]] requests/s.

    One A100 of [[20, 20], [40, 20]] needs 6/20 + 3/20 + 15/40 + 6/20 = 1.125 of itself: 0.125 too much, 5 requests/s of the
    third size (0.125 x 40). One A10G of [[2, 1], [5, 2]] serves just those, 5 / 5 = 1. So 1.01 + 3.67 = 4.68 USD/h; all on
    A10Gs takes 6/2 + 3/1 + 15/5 + 6/2 = 12 of them, 12.12 USD/h, and two A100s cost 7.34.
    """
    assert answer["cost"]["lifecycle"] == pytest.approx(4.68 * HOURS_PER_MONTH, rel=1e-9)
    assert answer["termination"]["bound"] == pytest.approx(4.68 * HOURS_PER_MONTH, rel=1e-6)
    assert {row["server"]: row["rented_peak"] for row in answer["fleet"]} == {
        "g5.xlarge": 1,
        "Standard_NC24ads_A100_v4": 1,
    }
    shares = share_by(answer, "where")
    assert shares["cloud/g5.xlarge"] == pytest.approx(5 / 30)


STORIES: dict[str, tuple[Callable[[Answer], None], ...]] = {
    "smallest": (smallest_mixes_reserved_servers_and_an_api,),
    "assistant-and-code": (own_servers_carry_the_main_instance,),
    "bank-on-premises": (the_banks_data_stay_in_its_room, the_banks_room_feeds_no_gaudi_beside_the_old_servers),
    "startup-api": (an_api_alone_is_right_for_the_start_up,),
    "documents-batch": (documents_wait_for_cheap_hours_within_their_deadlines,),
    "growth-in-stages": (growth_is_bought_in_stages,),
    "moe-at-scale": (kinds_of_replica_each_where_they_pay,),
    "melange": (melange_by_hand,),
}
"""Facts about the answer; a new instance without one fails."""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_named_as_its_file_and_described(name: str) -> None:
    loaded = load_instance(INSTANCES / f"{name}.yaml")
    assert loaded.instance.name == name
    assert not [found for found in loaded.diagnostics if found.severity == "error"]
    assert f"`{name}.yaml`" in (INSTANCES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_solved_and_tells_its_story(name: str) -> None:
    """Then its story, in the same test: each instance is solved once."""
    answer = solved(name)
    ended = answer["termination"]
    asked = load_instance(INSTANCES / f"{name}.yaml").instance.solve.relative_gap
    assert ended["reason"] == "OPTIMAL"
    assert ended["relative_gap"] <= asked + 1e-9
    assert ended["relative_gap"] <= 0.01
    assert answer["verification"]["passed"]
    assert answer["verification"]["worst_violation"] < 1e-6
    for row in answer["payback"]:
        assert row["status"] != "NOT_COMPARED"
    for story in STORIES[name]:
        story(answer)
