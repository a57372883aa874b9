"""States of a job, as the contract numbers them."""

from __future__ import annotations

from inferplan.v1 import job_pb2

QUEUED = job_pb2.JOB_STATE_QUEUED
RUNNING = job_pb2.JOB_STATE_RUNNING
CANCELLING = job_pb2.JOB_STATE_CANCELLING
FAILED = job_pb2.JOB_STATE_FAILED
CANCELLED = job_pb2.JOB_STATE_CANCELLED
LEASED = (RUNNING, CANCELLING)
"""A server works on the job."""
ENDED = (job_pb2.JOB_STATE_SUCCEEDED, FAILED, CANCELLED)
