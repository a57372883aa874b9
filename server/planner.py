"""Planner: plans while the caller waits."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import grpc

from inferplan.v1 import plan_pb2, services_pb2, services_pb2_grpc
from server import metrics
from server.asked import resolved_message, resolved_or_refused
from server.contract.diagnostics import diagnostic_messages
from server.contract.progress import incumbent_message, progress_message
from server.errors import Rejection, refuse_field, refuse_for_now
from server.explaining import explain_plan
from server.feed import Better, Event, Feed
from server.security.caller import current_caller
from server.settings import Settings
from server.slots import FullError, GoneError, Slots
from server.solving import SolveFailedError, plan_phase, solve_instance
from server.stop import AbandonedError, Stop
from server.store import SOLVE, Store
from server.submitted import missing
from server.tracing import span
from solver.instance.diagnostics import InstanceError
from solver.instance.resolved import ResolvedInstance
from solver.plan.explain.decided import AnotherPlanError
from solver.solve.failure import FailureKind
from solver.solve.progress import Progress

RESERVE_SHARE = 0.15
LEAST_RESERVE_SECONDS = 0.8
MOST_RESERVE_SECONDS = 10.0
"""Before a caller's deadline: the two LPs after the MILP, assembling and sending the plan."""
LAST_SECONDS = 0.3
"""Before the deadline a solve that did not stop softly is ended, and the last plan that it packed is sent."""
PACKING_SECONDS = 0.15
"""The same where a plan was told of and none is packed yet: it has a moment more."""
SOLVING_SHARE = 0.6
"""Of the time until the deadline of an explanation without a plan."""
RETRY_SECONDS = 2.0
REFUSED = "HiGHS refused the model"
"""What a solver says of coefficients that it does not take: the caller's figures, within their limits, make them."""
NO_DEADLINE_SECONDS = 1e8


