"""`kind: sweep`: a plan for every scenario and every point of the grid."""

from __future__ import annotations

from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.runner import Runner


def run(study: LoadedStudy, runner: Runner) -> StudyResult:
    """Rows in the order of the file, and what they say."""
    rows = runner.rows(study, study.scenarios)
    return StudyResult("sweep", rows, (), complete=len(rows) == len(study.scenarios))
