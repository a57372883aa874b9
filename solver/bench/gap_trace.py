"""Best plan and best bound over time, and when a gap was reached."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GapPoint:
    """What was known at a time since the clock's start: USD of the best plan and of the proven bound."""

    seconds: float
    incumbent: float | None
    bound: float | None

    @property
    def relative_gap(self) -> float | None:
        """(incumbent - bound) / |incumbent|; None where either is not known."""
        if self.incumbent is None or self.bound is None or self.incumbent == 0:
            return None
        return max(0.0, (self.incumbent - self.bound) / abs(self.incumbent))


@dataclass(slots=True)
class GapTrace:
    """Points at which the best plan or the best bound changed, in order of time."""

    points: list[GapPoint] = field(default_factory=list)

    def add(self, seconds: float, incumbent: float | None, bound: float | None) -> bool:
        """Take what a solver reports; whether it is better than what was known."""
        before = self.points[-1] if self.points else GapPoint(0.0, None, None)
        plans = [value for value in (before.incumbent, incumbent) if value is not None]
        bounds = [value for value in (before.bound, bound) if value is not None]
        after = GapPoint(seconds, min(plans, default=None), max(bounds, default=None))
        if (after.incumbent, after.bound) == (before.incumbent, before.bound):
            return False
        self.points.append(after)
        return True

    def first_plan_seconds(self) -> float | None:
        """When the first plan was there."""
        return next((point.seconds for point in self.points if point.incumbent is not None), None)

    def seconds_to(self, relative_gap: float) -> float | None:
        """When the gap was first proven; None where it never was.

        >>> trace = GapTrace()
        >>> _ = trace.add(1.0, 110.0, 90.0), trace.add(2.0, 100.0, None), trace.add(5.0, None, 99.5)
        >>> trace.seconds_to(0.05), trace.seconds_to(0.1), trace.seconds_to(0.001)
        (5.0, 2.0, None)
        """
        for point in self.points:
            gap = point.relative_gap
            if gap is not None and gap <= relative_gap * (1 + 1e-9):
                return point.seconds
        return None

    def thinned(self, most: int = 400) -> list[GapPoint]:
        """At most about so many points, the first and the last among them."""
        if len(self.points) <= most:
            return list(self.points)
        step = len(self.points) / (most - 1)
        return [self.points[int(at * step)] for at in range(most - 1)] + [self.points[-1]]
