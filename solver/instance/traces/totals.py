"""Tables of periods instead of requests: totals of a usage export, or a rate table.

A period starts at its row's time and lasts to the next row's; the last one lasts as long as the one before. Totals
(OpenAI's and vLLM's usage exports: requests, input and output tokens of the period) and rate tables as ServeGen's
(time, requests/s, optionally CV and mean lengths) both say how much came when. They cannot say how the lengths of the
requests inside a period differ, nor what happens inside it: buckets are made of the periods' means, and peaks shorter
than a period are not seen.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from solver.catalog.names import plain

from .arrivals import ArrivalFigures
from .clock import Clock, clock_of
from .lengths import QUANTILES, Floats, JointHistogram, LengthCells, TokenFigures
from .measured import Measured
from .records import BadRow, BadRows, TraceError, TraceFormat
from .shape import Shape, shape_of

_TIMES = ("starttimeiso", "starttime", "periodstart", "timestamp", "time", "start", "date", "hour", "bucketstart")
_COUNTS = ("nummodelrequests", "numrequests", "nrequests", "requests", "requestcount", "count", "nrequeststotal")
_RATES = ("rate", "requestspersecond", "rps", "qps", "raters", "requestrate")
_CVS = ("cv", "arrivalcv", "interarrivalcv")
_INPUTS = ("inputtokens", "prompttokens", "ncontexttokenstotal", "contexttokens", "inputlength", "meaninputtokens")
_OUTPUTS = (
    "outputtokens",
    "completiontokens",
    "generationtokens",
    "ngeneratedtokenstotal",
    "outputlength",
    "meanoutputtokens",
)
_MOST_TOKENS = 10_000_000
_CURVE_BINS = 2048
_HOUR_S = 3600.0


class Period(NamedTuple):
    """One row: start, requests (or requests/s in a rate table), tokens in all (or means), CV where one is given."""

    start_s: float
    amount: float
    inputs: float | None
    outputs: float | None
    cv: float | None


@dataclass(frozen=True, slots=True)
class _Named:
    time: str
    amount: str
    rates: bool
    inputs: str | None
    outputs: str | None
    cv: str | None


def is_totals(path: Path, asked: TraceFormat) -> bool:
    """Whether a file is such a table: asked for, or its first line names a number of requests or a rate."""
    if asked in (TraceFormat.TOTALS, TraceFormat.RATES):
        return True
    if asked is not TraceFormat.AUTO:
        return False
    names = {plain(name) for name in _first_names(path)}
    return bool(names & set(_COUNTS)) or bool(names & set(_RATES))


def measure_totals(path: Path, asked: TraceFormat = TraceFormat.AUTO) -> Measured:
    """Figures of a table of periods. Raises TraceError where it is none, OSError where it cannot be read."""
    bad = BadRows()
    reader = _Reader(path, asked, bad)
    table = _Table()
    for period, lasts_s in _with_lengths(reader.periods()):
        table.add(period, lasts_s, rates=reader.rates)
    if reader.clock is None or table.requests <= 0:
        raise TraceError("; ".join(["no row could be used", *bad.described()]))
    figures = table.figures()
    cells = table.cells()
    first, second = (_token_figures(cells, totals) for totals in (cells.input_tokens, cells.output_tokens))
    return Measured(
        path=path,
        format=TraceFormat.RATES if reader.rates else TraceFormat.TOTALS,
        clock=reader.clock,
        arrivals=figures,
        input_tokens=first,
        output_tokens=second,
        cells=cells,
        shape=_shape(figures, reader.clock),
        prefix=None,
        bad=bad,
    )


class _Reader:
    """Periods in the file's order, which must be that of time; rows that are not later are bad."""

    def __init__(self, path: Path, asked: TraceFormat, bad: BadRows) -> None:
        self._path, self._bad = path, bad
        self.clock: Clock | None = None
        self._named: _Named | None = None
        self._asked = asked

    @property
    def rates(self) -> bool:
        """Whether the table holds rates and means."""
        return self._named is not None and self._named.rates

    def periods(self) -> Iterator[Period]:
        latest = -float("inf")
        for line, row in _rows(self._path):
            if row is None:
                self._bad.add(BadRow.JSON, line)
                continue
            if self._named is None:
                self._named = _names(list(row), self._asked)
            found = self._period(row)
            if isinstance(found, BadRow):
                self._bad.add(found, line)
            elif found.start_s <= latest:
                self._bad.add(BadRow.PERIOD, line)
            else:
                latest = found.start_s
                yield found

    def _period(self, row: dict[str, str]) -> Period | BadRow:
        named = self._named
        assert named is not None
        time = row.get(named.time, "").strip()
        if self.clock is None:
            self.clock = clock_of(time)
        start_s = None if self.clock is None else self.clock.seconds(time)
        if start_s is None:
            return BadRow.TIME
        amount = _number(row.get(named.amount, ""))
        if amount is None or amount < 0:
            return BadRow.REQUESTS
        tokens: list[float | None] = []
        for name, wrong in ((named.inputs, BadRow.INPUT), (named.outputs, BadRow.OUTPUT)):
            value = None if name is None else _number(row.get(name, "") or "0")
            if name is not None and (value is None or value < 0):
                return wrong
            tokens.append(value)
        if amount > 0 and not named.rates:
            for value, nothing in zip(tokens, (BadRow.NO_INPUT, BadRow.NO_OUTPUT), strict=True):
                if value is not None and value < amount:
                    return nothing
        cv = _number(row.get(named.cv, "")) if named.cv is not None else None
        return Period(start_s, amount, tokens[0], tokens[1], cv)


