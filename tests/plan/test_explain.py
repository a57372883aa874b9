"""Explanations against figures worked out by hand on the small instance (tests/cli/small.py)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cli.small import Values, own_only, small

from solver.deployments.services import RefusalKind
from solver.deployments.types import ServeKind
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance
from solver.plan.document import document
from solver.plan.explain.decided import AnotherPlanError, plan_of_document, savings_of
from solver.plan.explain.document import explanation_document
from solver.plan.explain.explain import explain
from solver.plan.explain.explanation import Explanation
from solver.plan.explain.render import print_explanation
from solver.plan.plan import Plan
from solver.solve.task import run_task
from solver.study.planning import Overrides, assemble, tasks_of

MILLION_TOKENS_A_MONTH = 10 * 3600 * 730 * 500 / 1e6


def resolved_of(values: Values) -> ResolvedInstance:
    return resolve(parse_instance(values))


def planned(values: Values) -> Plan:
    resolved, overrides = resolved_of(values), Overrides(baselines=False, relative_gap=0.0)
    return assemble(resolved, [run_task(task) for task in tasks_of(resolved, overrides)], overrides)


def explained(values: Values) -> Explanation:
    return explain(planned(values))


def by_where(found: Explanation) -> dict[str, Any]:
    return {one.where: one for one in found.workloads[0].alternatives}


def test_what_serves_and_what_else_could() -> None:
    found = explained(small())
    (served,) = found.workloads[0].served_by
    assert (served.where, served.share, served.kind) == ("room/box", pytest.approx(1.0), ServeKind.REAL_TIME)
    assert served.lifecycle_usd == pytest.approx(found.lifecycle_usd)
    assert found.workloads[0].tokens_per_request == 500
    others = by_where(found)
    assert others["maker/x"].usd_per_million_tokens == pytest.approx(3500 / 500)
    assert others["cloud/box"].usd_per_million_tokens == pytest.approx(5 * 9 * 730 / MILLION_TOKENS_A_MONTH)
    assert others["room/box"].usd_per_million_tokens == pytest.approx(served.usd_per_million_tokens)
    assert (others["room/box"].chosen, others["cloud/box"].chosen, others["cloud/box"].servers_most) == (True, False, 5)
    assert others["cloud/box"].usd_more_per_million_tokens == pytest.approx(
        others["cloud/box"].usd_per_million_tokens - (served.usd_per_million_tokens or 0)
    )
    assert [one.where for one in found.workloads[0].alternatives] == ["room/box", "cloud/box", "maker/x"]
    # Whole boxes are full at 10 requests/s, so that the relaxation's price is the plan's.
    assert found.workloads[0].marginal_usd_per_million_tokens == pytest.approx(served.usd_per_million_tokens)


def test_what_one_more_kilowatt_is_worth() -> None:
    """A room for three boxes (2 kW each); the rest is rented. Another box there is what 2 kW more are worth."""

    def powered(kw: float) -> Values:
        values = small(endpoints=[], baselines=[])
        values["sites"][0]["power_kw"] = kw
        return values

    plan = planned(powered(6))
    found = explain(plan)
    (power,) = [limit for limit in found.limits if limit.requirement == "site power"]
    assert (power.place, power.limit, power.binds) == ("room", 6.0, True)
    assert power.used == pytest.approx(6.0)
    saved = plan.book.present_value() - planned(powered(8)).book.present_value()
    assert saved > 1000
    assert power.usd_per_unit == pytest.approx(saved / 2, rel=1e-6)
    assert any("one more kW saves" in sentence for sentence in found.words)


def test_a_limit_with_room_is_worth_nothing() -> None:
    (power,) = [limit for limit in explained(small()).limits if limit.requirement == "site power"]
    assert (power.used, power.limit, power.binds, power.usd_per_unit) == (pytest.approx(10.0), 100.0, False, 0.0)


def test_the_same_room_with_half_a_box_of_room_binds() -> None:
    values = own_only()
    values["sites"][0]["power_kw"] = 11
    (power,) = [limit for limit in explained(values).limits if limit.requirement == "site power"]
    assert (power.used, power.binds) == (pytest.approx(10.0), True)


def test_a_share_that_nothing_stands_on_does_not_bind() -> None:
    values = small(baselines=[], policy={**small()["policy"], "spot_share": 0.3})
    values["sites"][1]["offers"].append({"kind": "spot", "server": "box", "usd_per_hour": 8})
    (share,) = [limit for limit in explained(values).limits if limit.requirement == "spot share"]
    assert (share.binds, share.used) == (False, None)


def test_a_share_that_limits_binds() -> None:
    """Without the room, spot at a tenth of the price takes all of its share."""
    values = small(baselines=[], endpoints=[], policy={**small()["policy"], "spot_share": 0.5})
    values["sites"][1]["offers"].append({"kind": "spot", "server": "box", "usd_per_hour": 0.9})
    del values["sites"][0]
    values["workloads"][0]["requests_per_second"]["mean"] = 100
    (share,) = [limit for limit in explained(values).limits if limit.requirement == "spot share"]
    assert share.binds
    assert (share.usd_per_unit or 0) > 0


def test_what_a_purchase_saves_against_renting() -> None:
    found = explained(small())
    (bought,) = found.standing
    rented = sum(5 * 9 * 730 / 1.09 ** (month / 12) for month in range(1, 13))
    assert bought.servers_most == 5
    assert bought.lifecycle_usd == pytest.approx(found.lifecycle_usd)
    assert bought.rented_usd == pytest.approx(rented)
    assert bought.saved_usd == pytest.approx(rented - (found.lifecycle_usd or 0))
    assert bought.used_share == pytest.approx(1.0)
    assert bought.break_even_share == pytest.approx((found.lifecycle_usd or 0) / rented)


def test_what_cannot_serve_says_why() -> None:
    values = small(
        models=[
            {"name": "m", "params_total_b": 8, "quality": [{"metric": "exam", "score": 0.8}]},
            {"name": "weak", "params_total_b": 8, "quality": [{"metric": "exam", "score": 0.5}]},
        ],
        baselines=[],
    )
    values["workloads"][0]["quality"] = {"metric": "exam", "at_least": 0.7}
    values["endpoints"][0]["model"] = "weak"
    values["profiles"].append({**values["profiles"][0], "model": "weak"})
    excluded = {(one.what, one.model): one for one in explained(values).workloads[0].excluded}
    assert excluded["chip", "weak"].reason is RefusalKind.QUALITY
    assert "0.500" in excluded["chip", "weak"].detail
    assert excluded["maker/x", "weak"].reason is RefusalKind.QUALITY
    assert ("chip", "m") not in excluded


def test_spare_replicas_count_for_what_serves_alone() -> None:
    found = by_where(explained(small(baselines=[], policy={**small()["policy"], "spare": "n+1"})))
    assert (found["cloud/box"].servers_most, found["maker/x"].servers_most) == (6, 0)


def test_an_alternative_beyond_a_limit_names_it() -> None:
    values = small(baselines=[])
    values["sites"][0]["offers"][0]["stock"] = 2
    found = by_where(explained(values))
    assert found["room/box"].beyond_limits == ("stock: needs 5 of 2 servers",)
    assert found["cloud/box"].beyond_limits == ()


def test_late_orders_tell_from_when() -> None:
    values = small(baselines=[])
    values["sites"][0]["offers"][0]["lead_time_months"] = 3
    found = by_where(explained(values))
    assert (found["room/box"].from_month, found["cloud/box"].from_month) == (6, 0)


def test_a_conflict_is_the_least_set_with_its_ways_out() -> None:
    values = own_only(policy={**small()["policy"], "capex_budget_usd": 10_000_000})
    values["sites"][0]["power_kw"] = 7
    found = explained(values)
    assert found.lifecycle_usd is None
    assert found.conflict is not None
    assert found.conflict.irreducible
    assert {one.requirement for one in found.conflict.requirements} == {"real-time demand", "site power"}
    changes = {way.requirement: way.changes[0] for way in found.conflict.ways_out}
    assert (changes["site power"].limit, changes["site power"].change) == (7.0, pytest.approx(3.0))
    assert changes["real-time demand"].is_demand


def test_whole_numbers_alone_can_stand_against_a_plan() -> None:
    """Power for four and a half boxes, demand for as much: fractions would do, whole boxes do not."""
    values = own_only()
    values["sites"][0]["power_kw"] = 9
    values["workloads"][0]["requests_per_second"]["mean"] = 9
    found = explained(values)
    assert found.conflict is not None
    assert (found.conflict.whole_numbers_only, found.conflict.requirements) == (True, ())
    assert any("only whole servers" in sentence for sentence in found.words)
    assert found.conflict.ways_out


def test_nothing_can_serve() -> None:
    values = own_only()
    values["workloads"][0]["lengths"][0]["input_tokens"] = 500_000
    values["models"][0]["max_context_tokens"] = 8000
    found = explained(values).conflict
    assert found is not None
    assert [(one.workload, one.kind) for one in found.unserved] == [("chat", ServeKind.REAL_TIME)]
    assert not found.requirements


def test_a_plan_document_gives_the_same_explanation() -> None:
    values = small(baselines=[])
    values["sites"][0]["power_kw"] = 6
    plan = planned(values)
    again = plan_of_document(plan.resolved, json.loads(json.dumps(document(plan))))
    assert again.decisions is not None
    assert plan.decisions is not None
    assert (again.decisions.buy, again.decisions.rent) == (plan.decisions.buy, plan.decisions.rent)
    first, second = explanation_document(explain(plan)), explanation_document(explain(again))
    assert first == second


def test_savings_are_those_of_the_baselines() -> None:
    values, overrides = small(), Overrides(relative_gap=0.0)
    resolved = resolved_of(values)
    plan = assemble(resolved, [run_task(task) for task in tasks_of(resolved, overrides)], overrides)
    found = explain(plan)
    assert [saving.baseline for saving in found.savings] == ["cloud_on_demand", "api_only"]
    assert found.savings[0].npv_usd == pytest.approx(found.standing[0].saved_usd)
    told = json.loads(json.dumps(document(plan)))
    again = explain(plan_of_document(resolved, told), savings=savings_of(told))
    assert explanation_document(again) == explanation_document(found)


def test_a_plan_of_another_instance_is_refused() -> None:
    found = document(planned(small(baselines=[])))
    other = small(baselines=[])
    other["workloads"][0]["requests_per_second"]["mean"] = 11
    with pytest.raises(AnotherPlanError, match="other figures"):
        plan_of_document(resolved_of(other), found)
    with pytest.raises(AnotherPlanError, match="not a plan document"):
        plan_of_document(resolved_of(other), {"instance": {}})
    found["routes"][0]["where"] = "nowhere"
    with pytest.raises(AnotherPlanError, match="nowhere"):
        plan_of_document(resolved_of(small(baselines=[])), found)


def test_batch_is_spread_over_the_day() -> None:
    """All requests may wait a day: two boxes work all day, though everything arrives in one half of it."""
    values = small(baselines=[], endpoints=[])
    values["workloads"][0] |= {
        "requests_per_second": {"mean": 4, "shape": {"weekday": [2.0] * 12 + [0.0] * 12}},
        "batch": {"share": 1.0, "deadline_hours": 24},
    }
    found = explained(values)
    assert by_where(found)["cloud/box"].servers_most == 2
    assert found.workloads[0].served_by[0].kind is ServeKind.BATCH


def test_the_screen_shows_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    print_explanation(explanation_document(explained(small())))
    shown = " ".join(capsys.readouterr().out.split())
    for part in ("chat", "m bf16 on room/box", "maker/x", "5 x room/box bought", "saves"):
        assert part in shown
