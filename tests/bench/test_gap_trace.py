"""When a gap was reached, from what solvers report."""

from __future__ import annotations

from solver.bench.gap_trace import GapTrace


def test_only_better_plans_and_bounds_count() -> None:
    trace = GapTrace()
    assert trace.add(1.0, 100.0, None)
    assert trace.add(2.0, 120.0, 80.0)  # a worse plan, a first bound
    assert not trace.add(3.0, 100.0, 70.0)
    assert [(p.seconds, p.incumbent, p.bound) for p in trace.points] == [(1.0, 100.0, None), (2.0, 100.0, 80.0)]
    assert trace.first_plan_seconds() == 1.0
    assert trace.seconds_to(0.2) == 2.0
    assert trace.seconds_to(0.19) is None


def test_a_bound_alone_is_no_plan_and_no_gap() -> None:
    trace = GapTrace()
    trace.add(1.0, None, 80.0)
    assert trace.first_plan_seconds() is None
    assert trace.seconds_to(1.0) is None


def test_thinning_keeps_both_ends() -> None:
    trace = GapTrace()
    for at in range(1000):
        trace.add(float(at), 2000.0 - at, 1.0)
    thin = trace.thinned(50)
    assert len(thin) == 50
    assert (thin[0], thin[-1]) == (trace.points[0], trace.points[-1])
