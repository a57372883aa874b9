"""What runs in a process of its own: an instance and a plan in, the explanation out."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

from inferplan.v1 import plan_pb2
from server.contract.explain import explanation_message
from server.contract.plan import plan_document
from solver.instance.resolved import ResolvedInstance
from solver.plan.explain.decided import AnotherPlanError, plan_of_document, savings_of
from solver.plan.explain.explain import explain
from solver.solve.failure import Failure, FailureKind


@dataclass(frozen=True, slots=True)
class Explained:
    """The Explanation message."""

    packed: bytes


@dataclass(frozen=True, slots=True)
class NotItsPlan:
    """The plan is not one of the instance; why."""

    why: str


def run_explain(pipe: Connection, resolved: ResolvedInstance, plan: bytes, given: bool, niceness: int) -> None:
    """Target of the process: sends Explained, NotItsPlan or Failure. `given`: the plan is a caller's, whose rows may be anything."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if niceness:
        os.nice(niceness)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    answer: object
    try:
        answer = Explained(_explained(resolved, plan))
    except AnotherPlanError as error:
        answer = NotItsPlan(str(error))
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        what = f"{type(error).__name__}: {error}"
        answer = NotItsPlan(f"its rows do not fit the instance ({what})") if given else Failure(FailureKind.FAULT, what)
    except MemoryError:
        answer = Failure(FailureKind.OUT_OF_MEMORY, "out of memory")
    except Exception as error:
        answer = Failure(FailureKind.FAULT, f"{type(error).__name__}: {error}")
    with contextlib.suppress(OSError):
        pipe.send(answer)


def _explained(resolved: ResolvedInstance, packed: bytes) -> bytes:
    document = plan_document(plan_pb2.Plan.FromString(packed))
    found = explain(plan_of_document(resolved, document), savings=savings_of(document))
    return explanation_message(found).SerializeToString()


def _end_with(pipe: Connection) -> None:
    """The server is gone: nobody waits for the answer."""
    with contextlib.suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)
