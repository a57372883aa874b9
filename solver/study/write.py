"""A study's result as files: one tidy table as CSV and Parquet, further tables, pictures, words, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .loaded import LoadedStudy
from .result import StudyResult
from .row import Row

if TYPE_CHECKING:
    import pandas as pd

ROWS = "rows"
ROWS_FILE = "rows.json"


def write_result(study: LoadedStudy, result: StudyResult, folder: Path) -> list[Path]:
    """rows.csv, rows.parquet, rows.json, every further table in both forms, pictures, summary.txt, figures.json, study.json.

    study.json is the study with its base instance in it: all that is needed to make the rows again. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "study.json", folder / "figures.json", folder / "summary.txt"]
    written[0].write_text(json.dumps(study.plain, indent=1), encoding="utf-8")
    written[1].write_text(json.dumps(result.figures, indent=1, allow_nan=False), encoding="utf-8")
    written[2].write_text("\n".join(result.words) + "\n", encoding="utf-8")
    written.append(folder / ROWS_FILE)
    written[-1].write_text(json.dumps([row.plain() for row in result.rows], allow_nan=False), encoding="utf-8")
    frames = {ROWS: rows_table(result.rows)} | {name: table(lines) for name, lines in result.tables.items()}
    for name, frame in frames.items():
        written += [folder / f"{name}.csv", folder / f"{name}.parquet"]
        frame.to_csv(written[-2], index=False)
        frame.to_parquet(written[-1], index=False)
    for name, svg in result.pictures.items():
        written.append(folder / f"{name}.svg")
        written[-1].write_text(svg, encoding="utf-8")
    return written


def rows_table(rows: Sequence[Row]) -> pd.DataFrame:
    """One line a row: what was varied, how the solve ended, cost by stream, payback by baseline, fleet, digest."""
    return table([flat(row) for row in rows])


def flat(row: Row) -> dict[str, Any]:
    """A row's cells by column; money in USD, present value."""
    cells: dict[str, Any] = {"index": row.index, "scenario": row.scenario, **row.inputs}
    plain = ("status", "reason", "termination", "lifecycle_usd", "bound_usd", "relative_gap", "per_million_tokens_usd")
    cells |= {name: getattr(row, name) for name in plain}
    cells |= {name: getattr(row, name) for name in ("capex_usd", "emissions_tonnes", "api_share", "fleet")}
    cells |= {f"{stream}_pv_usd": value for stream, value in row.by_stream_usd.items()}
    for entry in row.payback:
        cells |= {
            f"{entry.baseline}_payback": entry.status,
            f"{entry.baseline}_payback_months": entry.simple_months,
            f"{entry.baseline}_discounted_payback_months": entry.discounted_months,
            f"{entry.baseline}_npv_usd": entry.npv_usd,
            f"{entry.baseline}_npv_low_usd": entry.npv_low_usd,
            f"{entry.baseline}_npv_high_usd": entry.npv_high_usd,
            f"{entry.baseline}_irr": entry.irr,
            f"{entry.baseline}_lifecycle_usd": entry.baseline_lifecycle_usd,
        }
    return cells | {"verified": row.verified, "digest": row.digest}


def table(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table with every column that any line has; a column of figures and texts becomes texts, as Parquet needs."""
    import pandas as pd

    columns = list(dict.fromkeys(name for line in lines for name in line))
    last = [name for name in columns if name in ("verified", "digest")]
    columns = [name for name in columns if name not in last] + last
    frame = pd.DataFrame([[line.get(name) for name in columns] for line in lines], columns=columns, dtype=object)
    for name in columns:
        frame[name] = _typed(frame[name])
    return frame


def _typed(column: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    kinds = {type(value) for value in column if value is not None}
    if kinds and kinds <= {int, float}:
        return pd.Series(pd.to_numeric(column), index=column.index)
    if kinds == {bool}:
        return column.astype("boolean")
    return column.map(lambda value: None if value is None else str(value))