class _Table:
    """Sums over periods in flat memory: by hour, by cell of mean lengths, and the curve."""

    def __init__(self) -> None:
        self._histogram = JointHistogram()
        self.requests = 0.0
        self._first = self._end = 0.0
        self._by_hour: dict[int, float] = {}
        self._highest_by_hour: dict[int, float] = {}
        self._curve: dict[int, float] = {}
        self._width_s = 1.0
        self._shortest = float("inf")
        self._cv_weight = self._cv_sum = 0.0
        self._with_lengths = False

    def add(self, period: Period, lasts_s: float, *, rates: bool) -> None:
        """Count a period."""
        requests = period.amount * lasts_s if rates else period.amount
        if self._end == 0.0 and self.requests == 0.0 and not self._by_hour:
            self._first = period.start_s
        self._end = period.start_s + lasts_s
        self._shortest = min(self._shortest, lasts_s)
        self.requests += requests
        self._spread(period.start_s, lasts_s, requests)
        bin_ = int((period.start_s - self._first) // self._width_s)
        self._curve[bin_] = self._curve.get(bin_, 0.0) + requests
        while max(self._curve) >= _CURVE_BINS:
            halved: dict[int, float] = {}
            for place, count in self._curve.items():
                halved[place // 2] = halved.get(place // 2, 0.0) + count
            self._curve, self._width_s = halved, self._width_s * 2
        if period.cv is not None and requests > 0:
            self._cv_weight += requests
            self._cv_sum += requests * period.cv**2
        if requests > 0 and period.inputs is not None and period.outputs is not None:
            scale = requests if rates else 1.0
            given, made = max(requests, period.inputs * scale), max(requests, period.outputs * scale)
            if max(given, made) / requests <= _MOST_TOKENS:
                self._histogram.add_totals(requests, given, made)
                self._with_lengths = True

    def _spread(self, start_s: float, lasts_s: float, requests: float) -> None:
        """A period's requests by hour of the clock, evenly over its time."""
        at, end = start_s, start_s + lasts_s
        rate = requests / lasts_s
        while at < end:
            hour = int(at // 3600)
            until = min(end, 3600.0 * (hour + 1))
            self._by_hour[hour] = self._by_hour.get(hour, 0.0) + rate * (until - at)
            self._highest_by_hour[hour] = max(self._highest_by_hour.get(hour, 0.0), rate)
            at = until

    def cells(self) -> LengthCells:
        """Cells by mean lengths. Raises TraceError where no period has lengths."""
        if not self._with_lengths:
            wanted = f"{', '.join(_INPUTS[:2])} and {', '.join(_OUTPUTS[:2])}"
            raise TraceError(f"the table has no input and output tokens (such as {wanted}), so lengths cannot be told")
        return self._histogram.cells()

    def figures(self) -> ArrivalFigures:
        """Arrivals; the CV is the request-weighted one of the table, 1 (Poisson) where it has none."""
        width = max(self._curve) + 1
        mean = self.requests / (self._end - self._first)
        ratios = [
            self._highest_by_hour[hour] / (count / 3600.0)
            for hour, count in self._by_hour.items()
            if count / 3600.0 >= mean / 2 and self._first <= 3600.0 * hour and 3600.0 * (hour + 1) <= self._end
        ]
        period_s = self._shortest
        seen = period_s <= 1800 and ratios
        return ArrivalFigures(
            requests=round(self.requests),
            first_s=self._first,
            last_s=self._end,
            interarrival_cv=(self._cv_sum / self._cv_weight) ** 0.5 if self._cv_weight > 0 else 1.0,
            peaks_to_mean={},
            by_hour={hour: round(count) for hour, count in self._by_hour.items()},
            curve=tuple(round(self._curve.get(place, 0.0)) for place in range(width)),
            curve_width_s=self._width_s,
            earlier_rows=0,
            late_rows=0,
            whole_seconds=False,
            short_peaks={round(period_s): max(ratios)} if seen else {},
            period_s=period_s,
        )


def _with_lengths(periods: Iterator[Period]) -> Iterator[tuple[Period, float]]:
    """Periods with how long they last, s. Raises TraceError where there is only one."""
    before, lasts_s = next(periods, None), None
    for period in periods:
        assert before is not None
        lasts_s = period.start_s - before.start_s
        yield before, lasts_s
        before = period
    if before is not None:
        if lasts_s is None:
            raise TraceError("a table of periods needs at least two rows to tell how long a period is")
        yield before, lasts_s


def _shape(figures: ArrivalFigures, clock: Clock) -> Shape:
    """Shape of the day; none where a period is longer than an hour."""
    shape = shape_of(figures, clock)
    period_s = figures.period_s or 0.0
    if period_s <= _HOUR_S:
        return shape
    return Shape(None, None, None, shape.hours, f"periods of {period_s / _HOUR_S:g} h cannot tell the hours of a day")


def _token_figures(cells: LengthCells, totals: Floats) -> TokenFigures:
    means = totals / cells.requests
    order = np.argsort(means)
    reached = np.cumsum(cells.requests[order]) / cells.requests.sum()
    quantiles = tuple(float(means[order][min(len(order) - 1, int(np.searchsorted(reached, q)))]) for q in QUANTILES)
    return TokenFigures(float(totals.sum() / cells.requests.sum()), round(float(means.max())), quantiles)


def _names(keys: Sequence[str], asked: TraceFormat) -> _Named:
    """Columns by name. Raises TraceError naming what is missing."""
    by_plain = {plain(key): key for key in keys}

    def of(known: Sequence[str]) -> str | None:
        return next((by_plain[name] for name in known if name in by_plain), None)

    time, count, rate = of(_TIMES), of(_COUNTS), of(_RATES)
    amount = rate if asked is TraceFormat.RATES or count is None else count
    if time is None or amount is None:
        missing = [what for what, place in (("time", time), ("number of requests or rate", amount)) if place is None]
        raise TraceError(f"no column for {' and '.join(missing)}; the first line has: {', '.join(keys)[:300]}")
    return _Named(time, amount, amount == rate, of(_INPUTS), of(_OUTPUTS), of(_CVS))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Line numbers and rows by column, of a CSV with a header or of JSON lines (OpenAI's buckets unfolded)."""
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", errors="replace") as stream:
        first = stream.readline()
        if first.lstrip().startswith("{"):
            yield 1, _json_row(first)
            for number, line in enumerate(stream, start=2):
                if line.strip():
                    yield number, _json_row(line)
            return
        header = [name.strip() for name in next(csv.reader([first]), [])]
        for number, cells in enumerate(csv.reader(stream), start=2):
            if any(cells):
                yield number, dict(zip(header, cells, strict=False))


def _json_row(line: str) -> dict[str, str] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    results = row.pop("results", None)
    flat = {key: str(value) for key, value in row.items() if not isinstance(value, dict | list)}
    if isinstance(results, list):
        sums: dict[str, float] = {}
        for result in results:
            for key, value in result.items() if isinstance(result, dict) else ():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sums[key] = sums.get(key, 0.0) + value
        flat = {**dict.fromkeys(("num_model_requests", "input_tokens", "output_tokens"), "0"), **flat}
        flat |= {key: str(value) for key, value in sums.items()}
    return flat


def _first_names(path: Path) -> list[str]:
    try:
        _, row = next(_rows(path))
    except (StopIteration, UnicodeDecodeError, csv.Error, EOFError):
        return []
    return list(row) if row else []


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
