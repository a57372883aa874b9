"""Time inside HiGHS: nested and overlapping calls count once."""

from __future__ import annotations

import threading
import time

import pytest

from solver.bench.highs_clock import HighsClock


def test_overlapping_calls_of_two_threads_count_once() -> None:
    clock = HighsClock()
    slow = clock._wrapped("run", lambda: time.sleep(0.2))
    threads = [threading.Thread(target=slow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.19 < clock.seconds < 0.39


def test_a_call_that_fails_is_over_all_the_same() -> None:
    clock = HighsClock()

    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        clock._wrapped("run", fails)()
    before = clock.seconds
    time.sleep(0.05)
    clock._wrapped("passModel", lambda: None)()
    assert clock.seconds - before < 0.04
    assert clock.runs == 1
