"""The client for asyncio, and when both clients try again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from cli.small import small

from inferplan.v1 import catalog_pb2, job_pb2, services_pb2, services_pb2_grpc
from server.client import Access, AccessError, AsyncClient, Client
from server.errors import refuse_for_now
from solver.instance.load import parse_instance


def test_everything_that_the_client_for_threads_can(address: str) -> None:
    async def all_of_it() -> None:
        instance = parse_instance(small(name="async")).instance
        async with AsyncClient(address) as client:
            assert (await client.validate(instance)).valid
            assert (await client.schema()).root == "Instance"
            entries = [entry async for entry in client.catalog(catalog_pb2.CATALOG_KIND_ACCELERATOR)]
            assert (await client.catalog_entry(entries[0].kind, entries[0].name)).name == entries[0].name
            answers = [answer async for answer in client.solve(instance, deadline_seconds=60)]
            assert answers[-1].plan.verification.passed
            job = await client.submit(instance, key="async-job")
            events = [event async for event in client.watch(job.id)]
            assert events[-1].ended.state == job_pb2.JOB_STATE_SUCCEEDED
            resumed = [event.sequence async for event in client.watch(job.id, after=events[0].sequence)]
            assert resumed == [event.sequence for event in events[1:]]
            assert (await client.get(job.id, full=True)).plan == events[-1].ended.plan
            assert (await client.cancel(job.id)).state == job_pb2.JOB_STATE_SUCCEEDED
            assert job.id in [found.id async for found in client.list()]
            await client.delete(job.id)
            with pytest.raises(grpc.RpcError) as caught:
                await client.get(job.id)
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND

    asyncio.run(all_of_it())


class Busy(services_pb2_grpc.CatalogServicer, services_pb2_grpc.JobsServicer, services_pb2_grpc.PlannerServicer):
    """Puts callers off a few times, and breaks watches."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.asked: list[float] = []
        self.after: list[int] = []

    def GetSchema(  # noqa: N802 - named by the contract
        self, request: services_pb2.CatalogGetSchemaRequest, context: grpc.ServicerContext
    ) -> services_pb2.CatalogGetSchemaResponse:
        self.asked.append(time.monotonic())
        if len(self.asked) <= self.refusals:
            refuse_for_now(context, "later", 0.2)
        return services_pb2.CatalogGetSchemaResponse(root="Instance")

    def Watch(  # noqa: N802 - named by the contract
        self, request: services_pb2.JobsWatchRequest, context: grpc.ServicerContext
    ) -> Iterator[services_pb2.JobsWatchResponse]:
        self.after.append(request.after_sequence)
        for sequence in range(request.after_sequence + 1, 6):
            event = job_pb2.JobEvent(sequence=sequence)
            if sequence == 5:
                event.ended.id = request.id
            yield services_pb2.JobsWatchResponse(event=event)
            if sequence % 2 == 0 and len(self.after) < 3:
                context.abort(grpc.StatusCode.UNAVAILABLE, "gone")


@pytest.fixture(params=[2])
def busy(request: pytest.FixtureRequest) -> Iterator[tuple[Busy, str]]:
    servicer = Busy(request.param)
    server = grpc.server(ThreadPoolExecutor(4))
    services_pb2_grpc.add_CatalogServicer_to_server(servicer, server)
    services_pb2_grpc.add_JobsServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield servicer, f"127.0.0.1:{port}"
    server.stop(0)


def test_what_is_put_off_is_asked_again_at_its_time(busy: tuple[Busy, str]) -> None:
    servicer, address = busy
    with Client(address) as client:
        assert client.schema().root == "Instance"
    pauses = [after - before for before, after in zip(servicer.asked, servicer.asked[1:], strict=False)]
    assert len(pauses) == 2
    assert min(pauses) >= 0.2


@pytest.mark.parametrize("busy", [1000], indirect=True)
def test_patience_ends(busy: tuple[Busy, str]) -> None:
    _, address = busy
    began = time.monotonic()
    with Client(address, patience_seconds=1.0) as client, pytest.raises(grpc.RpcError) as caught:
        client.schema()
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert time.monotonic() - began < 3


def test_broken_watches_go_on_where_they_were(busy: tuple[Busy, str]) -> None:
    servicer, address = busy
    with Client(address) as client:
        assert [event.sequence for event in client.watch("x")] == [1, 2, 3, 4, 5]
    assert servicer.after == [0, 2, 4]

    async def watched() -> list[int]:
        servicer.after.clear()
        async with AsyncClient(address) as client:
            return [event.sequence async for event in client.watch("x")]

    assert asyncio.run(watched()) == [1, 2, 3, 4, 5]


def test_files_that_are_missing_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="No such file"):
        Client("127.0.0.1:1", Access(ca_file=tmp_path / "none.pem"))
    with pytest.raises(AccessError, match="go together"):
        Client("127.0.0.1:1", Access(certificate_file=tmp_path / "c.pem"))
    with Client("127.0.0.1:1", Access(token_file=tmp_path / "none")) as client, pytest.raises(AccessError):
        client.schema()
