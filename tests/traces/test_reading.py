"""Formats, clocks, and rows that cannot be used."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from solver.instance.traces.measure import measure_trace
from solver.instance.traces.read import TraceReader
from solver.instance.traces.records import BadRow, Record, TraceError, TraceFormat
from tests.traces.made import AZURE, MOONCAKE, written

BURSTGPT = """Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
5,1,2,ChatGPT,472,18,490,Conversation log
45,2,3,ChatGPT,1087,230,1317,Conversation log
118,3,1,GPT-4,417,0,417,API log
"""


def read(path: Path, asked: TraceFormat = TraceFormat.AUTO) -> tuple[list[Record], TraceReader]:
    reader = TraceReader(path, asked)
    return list(reader.records()), reader


def test_azure(tmp_path: Path) -> None:
    records, reader = read(written(tmp_path, "a.csv", AZURE))
    assert reader.format is TraceFormat.AZURE
    assert [(r.input_tokens, r.output_tokens) for r in records] == [(100, 10), (100, 10), (200, 30), (400, 10)]
    assert [r.time_s - 1_700_157_600 for r in records] == [0, 1, 3, 3.5]  # 2023-11-16 18:00 UTC


def test_azure_of_2024_with_zones_and_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wt") as stream:
        stream.write("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n")
    records, reader = read(path)
    assert records == [Record(1_715_299_200.00993, 2162, 5)]
    assert reader.clock is not None and reader.clock.absolute


def test_burstgpt_counts_from_its_own_zero_and_names_failures(tmp_path: Path) -> None:
    records, reader = read(written(tmp_path, "b.csv", BURSTGPT))
    assert reader.format is TraceFormat.BURSTGPT
    assert records == [Record(5.0, 472, 18), Record(45.0, 1087, 230)]
    assert reader.clock is not None and not reader.clock.absolute
    assert reader.bad.described() == ["1 left out: no output tokens (failed or cancelled) (line 4)"]
    assert any("whole seconds" in remark for remark in measure_trace(reader.path).remarks())


def test_mooncake_is_in_milliseconds(tmp_path: Path) -> None:
    records, reader = read(written(tmp_path, "m.jsonl", MOONCAKE))
    assert reader.format is TraceFormat.MOONCAKE
    assert records[1] == Record(1.5, 1200, 7, (1, 2, 3))


def test_plain_csv_and_usage_lines(tmp_path: Path) -> None:
    text = 'user,Prompt Tokens,arrival_time_ms,completion-tokens\n"a, b",7,1500,3\n'
    records, reader = read(written(tmp_path, "p.csv", text))
    assert (reader.format, records) == (TraceFormat.CSV, [Record(1.5, 7, 3)])
    text = '{"created": 1700000000, "usage": {"prompt_tokens": 11, "completion_tokens": 4}}\n'
    records, reader = read(written(tmp_path, "u.jsonl", text))
    assert (reader.format, records) == (TraceFormat.JSONL, [Record(1.7e9, 11, 4)])


def test_bad_rows_are_counted_by_kind_with_their_lines(tmp_path: Path) -> None:
    rows = [
        "time,input_tokens,output_tokens",
        "0,10,5",
        "1,10",
        "yesterday,10,5",
        "2,ten,5",
        "3,10,2.5",
        "1e300,10,5",
        "",
        "4,0,5",
        "5,10,0",
        "6,10,20000000",
        "7,10,5",
        *["x,1,1"] * 7,
    ]
    path = written(tmp_path, "bad.csv", "\n".join(rows) + "\n")
    records, reader = read(path)
    assert [record.time_s for record in records] == [0.0, 7.0]
    found = {kind: (tally.rows, tally.first_lines) for kind, tally in reader.bad.by_kind.items()}
    assert found == {
        BadRow.COLUMNS: (1, [3]),
        BadRow.TIME: (9, [4, 7, 13, 14, 15]),
        BadRow.INPUT: (1, [5]),
        BadRow.OUTPUT: (1, [6]),
        BadRow.BLANK: (1, [8]),
        BadRow.NO_INPUT: (1, [9]),
        BadRow.NO_OUTPUT: (1, [10]),
        BadRow.TOO_MANY_TOKENS: (1, [11]),
    }
    assert reader.bad.rows + len(records) == len(rows) - 1
    assert "9 left out: timestamp cannot be read (line 4, 7, 13, 14, 15, ...)" in measure_trace(path).remarks()


def test_bad_json_rows(tmp_path: Path) -> None:
    text = (
        MOONCAKE
        + '{"timestamp": 1\n[1]\n{"timestamp": 5000, "input_length": 5, "output_length": 5, "hash_ids": ["a"]}\n'
    )
    records, reader = read(written(tmp_path, "m.jsonl", text))
    assert len(records) == 3
    assert {kind: tally.first_lines for kind, tally in reader.bad.by_kind.items()} == {
        BadRow.JSON: [4, 5],
        BadRow.BLOCKS: [6],
    }


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path) -> None:
    text = "time,input_tokens,output_tokens\n0,1,1\n" + "9" * 3_000_000 + "\n2,1,1\n"
    records, reader = read(written(tmp_path, "long.csv", text))
    assert [record.time_s for record in records] == [0.0, 2.0]
    assert reader.bad.by_kind[BadRow.TOO_LONG].first_lines == [3]


@pytest.mark.parametrize(
    ("text", "asked", "why"),
    [
        ("", TraceFormat.AUTO, "empty"),
        ("time,input_tokens\n1,2\n", TraceFormat.AUTO, "no column for output tokens"),
        ("start_time,num_model_requests,input_tokens,output_tokens\n1,9,9,9\n", TraceFormat.CSV, "totals of several"),
        ('{"created": 1, "n_requests": 9, "prompt_tokens": 1}\n', TraceFormat.JSONL, "totals of several"),
        ("start_time,num_model_requests,input_tokens,output_tokens\n1,9,9,9\n", TraceFormat.AUTO, "at least two rows"),
        ("time,rate\n0,1\n60,2\n", TraceFormat.AUTO, "no input and output tokens"),
        ('{"created": 1, "n_requests": 9, "prompt_tokens": 1}\n', TraceFormat.AUTO, "no column for time"),
        (AZURE, TraceFormat.BURSTGPT, "not the columns of format burstgpt"),
        (AZURE, TraceFormat.MOONCAKE, "no JSON object"),
        ("time,input_tokens,output_tokens\nx,1,1\n", TraceFormat.AUTO, "no row could be used; 1 left out: timestamp"),
        ("time,input_tokens,output_tokens\n1,1,1\n1,1,1\n", TraceFormat.AUTO, "at one time"),
    ],
)
def test_no_trace(text: str, asked: TraceFormat, why: str, tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=why):
        measure_trace(written(tmp_path, "none.csv", text), asked)
