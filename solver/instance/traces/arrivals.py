"""Arrival statistics of a trace in flat memory: rate, burstiness, peaks, rate over time, requests by hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from .lengths import Floats

PEAK_WINDOWS_S = (1, 10, 60)
_HELD_BACK = 16_384
_CURVE_BINS = 2048


class _Peak:
    """Most requests in a window of so many seconds, counted from the first arrival; needs sorted times."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._window, self._open, self._closed, self._most = 0, 0, 0, 0
        self._by_hour: dict[int, int] = {}
        self._last_window, self._last_count = -1, 0

    def add(self, since_first_s: Floats) -> None:
        windows, counts = np.unique((since_first_s // self._seconds).astype(np.int64), return_counts=True)
        for window, count in zip(windows.tolist(), counts.tolist(), strict=True):
            if window != self._window:
                self._closed += self._open
                self._most = max(self._most, self._open)
                self._window, self._open = window, 0
            self._open += count

        self._inside_hours(since_first_s)

    def _inside_hours(self, since_first_s: Floats) -> None:
        """Most requests of a window by hour since the first arrival; the trace's windows divide the hour."""
        per_hour = 3600 // self._seconds
        windows, counts = np.unique((since_first_s // self._seconds).astype(np.int64), return_counts=True)
        for window, count in zip(windows.tolist(), counts.tolist(), strict=True):
            held = count + (self._last_count if window == self._last_window else 0)
            self._last_window, self._last_count = window, held
            hour = window // per_hour
            self._by_hour[hour] = max(self._by_hour.get(hour, 0), held)

    def to_hour_mean(self, requests_by_hour: dict[int, int], span_s: float) -> float | None:
        """Largest ratio of a window's rate to the mean of its hour, over hours at least as busy as half the mean.

        The last hour counts for as long as it lasted. None where it would rest on less than ten windows.
        """
        if span_s < 10 * self._seconds:
            return None
        mean_rate = sum(requests_by_hour.values()) / span_s
        last = int(span_s // 3600)
        found = []
        for hour, requests in requests_by_hour.items():
            lasted_s = min(3600.0, span_s - 3600.0 * hour) if hour == last else 3600.0
            if lasted_s >= 10 * self._seconds and requests / lasted_s >= mean_rate / 2:
                found.append(self._by_hour[hour] / self._seconds / (requests / lasted_s))
        return max(found, default=None)

    def to_mean(self) -> float | None:
        """Peak over mean of the whole windows; None where there are fewer than two. The last one is not whole."""
        return self._most / (self._closed / self._window) if self._window > 1 else None


class _Curve:
    """Requests over time in at most 2048 bins, which double their width as the trace goes on."""

    def __init__(self) -> None:
        self.width_s = 1.0
        self.counts = np.zeros(_CURVE_BINS, dtype=np.int64)

    def add(self, since_first_s: Floats) -> None:
        while since_first_s[-1] >= self.width_s * _CURVE_BINS:
            self.counts = np.concatenate([self.counts.reshape(-1, 2).sum(axis=1), np.zeros(_CURVE_BINS // 2, np.int64)])
            self.width_s *= 2
        self.counts += np.bincount((since_first_s // self.width_s).astype(np.int64), minlength=_CURVE_BINS)


@dataclass(frozen=True, slots=True)
class ArrivalFigures:
    """What was measured. Rates in requests/s.

    `peaks_to_mean` by window in s; None where the trace has fewer than two whole windows. `by_hour` counts requests by
    whole hour of the trace's clock; `short_peaks` is the same peak over the mean of its own hour (hours since the first
    arrival, at least as busy as half the mean), the largest of all; `curve` by bins of `curve_width_s` from the first arrival. `earlier_rows` came before
    the row above them and were sorted in; `late_rows` came too late for that and are in the rate, not in CV and peaks.
    `whole_seconds`: no arrival has a fraction of a second, so CV and the 1 s peak are those of rounded times.
    """

    requests: int
    first_s: float
    last_s: float
    interarrival_cv: float
    peaks_to_mean: dict[int, float | None]
    by_hour: dict[int, int]
    curve: tuple[int, ...]
    curve_width_s: float
    earlier_rows: int
    late_rows: int
    whole_seconds: bool
    short_peaks: dict[int, float | None] = field(default_factory=dict)
    period_s: float | None = None

    @property
    def duration_s(self) -> float:
        """From the first arrival to the last."""
        return self.last_s - self.first_s

    @property
    def requests_per_second(self) -> float:
        """Requests over duration."""
        return self.requests / self.duration_s


class Arrivals:
    """Counts arrivals. Rows up to 16,384 places out of order are sorted in."""

    def __init__(self) -> None:
        self._pending: Floats = np.empty(0)
        self._first: float | None = None
        self._last_emitted = self._last_read = self._earliest = self._latest = 0.0
        self._gaps, self._gap_sum, self._gap_squares = 0, 0.0, 0.0
        self._peaks = {seconds: _Peak(seconds) for seconds in PEAK_WINDOWS_S}
        self._curve = _Curve()
        self._by_hour: dict[int, int] = {}
        self._by_hour_since: dict[int, int] = {}
        self._requests = self._earlier = self._late = 0
        self._whole_seconds = True

    def add(self, times_s: Floats) -> None:
        """Count arrivals, in the file's order."""
        before = times_s[0] if self._requests == 0 else self._last_read
        self._earliest = float(min(times_s.min(), self._earliest if self._requests else times_s[0]))
        self._latest = float(max(times_s.max(), self._latest if self._requests else times_s[0]))
        self._earlier += int((np.diff(times_s, prepend=before) < 0).sum())
        self._last_read = float(times_s[-1])
        self._requests += len(times_s)
        self._whole_seconds = self._whole_seconds and bool((times_s == np.floor(times_s)).all())
        hours, counts = np.unique((times_s // 3600).astype(np.int64), return_counts=True)
        for hour, count in zip(hours.tolist(), counts.tolist(), strict=True):
            self._by_hour[hour] = self._by_hour.get(hour, 0) + count
        merged = np.sort(np.concatenate([self._pending, times_s]))
        keep = max(0, len(merged) - _HELD_BACK)
        self._pending = merged[keep:]
        self._emit(merged[:keep])

    def figures(self) -> ArrivalFigures:
        """Everything counted so far; nothing may be added after."""
        self._emit(self._pending)
        self._pending = np.empty(0)
        mean = self._gap_sum / max(self._gaps, 1)
        variance = max(0.0, self._gap_squares / max(self._gaps, 1) - mean**2)
        used = np.flatnonzero(self._curve.counts)
        return ArrivalFigures(
            requests=self._requests,
            first_s=self._earliest,
            last_s=self._latest,
            interarrival_cv=sqrt(variance) / mean if mean > 0 else 0.0,
            peaks_to_mean={seconds: peak.to_mean() for seconds, peak in self._peaks.items()},
            by_hour=self._by_hour,
            curve=tuple(self._curve.counts[: used[-1] + 1].tolist()) if len(used) else (),
            curve_width_s=self._curve.width_s,
            earlier_rows=self._earlier,
            late_rows=self._late,
            whole_seconds=self._whole_seconds,
            short_peaks={
                seconds: peak.to_hour_mean(self._by_hour_since, self._last_emitted - (self._first or 0.0))
                for seconds, peak in self._peaks.items()
            },
        )

    def _emit(self, times_s: Floats) -> None:
        if self._first is not None:
            late = int(np.searchsorted(times_s, self._last_emitted))
            self._late += late
            times_s = times_s[late:]
        if not len(times_s):
            return
        if self._first is None:
            self._first = self._last_emitted = float(times_s[0])
            gaps = np.diff(times_s)
        else:
            gaps = np.diff(times_s, prepend=self._last_emitted)
        self._gaps += len(gaps)
        self._gap_sum += float(gaps.sum())
        self._gap_squares += float((gaps**2).sum())
        self._last_emitted = float(times_s[-1])
        since = times_s - self._first
        self._curve.add(since)
        hours, counts = np.unique((since // 3600).astype(np.int64), return_counts=True)
        for hour, count in zip(hours.tolist(), counts.tolist(), strict=True):
            self._by_hour_since[hour] = self._by_hour_since.get(hour, 0) + count
        for peak in self._peaks.values():
            peak.add(since)
