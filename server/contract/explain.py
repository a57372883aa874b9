"""Explanations as messages, and back."""

from __future__ import annotations

from typing import Any

from inferplan.v1 import explain_pb2
from server.contract.reading import whole
from server.contract.writing import fill
from solver.plan.explain.document import explanation_document
from solver.plan.explain.explanation import Explanation


def explanation_message(found: Explanation) -> explain_pb2.Explanation:
    """Raises ContractError where the contract has no place for a part of it."""
    message = explain_pb2.Explanation()
    fill(message, explanation_document(found))
    return message


def document_of(message: explain_pb2.Explanation) -> dict[str, Any]:
    """What `inferplan explain --json` prints for the same explanation."""
    return whole(message)
