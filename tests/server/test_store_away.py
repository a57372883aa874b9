"""A database that does not answer is the caller's to try again, not a fault."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
from asking import message
from cli.small import small

from inferplan.v1 import services_pb2, services_pb2_grpc
from server.serving import Server
from server.settings import Settings
from server.store import Store, StoreUnavailableError


def test_a_database_that_is_away_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(Settings(listen="127.0.0.1:0", store=tmp_path / "jobs.sqlite"))
    server.start()

    def away(*_arguments: object, **_named: object) -> None:
        raise StoreUnavailableError("the database does not answer")

    for name in ("add", "get", "follow", "page", "cancel", "delete"):
        monkeypatch.setattr(Store, name, away)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            jobs = services_pb2_grpc.JobsStub(channel)
            calls = [
                lambda: jobs.Submit(
                    services_pb2.JobsSubmitRequest(instance=message(small()), idempotency_key="k"), timeout=10
                ),
                lambda: jobs.Get(services_pb2.JobsGetRequest(id="x"), timeout=10),
                lambda: list(jobs.Watch(services_pb2.JobsWatchRequest(id="x"), timeout=10)),
                lambda: jobs.List(services_pb2.JobsListRequest(), timeout=10),
                lambda: jobs.Cancel(services_pb2.JobsCancelRequest(id="x"), timeout=10),
                lambda: jobs.Delete(services_pb2.JobsDeleteRequest(id="x"), timeout=10),
            ]
            for call in calls:
                with pytest.raises(grpc.RpcError) as caught:
                    call()
                assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
                assert caught.value.details() == "the database does not answer"
    finally:
        monkeypatch.undo()
        server.stop(0)
