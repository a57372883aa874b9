"""Where jobs are kept: one SQLAlchemy schema, on SQLite for one server or on PostgreSQL for several that share the queue.

Every change is one transaction, on disk when the method returns. A job that runs is leased to one server under a fencing
token that rises with every lease; whoever writes shows its token, so that a server that was lost or late changes nothing.
"""

from server.store.adding import QueueLimits
from server.store.errors import (
    KeyTakenError,
    LeaseLostError,
    QueueFullError,
    StoreError,
    StoreUnavailableError,
)
from server.store.kinds import SOLVE, STUDY
from server.store.leases import Claimed, Lease
from server.store.listing import Conditions
from server.store.states import CANCELLING, ENDED, LEASED, QUEUED, RUNNING
from server.store.store import Store

__all__ = [
    "CANCELLING",
    "ENDED",
    "LEASED",
    "QUEUED",
    "RUNNING",
    "SOLVE",
    "STUDY",
    "Claimed",
    "Conditions",
    "KeyTakenError",
    "Lease",
    "LeaseLostError",
    "QueueFullError",
    "QueueLimits",
    "Store",
    "StoreError",
    "StoreUnavailableError",
]
