"""Errors of predicted rates side by side: untuned roofline, calibrated roofline, silicon database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solver.performance.calibration import CalibrationReport, ErrorRow, Estimator
from solver.performance.published import Quantity

_GROUPS = ("all", "kind", "source", "accelerator", "precision")


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    estimators: tuple[tuple[str, Estimator], ...]


_SECTIONS = (
    _Section(
        "Calibration points; the roofline is fitted to the other sources (leave one source out)",
        (
            ("untuned roofline", Estimator.UNTUNED),
            ("roofline", Estimator.LEFT_OUT),
            ("silicon database", Estimator.SILICON),
        ),
    ),
    _Section(
        "Held-out points; no coefficient is fitted to them, but they showed parts of engines that the model lacked",
        (
            ("untuned roofline", Estimator.HELD_OUT_UNTUNED),
            ("roofline", Estimator.HELD_OUT),
            ("silicon database", Estimator.HELD_OUT_SILICON),
        ),
    ),
)


def rates_table(report: CalibrationReport, groups: Sequence[str] = _GROUPS) -> Iterable[str]:
    """Lines of text: median / 90th percentile of the error and the points that an estimator speaks about."""
    by_key = {(row.estimator, row.grouped_by, row.group, row.quantity): row for row in report.rows}
    for section in _SECTIONS:
        yield section.title
        yield f"  {'':44}{'quantity':10}" + "".join(f"{name:>28}" for name, _ in section.estimators)
        for grouped_by in groups:
            names = {
                (row.group, row.quantity)
                for row in report.rows
                if row.grouped_by == grouped_by and row.estimator in {e for _, e in section.estimators}
            }
            for group, quantity in sorted(names, key=lambda name: (name[0], list(Quantity).index(name[1]))):
                label = "all" if grouped_by == "all" else f"{grouped_by} {group}"
                cells = (by_key.get((estimator, grouped_by, group, quantity)) for _, estimator in section.estimators)
                yield f"  {label[:43]:44}{quantity:10}" + "".join(f"{_cell(row):>28}" for row in cells)
        yield ""
    yield "Cells: median / 90th percentile of |predicted - measured| / measured (points)."
    if not any(row.estimator is Estimator.SILICON for row in report.rows):
        yield "The silicon database is not installed: pip install inferplan[silicon]."


def _cell(row: ErrorRow | None) -> str:
    return "-" if row is None else f"{row.median:.1%} / {row.p90:.1%} ({row.points})"
