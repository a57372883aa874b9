"""The file that the silicon database's answers are kept in: shared, and never in the way."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from solver.performance.silicon_cache import FileCache, user_cache_file

ROWS = 200


def _write(file: Path, writer: int) -> None:
    cache = FileCache(file)
    for row in range(ROWS):
        cache.put(f"{writer}:{row}", (float(writer), float(row), 1.0))
        if row % 20 == 0:
            cache.flush()
    cache.flush()


def test_processes_write_the_same_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a" / "silicon.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(file, writer)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    read = FileCache(file)
    answers = [read.get(f"{writer}:{row}") for writer in range(3) for row in range(ROWS)]
    assert answers == [(True, (float(writer), float(row), 1.0)) for writer in range(3) for row in range(ROWS)]


def test_no_data_is_an_answer_too(tmp_path: Path) -> None:
    file = tmp_path / "silicon.sqlite"
    cache = FileCache(file)
    assert cache.get("question") == (False, None)
    cache.put("question", None)
    cache.flush()
    assert FileCache(file).get("question") == (True, None)


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cache = FileCache(tmp_path / "file" / "silicon.sqlite")
    cache.put("question", (1.0, 2.0, 3.0))
    cache.flush()
    assert cache.get("question") == (True, (1.0, 2.0, 3.0))


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("INFERPLAN_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache_file() == tmp_path / "inferplan" / "silicon.sqlite"
    monkeypatch.setenv("INFERPLAN_CACHE_DIR", str(tmp_path / "own"))
    assert user_cache_file() == tmp_path / "own" / "silicon.sqlite"
