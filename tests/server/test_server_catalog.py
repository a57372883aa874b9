"""Catalog, health and reflection over a real connection."""

from __future__ import annotations

import grpc
import pytest
from asking import violations
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from inferplan.v1 import catalog_pb2, services_pb2, services_pb2_grpc
from server.catalog import Catalog
from server.contract.catalog import catalog_summaries
from server.serving import SERVICES


@pytest.fixture
def catalog(channel: grpc.Channel) -> services_pb2_grpc.CatalogStub:
    return services_pb2_grpc.CatalogStub(channel)


def test_pages_hold_every_entry_once(catalog: services_pb2_grpc.CatalogStub) -> None:
    found: list[catalog_pb2.CatalogSummary] = []
    request = services_pb2.CatalogListRequest(page_size=37)
    while True:
        page = catalog.List(request, timeout=10)
        found += page.entries
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert found == catalog_summaries(0, "")


def test_a_token_is_good_for_its_own_list_only(catalog: services_pb2_grpc.CatalogStub) -> None:
    token = catalog.List(services_pb2.CatalogListRequest(page_size=1), timeout=10).next_page_token
    for bad in (
        services_pb2.CatalogListRequest(kind=1, page_token=token),
        services_pb2.CatalogListRequest(page_token="?"),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            catalog.List(bad, timeout=10)
        assert violations(caught.value) == ["page_token"]


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (services_pb2.CatalogListRequest(page_size=-1), "page_size"),
        (services_pb2.CatalogListRequest(page_size=1001), "page_size"),
        (services_pb2.CatalogListRequest(kind=99), "kind"),
    ],
)
def test_bad_lists(
    catalog: services_pb2_grpc.CatalogStub, request_: services_pb2.CatalogListRequest, path: str
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        catalog.List(request_, timeout=10)
    assert violations(caught.value) == [path]


def test_one_entry(catalog: services_pb2_grpc.CatalogStub) -> None:
    name = catalog_summaries(catalog_pb2.CATALOG_KIND_ACCELERATOR, "")[0].name
    request = services_pb2.CatalogGetRequest(kind=catalog_pb2.CATALOG_KIND_ACCELERATOR, name=name)
    assert catalog.Get(request, timeout=10).entry.name == name
    for name in ("no such thing", "x" * 70_000):
        request.name = name
        with pytest.raises(grpc.RpcError) as caught:
            catalog.Get(request, timeout=10)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_the_schema(catalog: services_pb2_grpc.CatalogStub) -> None:
    schema = catalog.GetSchema(services_pb2.CatalogGetSchemaRequest(), timeout=10)
    assert (schema.version, schema.root, schema.blocks[0].name) == ("inferplan/v1", "Instance", "Instance")


def test_every_service_is_healthy_and_reflected(channel: grpc.Channel) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    for service in ("", *SERVICES):
        answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = reflection.ServerReflectionInfo(iter([asked]), timeout=10)
    assert set(SERVICES) <= {service.name for service in answer.list_services_response.service}


def test_a_fault_is_internal_and_names_its_request(
    catalog: services_pb2_grpc.CatalogStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("server.catalog.schema_message", broken)
    with pytest.raises(grpc.RpcError) as caught:
        catalog.GetSchema(services_pb2.CatalogGetSchemaRequest(), timeout=10, metadata=[("x-request-id", "mine")])
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "mine" in str(caught.value.details())
    assert "secret" not in str(caught.value.details())
    assert ("x-request-id", "mine") in [tuple(pair) for pair in caught.value.initial_metadata()]


def test_the_servicer_is_complete() -> None:
    methods = services_pb2.DESCRIPTOR.services_by_name["Catalog"].methods
    assert {method.name for method in methods} <= set(vars(Catalog))
