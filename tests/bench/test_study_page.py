"""The page of `inferplan bench study` tells what was measured; processor time is that of the processes asked for."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from solver.bench.processor_time import machine_busy, spent
from solver.bench.study import differences
from solver.bench.study_page import page

RATE = {
    "engine": "processes",
    "workers": 2,
    "tasks": 10,
    "seconds": 5.0,
    "per_second": 2.0,
    "overhead": 0.031,
    "equal": False,
    "cpu_seconds": 1.5,
    "others": None,
}
FOUND: dict[str, Any] = {
    "samples": 10,
    "machine": {"cores": "2"},
    "rates": [RATE],
    "two_workers_of_twice_one": 0.93,
    "warm_over_cold": 6.0,
    "warm_over_cold_cpu": None,
    "kills": {"driver": True, "dask worker": False},
    "stochastic": {
        "study": "fifty.yaml",
        "scenarios": 50,
        "plan_seconds": 90.0,
        "seconds": 200.0,
        "relative_gap": 0.004,
    },
}


def test_the_page() -> None:
    text = page(FOUND)
    assert "| processes | 2 | 2.00 | 3.1% | 150 ms | - | DIFFER |" in text
    assert "- kill -9 of a driver in mid-run: nothing lost, equal results." in text
    assert "- kill -9 of a dask worker in mid-run: RESULTS DIFFER." in text
    assert "50 scenarios (fifty.yaml): 90 s to a gap of 0.40%" in text
    assert "no plan after 9 s" in page({**FOUND, "stochastic": {"study": "s", "seconds": 9.0, "failure": "no plan"}})


def test_differences_name_the_answer_and_the_field() -> None:
    reference = {0: {"cost": 1.0, "rows": [1]}, 1: {"cost": 2.0, "rows": [1]}, 2: {"cost": 3.0}}
    found = {0: {"cost": 1.0, "rows": [2]}, 1: {"cost": 2.5, "rows": [1]}, 2: None}
    assert differences(reference, found) == "0: rows; 1: cost 2.0 / 2.5; 2: a failure"
    assert differences(reference, reference) == ""


@pytest.mark.skipif(machine_busy() is None, reason="no /proc")
def test_processor_time() -> None:
    before, all_before = spent([os.getpid()]), machine_busy()
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    after, all_after = spent([os.getpid()]), machine_busy()
    assert before is not None and after is not None and all_before is not None and all_after is not None
    assert 0.05 <= after - before <= 0.5
    assert all_after > all_before
    assert spent([2**22 + 1]) is None
