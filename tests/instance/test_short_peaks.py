"""Short peaks of a workload: read, sorted, noted where they are missing, and in the load in one place."""

from __future__ import annotations

from typing import Any

import pytest

from solver.deployments.enumerate import candidates
from solver.deployments.types import ServeKind
from solver.instance.diagnostics import InstanceError
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance
from tests.instance.base import sound


def peaked(*peaks: dict[str, float], **latency: Any) -> ResolvedInstance:
    data = sound()
    workload = data["workloads"][0]
    workload["requests_per_second"]["short_peaks"] = list(peaks)
    workload["latency"] = {"ttft_ms": 2000, "tpot_ms": 100, **latency}
    workload.pop("batch", None)
    workload.pop("quality", None)
    data["profiles"] = []
    return resolve(parse_instance(data))


def notes(resolved: ResolvedInstance) -> list[str]:
    return [
        one.rule for one in resolved.diagnostics if one.path.endswith("workloads[0].requests_per_second.short_peaks")
    ]


def test_they_are_sorted_by_window() -> None:
    resolved = peaked({"seconds": 60, "ratio": 1.8}, {"seconds": 1, "ratio": 8})
    assert [(peak.seconds, peak.ratio) for peak in resolved.workloads[0].short_peaks] == [(1, 8), (60, 1.8)]
    assert notes(resolved) == []


def test_what_is_assumed_without_them_is_said() -> None:
    assert "no short peaks" in notes(peaked())[0]
    assert "shorter than 60 s are not stated" in notes(peaked({"seconds": 60, "ratio": 2}))[0]


def test_they_raise_the_load_of_real_time_services_only_as_far_as_the_wait_does_not_absorb_them() -> None:
    def loads(resolved: ResolvedInstance) -> dict[tuple[str, int], tuple[float, float]]:
        return {
            (d.name, s.bucket): (s.load, s.busy)
            for d in candidates(resolved, prune=False).deployments
            for s in d.services
            if s.kind is ServeKind.REAL_TIME and s.workload == 0
        }

    calm, sharp, long = (
        loads(peaked()),
        loads(peaked({"seconds": 1, "ratio": 2.0})),
        loads(peaked({"seconds": 300, "ratio": 2.0})),
    )
    assert calm and long
    for key, (load, busy) in long.items():
        assert load > sharp[key][0] >= calm[key][0] * (1 - 1e-12)
        assert busy == calm[key][1]
        # A long peak is carried almost outright, and never at more than its ratio.
        assert calm[key][0] * 1.8 < load <= calm[key][0] * 2.0 * (1 + 1e-9)


@pytest.mark.parametrize("bad", [{"seconds": 0, "ratio": 2}, {"seconds": 60, "ratio": 0.5}, {"seconds": 60}])
def test_impossible_peaks_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(InstanceError, match="short_peaks"):
        peaked(bad)
