"""Studies: the study of a message, the messages of what comes back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

from inferplan.v1 import study_pb2, study_result_pb2
from server.contract.instance import instance_from_message
from server.contract.reading import given
from server.contract.writing import fill
from solver.study.change import Cell
from solver.study.result import Line, StudyResult
from solver.study.row import Row
from solver.study.runner import Done

SCHEMA = "inferplan.study/v1"
_WHOLE = 2**53


def study_from_message(message: study_pb2.Study) -> dict[str, Any]:
    """Plain values for `parse_study`, which finds all that is wrong with them: nothing is refused here."""
    plain = study_pb2.Study()
    plain.CopyFrom(message)
    for name in ("base", "scenarios", "grid"):
        plain.ClearField(name)
    found = {"schema": SCHEMA, **given(plain)}
    if message.HasField("base"):
        found["base"] = instance_from_message(message.base)
    if message.scenarios:
        found["scenarios"] = [_scenario(scenario) for scenario in message.scenarios]
    if message.grid:
        found["grid"] = [_axis(axis) for axis in message.grid]
    return found


def progress_of_study(done: Done) -> study_result_pb2.StudyProgress:
    """Where a study stands."""
    return study_result_pb2.StudyProgress(ended=done.ended, failed=done.failed, total=done.total)


def row_message(row: Row) -> study_result_pb2.StudyRow:
    """One row. What is empty or not finite is not set."""
    message = study_result_pb2.StudyRow()
    fill(message, {key: value for key, value in row.plain().items() if value not in ("", None)})
    return message


def result_message(result: StudyResult) -> study_result_pb2.StudyResult:
    """The answer beside the rows."""
    figures = struct_pb2.Struct()
    json_format.ParseDict(_finite(dict(result.figures)), figures)
    return study_result_pb2.StudyResult(
        kind=result.kind,
        words=result.words,
        figures=figures,
        tables=[_table(name, lines) for name, lines in result.tables.items()],
        pictures=[study_result_pb2.StudyPicture(name=name, svg=svg) for name, svg in result.pictures.items()],
        complete=result.complete,
    )


def _scenario(message: study_pb2.StudyScenario) -> dict[str, Any]:
    plain = study_pb2.StudyScenario()
    plain.CopyFrom(message)
    plain.ClearField("overrides")
    overrides = {override.path: _change(override.change) for override in message.overrides}
    return {**given(plain), **({"overrides": overrides} if overrides else {})}


def _axis(message: study_pb2.StudyAxis) -> dict[str, Any]:
    plain = study_pb2.StudyAxis()
    plain.CopyFrom(message)
    plain.ClearField("values")
    return {**given(plain), "values": [_change(value) for value in message.values]}


def _change(message: study_pb2.StudyChange) -> Any:
    """As a study file writes it: the value itself, or what is done with the base's."""
    match message.WhichOneof("change"):
        case "times":
            return {"times": message.times}
        case "plus":
            return {"plus": message.plus}
        case "remove":
            return {"remove": message.remove}
        case "add":
            return {"add": _plain(message.add)}
        case "set":
            return _plain(message.set)
        case _:
            return None


def _plain(value: struct_pb2.Value) -> Any:
    """JSON has no whole numbers of its own; a study file has."""
    return _whole(json_format.MessageToDict(value))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {key: _whole(item) for key, item in value.items()} if isinstance(value, dict) else value


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return {str(key): _finite(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _table(name: str, lines: Any) -> study_result_pb2.StudyTable:
    columns = list(dict.fromkeys(column for line in lines for column in line))
    return study_result_pb2.StudyTable(name=name, columns=columns, lines=[_line(line, columns) for line in lines])


def _line(line: Line, columns: list[str]) -> study_result_pb2.StudyLine:
    return study_result_pb2.StudyLine(cells=[_cell(line.get(column)) for column in columns])


def _cell(value: Cell) -> study_result_pb2.StudyCell:
    if value is None:
        return study_result_pb2.StudyCell()
    if isinstance(value, str):
        return study_result_pb2.StudyCell(text=value)
    return study_result_pb2.StudyCell(number=float(value))
