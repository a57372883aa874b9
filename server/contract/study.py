"""Studies and their messages, both ways."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import json_format, struct_pb2

from inferplan.v1 import study_pb2, study_result_pb2
from server.contract.instance import instance_from_message, message_from_instance
from server.contract.reading import given, whole
from server.contract.writing import fill
from solver.instance.load import parse_instance
from solver.study.change import Cell
from solver.study.loaded import LoadedStudy
from solver.study.result import Line, StudyResult
from solver.study.row import Row, row_from
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


def message_from_study(loaded: LoadedStudy) -> study_pb2.Study:
    """The message that gives this study, its base instance in full."""
    plain = {key: value for key, value in loaded.plain.items() if key not in ("schema", "base", "scenarios", "grid")}
    message = study_pb2.Study()
    fill(message, _given(plain))
    message.base.CopyFrom(message_from_instance(parse_instance(loaded.plain["base"]).instance))
    for scenario in loaded.plain.get("scenarios", ()):
        added = message.scenarios.add()
        fill(added, _given({key: value for key, value in scenario.items() if key != "overrides"}))
        for path, change in scenario.get("overrides", {}).items():
            added.overrides.add(path=path).change.CopyFrom(_changed(change))
    for axis in loaded.plain.get("grid", ()):
        line = message.grid.add()
        fill(line, _given({key: value for key, value in axis.items() if key != "values"}))
        line.values.extend([_changed(value) for value in axis["values"]])
    return message


def row_from_message(message: study_result_pb2.StudyRow) -> Row:
    """The row as it was told; what was varied is whole again where it was."""
    plain = {key: value for key, value in whole(message).items() if value is not None}
    return row_from({**plain, "inputs": _whole(plain["inputs"])})


def result_from_message(message: study_result_pb2.StudyResult, rows: Sequence[Row]) -> StudyResult:
    """The result with its rows; drawings for a terminal are not sent."""
    tables = {
        table.name: [dict(zip(table.columns, map(_plain_cell, line.cells), strict=True)) for line in table.lines]
        for table in message.tables
    }
    return StudyResult(
        message.kind,
        list(rows),
        list(message.words),
        json_format.MessageToDict(message.figures),
        tables,
        {picture.name: picture.svg for picture in message.pictures},
        [],
        message.complete,
    )


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


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not set."""
    return {key: value for key, value in values.items() if value is not None}


def _changed(value: Any) -> study_pb2.StudyChange:
    """What a study file writes, as a message."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((how, by),) = value.items()
        if how in ("times", "plus"):
            return study_pb2.StudyChange(**{how: by})
        if how == "remove":
            return study_pb2.StudyChange(remove=by)
        if how == "add":
            return study_pb2.StudyChange(add=_value(by))
    return study_pb2.StudyChange(set=_value(value))


def _value(plain: Any) -> struct_pb2.Value:
    found = struct_pb2.Value()
    json_format.ParseDict(plain, found)
    return found


def _plain_cell(cell: study_result_pb2.StudyCell) -> Cell:
    kind = cell.WhichOneof("value")
    return None if kind is None else cell.number if kind == "number" else cell.text


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
