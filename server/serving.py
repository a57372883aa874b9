"""A server put together, started, and drained."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc
from server.admission import MARGIN, Admission
from server.catalog import Catalog
from server.contract.enums import word
from server.forkserver import MAPPED_GB, start_fork_server
from server.jobs import Jobs
from server.logs import log_to_stderr, note
from server.memory import keep_flat, set_apart
from server.metrics import MetricsEndpoint, ServerState
from server.planner import Planner
from server.preload import load_reference_figures
from server.requests import Requests
from server.security.authentication import Authentication
from server.security.listening import ListenError, check_listening
from server.security.quotas import CallerQuotas
from server.security.tls import server_credentials
from server.settings import Settings
from server.store import SOLVE, STUDY, Store
from server.store.kinds import Kind
from server.studies import Studies
from server.tracing import start_tracing
from server.worker import Workers

SERVICES = tuple(str(service.full_name) for service in services_pb2.DESCRIPTOR.services_by_name.values())


class Server:
    """A server on one address. `port` is what the system chose where 0 was asked for."""

    def __init__(self, settings: Settings) -> None:
        """Raises ListenError for an address that cannot or may not be listened on, TokenFileError, StoreError."""
        check_listening(settings)
        self._settings = settings
        self._closing = threading.Event()
        keep_flat(self._closing)
        self._admission = Admission(settings.callers)
        requests = Requests(self._admission, Authentication(settings), CallerQuotas(settings.quotas))
        credentials = None if settings.tls is None else server_credentials(settings.tls)
        self._health = health.HealthServicer()
        self._store = Store(settings.store, migrate=settings.migrate_store)
        self._planner = Planner(settings, self._store)
        self._studies = Studies(self._store, settings, self._closing.is_set)
        self._workers = Workers(self._store, settings)
        self._metrics: MetricsEndpoint | None = None
        self._grpc = self._built(requests)
        try:
            self.port = self._listened_on(credentials)
            if settings.metrics is not None:
                self._metrics = MetricsEndpoint(settings.metrics.listen, self._state())
        except (RuntimeError, ListenError) as error:
            self._grpc.stop(None)
            self._store.close()
            raise error if isinstance(error, ListenError) else ListenError(_taken(settings.listen)) from error

    def _built(self, requests: Requests) -> grpc.Server:
        server = grpc.server(
            self._admission.pool,
            interceptors=[requests],
            options=[
                ("grpc.max_receive_message_length", self._settings.request_bytes),
                ("grpc.max_send_message_length", self._settings.response_bytes),
                ("grpc.so_reuseport", 0),
                ("grpc.keepalive_time_ms", 20_000),
                ("grpc.keepalive_timeout_ms", 10_000),
                ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
            ],
            maximum_concurrent_rpcs=self._settings.callers + MARGIN,
        )
        services_pb2_grpc.add_PlannerServicer_to_server(self._planner, server)
        jobs = Jobs(self._store, self._settings, self._closing.is_set)
        services_pb2_grpc.add_JobsServicer_to_server(jobs, server)
        services_pb2_grpc.add_CatalogServicer_to_server(Catalog(), server)
        services_pb2_grpc.add_StudiesServicer_to_server(self._studies, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        reflection.enable_server_reflection((*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
        return server

    def _listened_on(self, credentials: grpc.ServerCredentials | None) -> int:
        if credentials is None:
            return self._grpc.add_insecure_port(self._settings.listen)
        return self._grpc.add_secure_port(self._settings.listen, credentials)

    def _state(self) -> ServerState:
        def by_state(kind: Kind) -> dict[str, int]:
            return {word(job_pb2.JobState.DESCRIPTOR, state): n for state, n in self._store.counts(kind).items()}

        return ServerState(
            jobs=lambda: by_state(SOLVE),
            studies=lambda: by_state(STUDY),
            slots=self._planner.slots,
            calls=lambda: self._admission.open_calls,
        )

    @property
    def store_name(self) -> str:
        """Where the jobs are, without a password."""
        return self._store.name

    @property
    def open_calls(self) -> int:
        """Calls of callers that are served or wait for a thread."""
        return self._admission.pool.busy

    @property
    def metrics_port(self) -> int | None:
        """Port of the figures; None where there are none."""
        return None if self._metrics is None else self._metrics.port

    def start(self) -> None:
        """Serve. The solver is loaded first, so that the first caller waits no longer than the others."""
        figures = threading.Thread(
            target=load_reference_figures, name="preload"
        )  # while the fork server loads the solver
        figures.start()
        start_fork_server(self._settings.memory_gb_per_process + MAPPED_GB)
        figures.join()
        self._workers.start()
        self._grpc.start()
        for service in ("", *SERVICES):
            self._health.set(service, health_pb2.HealthCheckResponse.SERVING)

    def stop(self, drain_seconds: float | None = None) -> None:
        """Refuse new calls and take no more jobs, let what is in progress end within the drain time, then end it."""
        self._health.enter_graceful_shutdown()
        self._closing.set()
        self._workers.close()
        ended = self._grpc.stop(self._settings.drain_seconds if drain_seconds is None else drain_seconds)
        ended.wait()
        self._planner.abandon_all()
        self._studies.abandon_all()
        self._workers.stop()
        if self._metrics is not None:
            self._metrics.close()
        self._admission.close()
        self._store.close()


def _taken(listen: str) -> str:
    return f"{listen}: cannot be listened on"


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; a second one ends at once.

    Raises ListenError, TokenFileError, StoreError, TracingError.
    """
    log_to_stderr()
    end_tracing = None if settings.tracing is None else start_tracing(settings.tracing)
    server = Server(settings)
    asked = threading.Event()
    at_once = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        (at_once if asked.is_set() else asked).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    server.start()
    set_apart()
    note("serving", **_facts(settings, server.port, server.store_name))
    asked.wait()
    note("draining", seconds=settings.drain_seconds)
    drain = threading.Thread(target=server.stop, daemon=True)
    drain.start()
    while drain.is_alive() and not at_once.is_set():
        drain.join(0.1)
    if at_once.is_set():
        note("ended at once; jobs that ran are queued again by the next start")
        os._exit(1)
    if end_tracing is not None:
        end_tracing()
    note("stopped")


def _facts(settings: Settings, port: int, store: str) -> dict[str, object]:
    return {
        "address": settings.listen,
        "port": port,
        "encrypted": settings.tls is not None,
        "callers_told_apart": settings.tells_callers_apart,
        "slots": settings.slots,
        "workers": settings.workers,
        "store": store,
    }
