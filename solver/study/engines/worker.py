"""The inside of a worker process: it takes tasks from a pipe until told to end."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from solver.study.task import Answer, Task, Worker

from .in_process import attempt

CANCEL = "cancel"
END = "end"


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back for the task in hand. `stopped`: a stop came before it was done."""

    answer: Answer | None
    failure: str
    seconds: float
    stopped: bool = False


def work(pipe: Connection) -> None:
    """Entry point. Ctrl-C is for the driver alone; when the driver is gone, so is this process at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = Worker()
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, worker, tasks), daemon=True).start()
    while (task := tasks.get()) is not None:
        began = time.monotonic()
        outcome = attempt(task, worker)
        seconds = time.monotonic() - began
        if outcome is None:
            pipe.send(Reply(None, "", seconds, stopped=True))
        else:
            pipe.send(Reply(outcome.answer, outcome.failure, seconds))


def _listen(pipe: Connection, worker: Worker, tasks: queue.SimpleQueue[Task | None]) -> None:
    try:
        while (message := pipe.recv()) != END:
            if isinstance(message, Task):
                tasks.put(message)
            elif message == CANCEL:
                worker.cancel.ask()
        tasks.put(None)
    except (EOFError, OSError):
        os._exit(1)
