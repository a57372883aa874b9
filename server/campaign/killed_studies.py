"""Submitted studies through the same kills as jobs: each ends once, complete, every row once and as a direct run has it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from google.protobuf import struct_pb2

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc, study_job_pb2, study_pb2, study_result_pb2
from server.campaign.instances import tiny
from server.campaign.parts import Options
from server.contract.study import row_message
from server.study_jobs import study_of

STUDIES = 20
ROWS = 100
"""Of each study: it runs for some seconds, so that kills come in between."""
LEAST_ROWS = 12
CALL_SECONDS = 20.0
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 1800.0

Stub = services_pb2_grpc.StudiesStub
Ask = Callable[[Callable[[Stub], Any]], Any]
"""Asks one server after the other until one answers."""


class KilledStudies:
    """Studies of a tiny instance at many prices; what they should answer is worked out at once."""

    def __init__(self, options: Options, chance: random.Random) -> None:
        rows = options.count(ROWS, LEAST_ROWS)
        numbers = chance.sample(range(1000), options.count(STUDIES))
        self._studies = {f"study-{number}": _study(number, rows) for number in numbers}
        self._direct = {key: _direct(study) for key, study in self._studies.items()}
        self._ids: dict[str, set[str]] = {}
        self.ended: dict[str, study_job_pb2.StudyJob] = {}

    @property
    def count(self) -> int:
        """Studies to submit."""
        return len(self._studies)

    @property
    def accepted(self) -> int:
        """Studies that a server has taken."""
        return len(self._ids)

    def submit(self, ask: Ask) -> None:
        """Each twice with its key."""
        for key, study in (*self._studies.items(), *self._studies.items()):
            request = services_pb2.StudiesSubmitRequest(study=study, idempotency_key=key)
            answer = ask(partial(_called, "Submit", request))
            self._ids.setdefault(key, set()).add(answer.study_job.id)

    def wait(self, ask: Ask) -> None:
        """Until all have ended, or for too long."""
        until = time.monotonic() + PATIENCE_SECONDS
        for key, ids in self._ids.items():
            request = services_pb2.StudiesGetRequest(id=min(ids))
            while time.monotonic() < until:
                job = ask(partial(_called, "Get", request)).study_job
                if job.HasField("end_time"):
                    self.ended[key] = job
                    break
                time.sleep(LOOK_SECONDS)

    def wrong(self, ask: Ask) -> list[str]:
        """Studies that are lost or doubled, or whose story has a gap, two ends or another row than the direct run."""
        listed = ask(partial(_called, "List", services_pb2.StudiesListRequest(page_size=1000))).study_jobs
        wrong = [] if len(listed) == len(self._ids) else [f"{len(listed)} studies of {len(self._ids)}"]
        for key, ids in self._ids.items():
            if len(ids) > 1 or key not in self.ended:
                wrong.append(f"{key}: {len(ids)} of it, {'ended' if key in self.ended else 'never ended'}")
                continue
            events = ask(partial(_watched, min(ids)))
            rows = sorted((event.row for event in events if event.HasField("row")), key=lambda row: row.index)
            ends = [event.ended for event in events if event.HasField("ended")]
            if [event.sequence for event in events] != list(range(1, len(events) + 1)) or len(ends) != 1:
                wrong.append(f"{key}: {len(ends)} ends in {len(events)} events")
            elif ends[0].state != job_pb2.JOB_STATE_SUCCEEDED or not ends[0].result.complete:
                wrong.append(f"{key}: {job_pb2.JobState.Name(ends[0].state)} {ends[0].failure.detail}")
            elif rows != self._direct[key]:
                wrong.append(f"{key}: other rows, {[row.index for row in rows]}")
        return wrong


def _study(number: int, rows: int) -> study_pb2.Study:
    prices = [struct_pb2.Value(number_value=3.0 + number % 7 + at / 10) for at in range(rows)]
    axis = study_pb2.StudyAxis(
        name="rent",
        paths=["sites.cloud.offers[kind=on_demand].usd_per_hour"],
        values=[study_pb2.StudyChange(set=price) for price in prices],
    )
    kind = study_pb2.StudyKind(sweep=study_pb2.StudySweep())
    return study_pb2.Study(name=f"study-{number}", base=tiny(number), grid=[axis], study=kind)


def _direct(message: study_pb2.Study) -> list[study_result_pb2.StudyRow]:
    """The rows without any service."""
    from solver.study.engines.in_process import InProcess
    from solver.study.kinds.registry import run_kind
    from solver.study.runner import Runner

    result = run_kind(study_of(message), Runner(InProcess()))
    return [row_message(row) for row in result.rows]


def _called(method: str, request: Any, stub: Stub) -> Any:
    return getattr(stub, method)(request, timeout=CALL_SECONDS)


def _watched(study_id: str, stub: Stub) -> Sequence[study_job_pb2.StudyJobEvent]:
    request = services_pb2.StudiesWatchRequest(id=study_id)
    return [answer.event for answer in stub.Watch(request, timeout=CALL_SECONDS)]