class Planner(services_pb2_grpc.PlannerServicer):
    """Validates and solves. Every solve runs in processes of its own, on one of a bounded number of slots."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._slots = Slots(settings.slots, settings.waiting_callers)
        self._running: set[Stop] = set()

    def Validate(  # noqa: N802 - named by the contract
        self, request: services_pb2.PlannerValidateRequest, context: grpc.ServicerContext
    ) -> services_pb2.PlannerValidateResponse:
        """Every finding about an instance."""
        if not request.HasField("instance"):
            refuse_field(context, "instance", "must be given")
        try:
            resolved = resolved_message(request.instance, self._settings)
        except InstanceError as error:
            return services_pb2.PlannerValidateResponse(valid=False, diagnostics=diagnostic_messages(error.diagnostics))
        return services_pb2.PlannerValidateResponse(
            valid=True, diagnostics=diagnostic_messages(resolved.diagnostics), digest=resolved.digest
        )

    def Solve(  # noqa: N802 - named by the contract
        self, request: services_pb2.PlannerSolveRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.PlannerSolveResponse]:
        """Progress and better plans as they come, then the plan."""
        resolved = self._asked(request, context)
        feed = Feed(plan_phase(resolved))
        stop, seconds = _until_deadline(context.time_remaining())
        with self._held(context, stop, feed) as begun:
            if begun:
                for event in self._events(resolved, stop, feed, seconds):
                    yield _message(event)

    def Explain(  # noqa: N802 - named by the contract
        self, request: services_pb2.PlannerExplainRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.PlannerExplainResponse]:
        """Progress and better plans where there is no plan yet, then the plan, then the explanation."""
        if request.job_id:
            request = self._of_job(request, context)
        resolved = self._asked(request, context)
        feed = Feed(plan_phase(resolved))
        remaining = context.time_remaining()
        stop, seconds = _until_deadline(None if remaining is None else SOLVING_SHARE * remaining)
        with self._held(context, stop, feed) as begun:
            if not begun:
                return
            plan, given = request.plan, request.HasField("plan")
            if not given:
                for event in self._events(resolved, stop, feed, seconds):
                    yield _told(event)
                    plan = event if isinstance(event, plan_pb2.Plan) else plan
            try:
                with span("explain", instance_digest=resolved.digest):
                    found = explain_plan(resolved, plan, self._settings, stop, given=given)
            except AnotherPlanError as error:
                refuse_field(context, "plan", str(error))
            yield services_pb2.PlannerExplainResponse(explanation=found)

    def _of_job(
        self, request: services_pb2.PlannerExplainRequest, context: grpc.ServicerContext
    ) -> services_pb2.PlannerExplainRequest:
        """What a caller would send that has the job's instance and plan."""
        if request.HasField("instance") or request.HasField("plan"):
            refuse_field(context, "job_id", "goes without instance and plan")
        job = self._store.get(current_caller().reach, request.job_id, full=True)
        if job is None:
            missing(context, SOLVE, request.job_id)
        if not job.HasField("plan"):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the job has no plan yet")
        return services_pb2.PlannerExplainRequest(instance=job.instance, plan=job.plan)

    def _asked(self, request: Any, context: grpc.ServicerContext) -> ResolvedInstance:
        if not request.HasField("instance"):
            refuse_field(context, "instance", "must be given")
        return resolved_or_refused(context, request.instance, self._settings)

    @contextmanager
    def _held(self, context: grpc.ServicerContext, stop: Stop, feed: Feed) -> Iterator[bool]:
        """A slot for a call, and its status where there is none or the work breaks. False: the caller is gone."""
        began = time.monotonic()

        def gone() -> None:
            stop.abandon()
            feed.close()

        if not context.add_callback(gone):
            yield False
            return
        self._running.add(stop)
        try:
            with self._slots.slot(gone=lambda: stop.abandoned or stop.out_of_time):
                metrics.caller_waited(time.monotonic() - began)
                yield True
        except FullError:
            refuse_for_now(context, "every slot is taken and the queue is full", RETRY_SECONDS, Rejection.SLOTS)
        except GoneError:
            refuse_for_now(context, "no slot came free before the deadline", RETRY_SECONDS, Rejection.DEADLINE)
        except SolveFailedError as error:
            if REFUSED in str(error):
                refuse_field(context, "instance", "its figures are too large or too far apart for the solver")
            out_of_memory = error.failure.kind is FailureKind.OUT_OF_MEMORY
            code = grpc.StatusCode.RESOURCE_EXHAUSTED if out_of_memory else grpc.StatusCode.INTERNAL
            context.abort(code, str(error))
        except AbandonedError:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the server shuts down")
        finally:
            self._running.discard(stop)

    def slots(self) -> dict[str, int]:
        """Solves of waiting callers: those that run, and those that wait for a slot."""
        return {"taken": self._slots.taken, "waiting": self._slots.waiting}

    def abandon_all(self) -> None:
        """End every solve at once."""
        for stop in tuple(self._running):
            stop.abandon()

    def _events(self, resolved: ResolvedInstance, stop: Stop, feed: Feed, seconds: float) -> Iterator[Event]:
        def solve() -> None:
            try:
                with span("solve", instance_digest=resolved.digest):
                    feed.end(solve_instance(resolved, self._settings, stop, feed.tell, seconds).plan)
            except BaseException as error:
                feed.end(error)

        thread = threading.Thread(target=copy_context().run, args=(solve,), name="solve", daemon=True)
        thread.start()
        ended = False
        try:
            for event in feed.events():
                ended = ended or isinstance(event, plan_pb2.Plan)
                yield event
        finally:
            if thread.is_alive() and not ended:
                stop.abandon()
            thread.join()


def _until_deadline(remaining: float | None) -> tuple[Stop, float]:
    """When to stop, and the seconds that solving may take."""
    if remaining is None or remaining > NO_DEADLINE_SECONDS:
        return Stop(), math.inf
    reserve = min(max(RESERVE_SHARE * remaining, LEAST_RESERVE_SECONDS), MOST_RESERVE_SECONDS, 0.6 * remaining)
    now = time.monotonic()
    hard, packed = (remaining - min(last, 0.4 * remaining) for last in (LAST_SECONDS, PACKING_SECONDS))
    return Stop(now + remaining - reserve, now + hard, now + packed), remaining - reserve


def _told(event: Event) -> services_pb2.PlannerExplainResponse:
    match event:
        case Progress():
            return services_pb2.PlannerExplainResponse(progress=progress_message(event))
        case Better(progress):
            return services_pb2.PlannerExplainResponse(incumbent=incumbent_message(progress))
        case plan_pb2.Plan():
            return services_pb2.PlannerExplainResponse(plan=event)


def _message(event: Event) -> services_pb2.PlannerSolveResponse:
    match event:
        case Progress():
            return services_pb2.PlannerSolveResponse(progress=progress_message(event))
        case Better(progress):
            return services_pb2.PlannerSolveResponse(incumbent=incumbent_message(progress))
        case plan_pb2.Plan():
            return services_pb2.PlannerSolveResponse(plan=event)
