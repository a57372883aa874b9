"""`inferplan study --server`: a study that a server runs, watched to its end. The same command again goes on watching."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from solver.cli.exits import Exit
from solver.cli.output import folder_name
from solver.cli.reading import complain
from solver.cli.study import RESULTS, code_of, report
from solver.cli.study_live import study_watcher
from solver.instance.diagnostics import InstanceError
from solver.study.load import load_study
from solver.study.loaded import LoadedStudy
from solver.study.runner import Done

if TYPE_CHECKING:
    from inferplan.v1 import study_job_pb2
    from server.client import Access, Client

KEY_CHARACTERS = 16


def run_study_on(
    address: str, access: Access, path: Path, *, key: str | None, out: Path | None, as_json: bool, quiet: bool
) -> int:
    """Submit and watch: 0 with results, 2 bad input, 3 nothing feasible, 4 not finished, 1 anything else."""
    from server.contract.study import message_from_study
    from solver.cli.remote import with_server

    try:
        study = load_study(path)
    except InstanceError as error:
        complain(path, error)
        return int(Exit.BAD_INPUT)
    folder = out or RESULTS / folder_name(study.study.name)

    def submit(client: Client) -> Iterable[Exit]:
        # Its digest is its key: the same file is the same study, a changed one another.
        job = client.submit_study(message_from_study(study), key or f"study {study.digest[:KEY_CHARACTERS]}")
        if not quiet:
            print(f"study {job.id}: the same command goes on watching it", file=sys.stderr)
        try:
            return [_watched(client, job.id, study, folder, as_json=as_json, quiet=quiet)]
        except KeyboardInterrupt:
            print(f"study {job.id} runs on; the same command goes on watching it", file=sys.stderr)
            return [Exit.NO_PLAN]

    return with_server(address, access, submit)


def _watched(client: Client, study_id: str, study: LoadedStudy, folder: Path, *, as_json: bool, quiet: bool) -> Exit:
    from server.contract.study import result_from_message, row_from_message

    rows = []
    ended: study_job_pb2.StudyJob | None = None
    with study_watcher(quiet) as watcher:
        for event in client.watch_study(study_id):
            if event.HasField("progress"):
                told = event.progress
                watcher(Done(told.ended, 0, told.failed, told.total))
            elif event.HasField("row"):
                rows.append(row_from_message(event.row))
            elif event.HasField("ended"):
                ended = event.ended
    if ended is None or not ended.HasField("result"):
        detail = ended.failure.detail if ended is not None and ended.HasField("failure") else "it was cancelled"
        print(f"error: study {study_id} has no result: {detail}", file=sys.stderr)
        return Exit.FAILURE
    rows.sort(key=lambda row: row.index)
    result = result_from_message(ended.result, rows)
    from solver.study.write import write_result

    try:
        write_result(study, result, folder)
    except OSError as error:
        print(f"error: cannot write results to {folder}: {error.strerror or error}", file=sys.stderr)
        return Exit.FAILURE
    report(study, result, folder, as_json)
    if not result.complete:
        print(f"not finished: study {study_id} was cancelled", file=sys.stderr)
        return Exit.NO_PLAN
    return code_of(result.rows)
