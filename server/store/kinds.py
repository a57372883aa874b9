"""Kinds of work in the queue, and the messages that each is told in. A study is queued, leased and ended as a job is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inferplan.v1 import instance_pb2, job_pb2, plan_pb2, study_job_pb2, study_pb2, study_result_pb2

AnyJob = job_pb2.Job | study_job_pb2.StudyJob
AnyEvent = job_pb2.JobEvent | study_job_pb2.StudyJobEvent


@dataclass(frozen=True, slots=True)
class Kind:
    """`asked` and `answer` are the fields of the full view, with the messages that the columns `instance` and `plan` hold."""

    number: int
    job: type[Any]
    event: type[Any]
    name: str
    digest: str
    asked: tuple[str, type[Any]]
    answer: tuple[str, type[Any]]

    @property
    def has_termination(self) -> bool:
        """Whether its job says how a solve ended."""
        return "termination" in self.job.DESCRIPTOR.fields_by_name


SOLVE = Kind(
    0,
    job_pb2.Job,
    job_pb2.JobEvent,
    "instance_name",
    "instance_digest",
    ("instance", instance_pb2.Instance),
    ("plan", plan_pb2.Plan),
)
STUDY = Kind(
    1,
    study_job_pb2.StudyJob,
    study_job_pb2.StudyJobEvent,
    "study_name",
    "study_digest",
    ("study", study_pb2.Study),
    ("result", study_result_pb2.StudyResult),
)
KINDS = {kind.number: kind for kind in (SOLVE, STUDY)}
