"""Studies: many solves while the caller waits, each row told as it ends."""

from __future__ import annotations

import json
import queue
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import grpc

from inferplan.v1 import services_pb2
from server.contract.study import progress_of_study, result_message, row_message
from server.errors import Rejection, refuse_field, refuse_for_now
from server.settings import Settings
from server.slots import FullError, GoneError, Slots
from server.store import Store
from server.study_alone import ServerRunner, StudyProcesses
from server.study_jobs import StudyJobs, checked_study
from server.tracing import span
from solver.solve.progress import Cancel
from solver.study.engines.protocol import Engine
from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import Row
from solver.study.runner import Done, Memory, Runner, row_of
from solver.study.scenario import Scenario
from solver.study.task import Answer, Outcome

STUDIES = 1
"""Studies at a time: each uses all slots."""
REMEMBERED_BYTES = 2_000_000
"""Of answers kept for a study that is run again, packed; beyond, the oldest are forgotten."""
RETRY_SECONDS = 30.0
RESERVE_SHARE = 0.15
MOST_RESERVE_SECONDS = 20.0
LONGEST_TIMER_SECONDS = 1e7
QUIET_SECONDS = 0.5

Event = services_pb2.StudiesRunResponse


class Studies(StudyJobs):
    """Runs studies in the solver processes of this server: while the caller waits, or submitted."""

    def __init__(self, store: Store, settings: Settings, closing: Callable[[], bool]) -> None:
        super().__init__(store, settings, closing)
        self._slots = Slots(STUDIES, settings.waiting_callers)
        self._running: set[Cancel] = set()
        self._answers = Remembered()

    def Run(  # noqa: N802 - named by the contract
        self, request: services_pb2.StudiesRunRequest, context: grpc.ServicerContext
    ) -> Iterator[Event]:
        """Progress and rows as they come, then the result."""
        if not request.HasField("study"):
            refuse_field(context, "study", "must be given")
        study = checked_study(request.study, context, self._settings)
        cancel = Cancel()
        gone = threading.Event()

        def left() -> None:
            gone.set()
            cancel.ask()

        if not context.add_callback(left):
            return
        self._running.add(cancel)
        try:
            with self._slots.slot(gone=gone.is_set):
                yield from self._stream(study, cancel, context.time_remaining())
        except FullError:
            refuse_for_now(context, "a study runs, and as many wait as may wait", RETRY_SECONDS, Rejection.SLOTS)
        except GoneError:
            return
        finally:
            cancel.ask()
            self._running.discard(cancel)

    def abandon_all(self) -> None:
        """Ask every study to stop."""
        for cancel in tuple(self._running):
            cancel.ask()

    def _stream(self, study: LoadedStudy, cancel: Cancel, remaining: float | None) -> Iterator[Event]:
        told: queue.Queue[Event | BaseException] = queue.Queue()
        timer = _before(remaining, cancel)

        def work() -> None:
            try:
                told.put(Event(result=result_message(self._run(study, cancel, told.put))))
            except BaseException as error:
                told.put(error)

        thread = threading.Thread(target=work, name="study", daemon=True)
        thread.start()
        try:
            with span("study", kind=study.study.study.kind):
                while True:
                    event = told.get()
                    if isinstance(event, BaseException):
                        raise event
                    yield event
                    if event.HasField("result"):
                        return
        finally:
            cancel.ask()
            if timer is not None:
                timer.cancel()
            thread.join()

    def _run(self, study: LoadedStudy, cancel: Cancel, tell: Callable[[Event], None]) -> StudyResult:
        from solver.study.kinds.registry import run_kind

        engine = StudyProcesses(self._settings)
        try:
            return run_kind(study, _TellingRunner(engine, self._answers, cancel, tell))
        finally:
            engine.close()


class Remembered(Memory):
    """Answers of this server's studies, so that one that broke off is taken up again. Bounded."""

    def __init__(self, most_bytes: int = REMEMBERED_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Answer | None:
        """Stored answer."""
        packed = self._packed.get(key)
        found: Answer | None = None if packed is None else json.loads(zlib.decompress(packed))
        return found

    def put(self, outcome: Outcome) -> None:
        """Keep an answer."""
        if outcome.answer is None:
            return
        self._bytes -= len(self._packed.pop(outcome.task.key, b""))
        packed = zlib.compress(json.dumps(outcome.answer, separators=(",", ":")).encode(), level=1)
        self._packed[outcome.task.key] = packed
        self._bytes += len(packed)
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._packed.popitem(last=False)[1])


class _Hearing:
    """A store that tells of every outcome on its way in."""

    def __init__(self, store: Memory, hear: Callable[[Outcome], None]) -> None:
        self._store = store
        self._hear = hear

    def get(self, key: str) -> Answer | None:
        """Stored answer."""
        return self._store.get(key)

    def put(self, outcome: Outcome) -> None:
        """Keep an answer."""
        self._store.put(outcome)
        self._hear(outcome)


class _TellingRunner(ServerRunner):
    """A runner that tells rows as they end, those that were remembered at the end of their batch."""

    def __init__(self, engine: Engine, answers: Memory, cancel: Cancel, tell: Callable[[Event], None]) -> None:
        super().__init__(engine, answers, cancel, self._done)
        self._answers = answers
        self._told = tell

    def rows(self, study: LoadedStudy, scenarios: Sequence[Scenario]) -> list[Row]:
        """A plan for each scenario, in their order."""
        by_index = {scenario.index: scenario for scenario in scenarios}
        told: set[int] = set()

        def hear(outcome: Outcome) -> None:
            told.add(outcome.task.index)
            self._told(Event(row=row_message(row_of(by_index[outcome.task.index], outcome))))

        self.store = _Hearing(self._answers, hear)
        try:
            found = Runner.rows(self, study, scenarios)
        finally:
            self.store = self._answers
        for row in found:
            if row.index not in told:
                self._told(Event(row=row_message(row)))
        return found

    def _done(self, done: Done) -> None:
        self._told(Event(progress=progress_of_study(done)))


def _before(remaining: float | None, cancel: Cancel) -> threading.Timer | None:
    """Asks for a stop so long before the deadline that what there is can be told."""
    if remaining is None or remaining > LONGEST_TIMER_SECONDS:
        return None
    timer = threading.Timer(remaining - min(RESERVE_SHARE * remaining, MOST_RESERVE_SECONDS), cancel.ask)
    timer.daemon = True
    timer.start()
    return timer
