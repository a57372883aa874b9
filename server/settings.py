"""What a server is told and what it may use, with defaults that suit one machine."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from solver.catalog.entries import Number, WholeNumber
from solver.instance.check_size import MOST_RATES, MOST_ROUTES

MEBIBYTE = 1 << 20
DEFAULT_LISTEN = "127.0.0.1:50051"

Count = Annotated[WholeNumber, Field(ge=1, le=1_000_000)]
Seconds = Annotated[Number, Field(ge=0, le=1e8, allow_inf_nan=False)]
Bytes = Annotated[WholeNumber, Field(ge=1024, le=2_000_000_000)]
Address = Annotated[str, Field(min_length=3, max_length=300)]


class Block(BaseModel):
    """Part of the settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(StrEnum):
    """What a caller may do: look, have plans made, or see and end everyone's jobs (which includes the other two)."""

    READ = "read"
    SOLVE = "solve"
    ADMIN = "admin"


class Tls(Block):
    """Encryption. Changed files hold for the next connection, without a restart."""

    certificate_file: Path = Field(description="Certificate chain of the server, PEM, its own certificate first.")
    key_file: Path = Field(description="Private key of the certificate, PEM.")
    client_ca_file: Path | None = Field(
        default=None, description="Authorities of clients, PEM. Given, every client has to show a certificate (mTLS)."
    )


class CertificateCaller(Block):
    """What one client certificate may do."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="First alternative name (DNS, URI or e-mail) of the certificate, else its common name."
    )
    scopes: tuple[Scope, ...] = Field(min_length=1, description="What its holder may do.")


class Accounts(Block):
    """How callers are told apart. With neither tokens nor client certificates they are not, and all may do all."""

    token_file: Path | None = Field(
        default=None, description="Hashed tokens as `inferplan token create` writes them; read again when it changes."
    )
    certificates: tuple[CertificateCaller, ...] = Field(
        default=(), description="Client certificates whose scopes are not the ordinary ones."
    )
    certificate_scopes: tuple[Scope, ...] = Field(
        default=(Scope.READ, Scope.SOLVE), description="What any other certificate of the clients' authorities may do."
    )


class Quotas(Block):
    """Most that one caller has at a time. They hold where callers are told apart; beyond is RESOURCE_EXHAUSTED."""

    calls: Count = Field(default=64, description="Calls at a time, streams included.")
    solves: Count = Field(default=8, description="Planner.Solve calls at a time, those that wait included.")
    queued_jobs: Count = Field(default=1000, description="Jobs that wait for a worker.")
    requests_per_minute: Count = Field(default=3000, description="Calls a minute over time.")
    burst: Count = Field(default=200, description="Calls that may come at once after a pause.")


class Metrics(Block):
    """Figures for Prometheus."""

    listen: Address = Field(description="Address and port of the HTTP endpoint, such as 127.0.0.1:9464.")


class Tracing(Block):
    """Spans for OpenTelemetry; needs the extra `otel`."""

    endpoint: Address | None = Field(
        default=None, description="OTLP gRPC endpoint; default: the standard OTEL_EXPORTER_OTLP_* variables."
    )
    service_name: str = Field(default="inferplan", min_length=1, max_length=100, description="Name of the service.")
    sampled_share: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=1.0, description="Share of the calls that are traced where the caller has not decided."
    )


def _half_the_processors() -> int:
    return max(1, (os.cpu_count() or 2) // 2)


def _store() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "inferplan" / "jobs.sqlite"


class Settings(Block):
    """Settings of a server. Every count is a hard bound."""

    listen: Address = Field(default=DEFAULT_LISTEN, description="Address and port; port 0: one that is free.")
    insecure: bool = Field(
        default=False, description="Listen off loopback without encryption, or without telling callers apart."
    )
    tls: Tls | None = Field(default=None, description="Encryption; none: plaintext.")
    accounts: Accounts = Field(default_factory=Accounts, description="How callers are told apart.")
    quotas: Quotas = Field(default_factory=Quotas, description="Most of one caller.")
    metrics: Metrics | None = Field(default=None, description="Prometheus endpoint; none: no endpoint.")
    tracing: Tracing | None = Field(default=None, description="OpenTelemetry; none: no tracing.")
    store: str | Path = Field(
        default_factory=_store,
        union_mode="left_to_right",
        description="File of the jobs, for one server at a time, or a postgresql:// URL, for several that share them.",
    )
    migrate_store: bool = Field(
        default=False, description="Bring a PostgreSQL store of an older version up to date at the start."
    )
    callers: Count = Field(default=512, description="Calls at a time; one more is RESOURCE_EXHAUSTED.")
    slots: Count = Field(default_factory=_half_the_processors, description="Solves of waiting callers at a time.")
    waiting_callers: Annotated[WholeNumber, Field(ge=0, le=100_000)] = Field(
        default=16, description="Solves that may wait for a slot; one more is RESOURCE_EXHAUSTED."
    )
    workers: Count = Field(default_factory=_half_the_processors, description="Jobs that run at a time.")
    study_workers: Count = Field(
        default=1,
        description="Submitted studies that run at a time; each solves on as many processes as there are slots.",
    )
    queued_jobs: Count = Field(
        default=10_000, description="Jobs that may wait for a worker; one more is RESOURCE_EXHAUSTED."
    )
    processes_per_solve: Count = Field(
        default=2, description="Solver processes of one solve at a time: plan and baselines are separate problems."
    )
    threads_per_process: Count = Field(
        default=4, description="Most days that a solver process plans side by side, whatever the instance asks for."
    )
    memory_gb_per_process: Annotated[Number, Field(gt=0, le=1e6)] = Field(
        default=8.0, description="Memory of a solver process; one that needs more fails, alone."
    )
    longest_solve_seconds: Annotated[Number, Field(gt=0, le=1e7)] = Field(
        default=3600.0, description="Most time limit of one problem, whatever the instance asks for."
    )
    request_bytes: Bytes = Field(default=8 * MEBIBYTE, description="Largest request.")
    response_bytes: Bytes = Field(default=64 * MEBIBYTE, description="Largest answer.")
    drain_seconds: Seconds = Field(default=30.0, description="Time that calls in progress have on SIGTERM.")
    attempts: Count = Field(
        default=5, description="How often a job is started whose solver crashes or whose server is lost while it runs."
    )
    lease_seconds: Annotated[Number, Field(ge=1, le=3600)] = Field(
        default=15.0, description="A server that has not been heard of for so long has lost its jobs to the others."
    )
    niceness: Annotated[WholeNumber, Field(ge=0, le=19)] = Field(
        default=5, description="How far solver processes stand back behind the server on a busy machine."
    )
    largest_rates: Annotated[WholeNumber, Field(ge=1)] = Field(
        default=MOST_RATES, description="Rates to work out of the largest instance that is accepted."
    )
    largest_routes: Annotated[WholeNumber, Field(ge=1)] = Field(
        default=MOST_ROUTES, description="Routing variables before pruning of the largest instance that is accepted."
    )

    @property
    def tells_callers_apart(self) -> bool:
        """Whether every caller has to say who it is."""
        return self.accounts.token_file is not None or (self.tls is not None and self.tls.client_ca_file is not None)
