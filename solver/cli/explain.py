"""`inferplan explain`: why a plan is what it is, here or on a server."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.cli.exits import OF_REASON, Exit
from solver.cli.live import interruptible, progress_listener
from solver.cli.reading import complain, read_instance
from solver.instance.diagnostics import InstanceError
from solver.solve.termination import Reason
from solver.study.planning import Overrides

if TYPE_CHECKING:
    from server.client import Access
    from solver.instance.resolved import ResolvedInstance
    from solver.plan.plan import Plan

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """What the command line asks. `plan`: a plan of the instance (JSON); None: one is made."""

    plan: Path | None
    as_json: bool
    quiet: bool
    overrides: Overrides


def run_explain(path: Path, options: ExplainOptions) -> int:
    """Explain here; the code that solving gives."""
    from solver.plan.explain.decided import AnotherPlanError, plan_of_document, savings_of
    from solver.plan.explain.document import explanation_document
    from solver.plan.explain.explain import explain

    try:
        resolved = read_instance(path)
    except InstanceError as error:
        complain(path, error)
        return Exit.BAD_INPUT
    try:
        given = _document(options.plan)
        plan = _solved(resolved, options) if given is None else plan_of_document(resolved, given)
        savings = None if given is None else savings_of(given)
    except AnotherPlanError as error:
        print(f"{options.plan}: {error}", file=sys.stderr)
        return Exit.BAD_INPUT
    return _tell(explanation_document(explain(plan, savings=savings)), options.as_json)


def run_explain_on(address: str, access: Access, path: Path, options: ExplainOptions) -> int:
    """Explain on a server. A path that is no file is taken for the identifier of a job there."""
    from server.contract.explain import document_of
    from server.contract.plan import plan_message
    from server.contract.writing import ContractError
    from solver.cli.remote import with_server
    from solver.instance.load import load_instance
    from solver.plan.explain.decided import AnotherPlanError

    job_id = "" if path.exists() or options.plan is not None else str(path)
    try:
        instance = None if job_id else load_instance(path).instance
        given = _document(options.plan)
        plan = None if given is None else plan_message(given)
    except InstanceError as error:
        complain(path, error)
        return Exit.BAD_INPUT
    except (AnotherPlanError, ContractError, KeyError, TypeError) as error:
        print(f"{options.plan}: not a plan document: {error}", file=sys.stderr)
        return Exit.BAD_INPUT

    def ask(client: Any) -> list[Exit]:
        with progress_listener(options.quiet) as listener:
            for answer in client.explain_job(job_id) if instance is None else client.explain(instance, plan):
                if answer.HasField("progress"):
                    from solver.cli.watching import progress_of

                    listener(progress_of(answer.progress))
                if answer.HasField("explanation"):
                    return [Exit(_tell(document_of(answer.explanation), options.as_json))]
        return [Exit.FAILURE]

    return with_server(address, access, ask)


def _solved(resolved: ResolvedInstance, options: ExplainOptions) -> Plan:
    import os

    from solver.solve.process import run_tasks
    from solver.study.planning import assemble, tasks_of

    with interruptible() as cancel, progress_listener(options.quiet) as listener:
        solved = run_tasks(tasks_of(resolved, options.overrides), max(os.cpu_count() or 1, 1), listener, cancel)
    return assemble(resolved, solved, options.overrides)


def _document(path: Path | None) -> Json | None:
    """The plan in a file. Raises AnotherPlanError."""
    from solver.plan.explain.decided import AnotherPlanError

    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnotherPlanError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise AnotherPlanError(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise AnotherPlanError("not a plan document: `inferplan solve --json` or `--out` writes one")
    return found


def _tell(found: Json, as_json: bool) -> int:
    if as_json:
        print(json.dumps(found, allow_nan=False))
    else:
        from solver.plan.explain.render import print_explanation

        print_explanation(found)
    return int(OF_REASON[Reason(found["termination"]["reason"])])
