"""Peaks inside the hour, tables of periods instead of requests, and files larger than memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.traces.buckets import choose_buckets
from solver.instance.traces.measure import measure_trace
from solver.instance.traces.records import BadRow, TraceFormat
from solver.instance.traces.write import workload_yaml
from tests.cli.running import inferplan
from tests.cli.small import small
from tests.traces.made import SHARED, written

HEADER = "time,input_tokens,output_tokens\n"


def block_of(path: Path) -> str:
    measured = measure_trace(path)
    return workload_yaml(measured, choose_buckets(measured.cells, {}), "found")


def test_peaks_are_over_the_mean_of_their_own_hour(tmp_path: Path) -> None:
    """Hour 0: a request each 2 s, and 9 more at second 100: 1809 in the hour; hour 1: one each second, and a last at 7200.

    1 s: 10 / (1809 / 3600) = 19.9 in hour 0, which is busier than half the mean; over the mean of the trace it is 13.
    """
    times = sorted([*range(0, 3600, 2), *([100] * 9), *range(3600, 7201)])
    measured = measure_trace(written(tmp_path, "t.csv", HEADER + "".join(f"{t},10,10\n" for t in times)))
    assert measured.arrivals.short_peaks[1] == pytest.approx(10 / (1809 / 3600))
    # 10 s: seconds 100..109 hold 9 + 100, 102, 104, 106, 108.
    assert measured.arrivals.short_peaks[10] == pytest.approx(14 / 10 / (1809 / 3600))
    assert measured.arrivals.peaks_to_mean[1] == pytest.approx(10 / (len(times) - 1) * 7200, rel=1e-3)


def test_a_trace_too_short_for_a_window_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", HEADER + "".join(f"{t},10,10\n" for t in range(30)))
    assert measure_trace(path).arrivals.short_peaks[60] is None
    assert "cannot tell the peaks over 10 s, 60 s" in block_of(path)


def test_the_workload_covers_the_peaks_that_were_seen(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", HEADER + "".join(f"{t},100,10\n" for t in [*range(1000), *([500] * 29)]))
    values = small()
    values["workloads"] = yaml.safe_load(block_of(path))["workloads"]
    workload = resolve(parse_instance(values)).workloads[0]
    found = {peak.seconds: peak.ratio for peak in workload.short_peaks}
    assert found[1] == pytest.approx(30 / (1029 / 999), rel=1e-3)
    assert found[1] > found[10] > found[60] > 1


OPENAI = (
    "start_time_iso,model,num_model_requests,input_tokens,output_tokens\n"
    "2026-03-02T00:00:00+00:00,m,3600,360000,36000\n"
    "2026-03-02T01:00:00+00:00,m,7200,1440000,72000\n"
    "2026-03-02T02:00:00+00:00,m,0,0,0\n"
    "2026-03-02T03:00:00+00:00,m,many,1,1\n"
)


def test_totals_of_a_usage_export(tmp_path: Path) -> None:
    """10,800 requests in 3 h: 1/s; 100 input tokens each in the first hour and 200 in the second, 10 output tokens."""
    measured = measure_trace(written(tmp_path, "usage.csv", OPENAI))
    assert measured.format is TraceFormat.TOTALS
    assert measured.arrivals.requests == 10_800
    assert measured.arrivals.requests_per_second == pytest.approx(1.0)
    assert measured.input_tokens.mean == pytest.approx(1_800_000 / 10_800)
    assert (measured.output_tokens.mean, measured.output_tokens.largest) == (10.0, 10)
    assert measured.bad.by_kind[BadRow.REQUESTS].first_lines == [5]
    assert measured.arrivals.short_peaks == {}
    assert any("periods of 3600 s" in remark for remark in measured.remarks())
    assert any("Poisson" in remark for remark in measured.remarks())
    buckets = choose_buckets(measured.cells, {"line": lambda given, made: float(given)}).buckets
    assert sum(b.share * b.input_tokens for b in buckets) == pytest.approx(1_800_000 / 10_800, rel=0.01)


def test_buckets_of_the_usage_api(tmp_path: Path) -> None:
    rows = [
        {
            "object": "bucket",
            "start_time": 1_767_225_600 + 86_400 * day,
            "end_time": 1_767_225_600 + 86_400 * (day + 1),
            "results": [
                {"object": "r", "num_model_requests": 43_200, "input_tokens": 4_320_000, "output_tokens": 432_000},
                {"object": "r", "num_model_requests": 43_200, "input_tokens": 8_640_000, "output_tokens": 432_000},
            ],
        }
        for day in range(8)
    ]
    path = written(tmp_path, "usage.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    measured = measure_trace(path)
    assert measured.arrivals.requests_per_second == pytest.approx(1.0)
    assert (measured.input_tokens.mean, measured.output_tokens.mean) == (150.0, 10.0)
    assert measured.shape.weekday is None and "cannot tell the hours" in measured.shape.why_not


def test_a_rate_table_with_burstiness_and_lengths(tmp_path: Path) -> None:
    """Ten-minute rows, 2 then 6 requests/s, CVs of 1 and 2 weighted by requests: sqrt((2 + 6 x 4) / 8)."""
    lines = "".join(f"{600 * k},{6 if k == 7 else 2},{2 if k == 7 else 1},400,40\n" for k in range(12))
    path = written(tmp_path, "rates.csv", "time,rate,cv,input_tokens,output_tokens\n" + lines)
    measured = measure_trace(path)
    assert measured.format is TraceFormat.RATES
    assert measured.arrivals.requests == (11 * 2 + 6) * 600
    assert measured.arrivals.interarrival_cv == pytest.approx(((11 * 2 + 6 * 4) / 28) ** 0.5)
    # Hour 1 has a mean of (5 x 2 + 6) / 6; its highest ten minutes 6.
    assert measured.arrivals.short_peaks == {600: pytest.approx(6 / (16 / 6))}
    assert (measured.input_tokens.mean, measured.output_tokens.mean) == (400.0, 40.0)


def test_periods_out_of_order_are_named(tmp_path: Path) -> None:
    rows = "time,requests,input_tokens,output_tokens\n0,60,600,60\n60,60,600,60\n30,60,600,60\n120,60,600,60\n"
    measured = measure_trace(written(tmp_path, "t.csv", rows))
    assert measured.bad.by_kind[BadRow.PERIOD].first_lines == [4]
    assert measured.arrivals.requests == 180


def test_the_command_reads_a_usage_export(tmp_path: Path) -> None:
    done = inferplan("trace", str(written(tmp_path, "usage.csv", OPENAI)), "--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["format"], answer["period_s"]) == ("totals", 3600)
    assert answer["workload"]["requests_per_second"]["mean"] == pytest.approx(1.0)
    assert "inside the hour" in done.stderr


@pytest.mark.skipif(not SHARED.exists(), reason="needs the public traces")
def test_peaks_of_the_public_code_trace() -> None:
    """57 minutes, all within one hour of the trace: the 1 s peak over that hour is the one over the mean, 26."""
    measured = measure_trace(SHARED / "traces" / "AzureLLMInferenceTrace_code.csv")
    assert measured.arrivals.short_peaks[1] == pytest.approx(measured.arrivals.peaks_to_mean[1] or 0, rel=0.02)
    assert (measured.arrivals.short_peaks[1] or 0) > 25


MEASURE = """
import resource, sys
from pathlib import Path
from solver.instance.traces.measure import measure_trace
found = measure_trace(Path(sys.argv[1]))
print(found.arrivals.requests, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_mb(path: Path) -> tuple[int, float]:
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    requests, kilobytes = done.stdout.split()
    return int(requests), int(kilobytes) / 1024


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """700,000 rows of 46 MB take no more than 12 MB above 20,000 rows: neither the text nor the requests are held."""
    filler = "x" * 50
    for name, rows in (("small.csv", 20_000), ("large.csv", 700_000)):
        with (tmp_path / name).open("w", encoding="utf-8") as stream:
            stream.write("time,input_tokens,output_tokens,note\n")
            stream.writelines(f"{k * 0.25},{100 + k % 900},{10 + k % 90},{filler}\n" for k in range(rows))
    assert (tmp_path / "large.csv").stat().st_size > 40e6
    few, small_mb = peak_mb(tmp_path / "small.csv")
    many, large_mb = peak_mb(tmp_path / "large.csv")
    assert (few, many) == (20_000, 700_000)
    assert large_mb - small_mb < 12
