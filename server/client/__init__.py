"""Typed clients: retries of what may be retried, and watches that go on where they broke off.

with Client("127.0.0.1:50051") as client:
    job = client.submit(instance, key="budget-2027")
    for event in client.watch(job.id): ...
    plan = client.get(job.id, full=True).plan

`AsyncClient` is the same for asyncio. `Access` holds token and certificates.
"""

from server.client.access import Access, AccessError
from server.client.aio import AsyncClient
from server.client.sync import Client

__all__ = ["Access", "AccessError", "AsyncClient", "Client"]
