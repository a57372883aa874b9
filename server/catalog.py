"""Catalog: reference figures and the schema of instances."""

from __future__ import annotations

import grpc

from inferplan.v1 import services_pb2, services_pb2_grpc
from server.contract.catalog import catalog_entry, catalog_summaries
from server.contract.schema import schema_message
from server.errors import refuse_field
from server.pages import page_size, page_token, position_of
from solver.catalog.names import UnknownNameError
from solver.instance.diagnostics import shorten

LONGEST_NAME = 200
"""No entry's is longer; comparing a text of megabytes with every entry would take minutes."""


class Catalog(services_pb2_grpc.CatalogServicer):
    """Reads only; the same answers from every server of a version."""

    def List(  # noqa: N802 - named by the contract
        self, request: services_pb2.CatalogListRequest, context: grpc.ServicerContext
    ) -> services_pb2.CatalogListResponse:
        """One page of entries."""
        size = page_size(context, request.page_size)
        conditions = services_pb2.CatalogListRequest(kind=request.kind, name_contains=request.name_contains)
        start = position_of(context, request.page_token, conditions) or 0
        text = request.name_contains
        try:
            found = catalog_summaries(request.kind, text[:LONGEST_NAME])
        except ValueError as error:
            refuse_field(context, "kind", str(error))
        found = found if len(text) <= LONGEST_NAME else []
        end = start + size
        return services_pb2.CatalogListResponse(
            entries=found[start:end], next_page_token=page_token(end, conditions) if end < len(found) else ""
        )

    def Get(  # noqa: N802 - named by the contract
        self, request: services_pb2.CatalogGetRequest, context: grpc.ServicerContext
    ) -> services_pb2.CatalogGetResponse:
        """One entry; NOT_FOUND with the nearest names for one that is not there."""
        if not request.name:
            refuse_field(context, "name", "must be given")
        if len(request.name) > LONGEST_NAME:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no entry is named {shorten(request.name)!r}")
        try:
            return services_pb2.CatalogGetResponse(entry=catalog_entry(request.kind, request.name))
        except UnknownNameError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        except ValueError as error:
            refuse_field(context, "kind", str(error))

    def GetSchema(  # noqa: N802 - named by the contract
        self, request: services_pb2.CatalogGetSchemaRequest, context: grpc.ServicerContext
    ) -> services_pb2.CatalogGetSchemaResponse:
        """The instance format."""
        return schema_message()
