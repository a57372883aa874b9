"""No key and no figure of an explanation is lost in its message; messages and dataclasses have the same fields."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from contract_facts import messages

from inferplan.v1 import explain_pb2
from server.contract.explain import document_of, explanation_message
from solver.deployments.services import RefusalKind
from solver.deployments.types import ServeKind
from solver.plan.explain import explanation as parts
from solver.plan.explain.document import explanation_document
from solver.solve.termination import Limit, Reason, Termination

RT, BATCH = ServeKind.REAL_TIME, ServeKind.BATCH
NAMES = {"Change": "ConflictChange", "Requirement": "ConflictRequirement"}
"""Dataclass -> message, where the names differ."""


def everything() -> parts.Explanation:
    """Every field of every part set, every reason once."""
    served = parts.ServedBy(RT, "a/b", "m", "fp8", "d", 0.5, 10.0, 1.0, 2.0, 3.0, 4.0, 0.7)
    other = parts.Alternative(
        BATCH,
        "a/b",
        "o",
        "m",
        "fp8",
        "d",
        1.5,
        0.5,
        3,
        6,
        chosen=True,
        ttft_ms=1,
        tpot_ms=2,
        end_to_end_ms=3,
        quality=0.5,
    )
    excluded = tuple(parts.Excluded(RT, "chip", "m", "fp8", reason, str(reason)) for reason in RefusalKind)
    workload = parts.WorkloadExplanation("w", 500.0, 10.0, 1.0, 0.9, (served,), (other,), excluded, 9, ("one", "two"))
    limit = parts.LimitExplanation("site power", "a", "kW", 10.0, 9.5, True, 7.0)
    standing = parts.StandingExplanation("o", "a/b", "purchase", 5, 10.0, "r", 12.0, 2.0, 0.8, 0.6)
    conflict = parts.Conflict(
        (parts.Requirement("site power", "a", 10.0, "kW"),),
        True,
        True,
        (parts.UnservedBucket("w", "k", BATCH, ("far",)),),
        (parts.WayOut("site power", (parts.Change("site power", "a", 10.0, 1.0, "kW", False, ("m1-6",)),)),),
    )
    saving = parts.BaselineSaving("api_only", 5.0, 4.0, 6.0)
    ended = Termination(Reason.FEASIBLE, Limit.TIME, "late", 10.0, 8.0, 60.0)
    return parts.Explanation(
        "n", "digest", ended, 10.0, (workload,), (limit,), (standing,), (saving,), conflict, ("words",)
    )


def nothing() -> parts.Explanation:
    """Everything that may be missing is."""
    served = parts.ServedBy(RT, "api", "m", None, None, 1.0, 10.0, None, None, None, None, None)
    other = parts.Alternative(RT, "api", None, "m", None, None, 1.5, None, 0, 0, False, None, None, None, None)
    workload = parts.WorkloadExplanation("w", 500.0, 10.0, None, None, (served,), (other,), (), 0)
    limit = parts.LimitExplanation("stock", "a", "servers", 10.0, None, False, None)
    standing = parts.StandingExplanation("o", "a/b", "lease", 5, 10.0, None, None, None, 0.8, None)
    requirement = parts.Requirement("real-time demand", "w", None, "requests/s")
    saving = parts.BaselineSaving("api_only", -5.0, None, None)
    conflict = parts.Conflict((requirement,), False, False, (), ())
    return parts.Explanation(
        "n", "", Termination(Reason.INFEASIBLE), None, (workload,), (limit,), (standing,), (saving,), conflict
    )


@pytest.mark.parametrize("found", [everything(), nothing(), replace(nothing(), conflict=None)])
def test_the_document_round_trips(found: parts.Explanation) -> None:
    expected = explanation_document(found)
    packed = explanation_message(found).SerializeToString()
    assert document_of(explain_pb2.Explanation.FromString(packed)) == expected
    assert json.loads(json.dumps(expected, allow_nan=False)) == expected


def test_messages_and_dataclasses_have_the_same_fields() -> None:
    known = messages("explain")
    classes = [c for c in vars(parts).values() if isinstance(c, type) and c.__module__ == parts.__name__]
    assert {NAMES.get(c.__name__, c.__name__) for c in classes} == set(known)
    for each in classes:
        message = known[NAMES.get(each.__name__, each.__name__)]
        assert [f.name for f in fields(each)] == [f.name for f in message.fields], each.__name__
