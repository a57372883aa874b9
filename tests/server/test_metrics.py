"""Figures, spans and log lines of a server."""

from __future__ import annotations

import importlib.util
import urllib.request
from pathlib import Path

import grpc
import pytest
from accounts import serving, token_for
from asking import message
from cli.small import small
from prometheus_client.parser import text_string_to_metric_families

from inferplan.v1 import services_pb2, services_pb2_grpc, study_job_pb2
from server import metrics, tracing
from server.security.listening import ListenError
from server.settings import Metrics, Tracing
from server.store import STUDY, QueueLimits

SCHEMA = services_pb2.CatalogGetSchemaRequest()


def figures(port: int) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample, by name and label values in the order of the labels' names."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_calls_rejections_jobs_and_solvers(tmp_path: Path) -> None:
    token_for(tmp_path, "ann")
    with serving(tmp_path, metrics=Metrics(listen="127.0.0.1:0")) as server:
        study = study_job_pb2.StudyJob(id="s", study_name="s", idempotency_key="s")
        server._store.add(study, b"", "f", QueueLimits(1), kind=STUDY)
        before = figures(server.metrics_port)
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            for _ in range(3):
                with pytest.raises(grpc.RpcError):
                    services_pb2_grpc.CatalogStub(channel).GetSchema(SCHEMA, timeout=5)
            with pytest.raises(grpc.RpcError):
                channel.unary_unary("/inferplan.v1.Catalog/Invented")(b"", timeout=5)
        after = figures(server.metrics_port)

    def rise(name: str, *labels: str) -> float:
        return after[name, labels] - before.get((name, labels), 0)

    assert rise("inferplan_call_seconds_count", "UNAUTHENTICATED", "/inferplan.v1.Catalog/GetSchema") == 3
    assert rise("inferplan_rejections_total", "unknown_caller") == 3
    assert ("inferplan_open_calls", ("callers",)) in after
    assert sum(count for (name, _), count in after.items() if name == "inferplan_studies") == 1
    assert rise("inferplan_solvers") <= 0, "none of these calls starts a solver"
    assert after["process_resident_memory_bytes", ()] > 1e6
    assert not any("Invented" in label for _, labels in after for label in labels), "labels must stay few"


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with (
        serving(tmp_path, metrics=Metrics(listen="127.0.0.1:0")) as server,
        pytest.raises(ListenError, match="cannot be listened on"),
        serving(tmp_path, store=tmp_path / "other.sqlite", metrics=Metrics(listen=f"127.0.0.1:{server.metrics_port}")),
    ):
        pass


def test_solves_are_counted_by_how_they_ended() -> None:
    before = metrics.REGISTRY.get_sample_value("inferplan_solve_seconds_count", {"reason": "OPTIMAL"}) or 0
    metrics.solved("OPTIMAL", 2.0, 0.004)
    assert metrics.REGISTRY.get_sample_value("inferplan_solve_seconds_count", {"reason": "OPTIMAL"}) == before + 1
    assert metrics.REGISTRY.get_sample_value("inferplan_solve_relative_gap_bucket", {"le": "0.005"})


def test_spans_go_under_the_callers_own(tmp_path: Path) -> None:
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    end = tracing.trace_with(Tracing(service_name="tests"), export.SimpleSpanProcessor(memory))
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    try:
        with serving(tmp_path) as server, grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            metadata = (("traceparent", f"00-{trace_id}-b7ad6b7169203331-01"), ("x-request-id", "mine"))
            services_pb2_grpc.CatalogStub(channel).GetSchema(SCHEMA, timeout=5, metadata=metadata)
            jobs = services_pb2_grpc.JobsStub(channel)
            asked = services_pb2.JobsSubmitRequest(instance=message(small(baselines=[])), idempotency_key="traced")
            job = jobs.Submit(asked, timeout=10, metadata=metadata).job
            list(jobs.Watch(services_pb2.JobsWatchRequest(id=job.id), timeout=60))
            with tracing.span("outer"), tracing.span("inner", seconds=1.0):
                pass
    finally:
        end()
    spans = {span.name: span for span in memory.get_finished_spans()}
    call = spans["inferplan.v1.Catalog/GetSchema"]
    assert f"{call.context.trace_id:032x}" == trace_id
    assert call.attributes["request.id"] == "mine"
    assert call.attributes["rpc.grpc.status_code"] == 0
    assert spans["job"].parent.span_id == spans["inferplan.v1.Jobs/Submit"].context.span_id
    assert (f"{spans['job'].context.trace_id:032x}", spans["job"].attributes["job"]) == (trace_id, job.id)
    assert spans["inner"].parent.span_id == spans["outer"].context.span_id
    assert spans["outer"].parent is None


def test_without_tracing_nothing_is_loaded_and_nothing_breaks() -> None:
    with tracing.span("nobody listens") as span:
        span.set_attribute("a", 1)


def test_the_request_id_comes_back_first_and_last(tmp_path: Path) -> None:
    with serving(tmp_path) as server, grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        catalog = services_pb2_grpc.CatalogStub(channel)
        _, call = catalog.GetSchema.with_call(SCHEMA, timeout=5, metadata=(("x-request-id", "mine"),))
        assert ("x-request-id", "mine") in [tuple(pair) for pair in call.initial_metadata()]
        assert ("x-request-id", "mine") in [tuple(pair) for pair in call.trailing_metadata()]
        with pytest.raises(grpc.RpcError) as caught:
            catalog.List(services_pb2.CatalogListRequest(page_size=-1), timeout=5, metadata=(("x-request-id", "mine"),))
        assert ("x-request-id", "mine") in [tuple(pair) for pair in caught.value.trailing_metadata()]
        bad = (("x-request-id", "a b"),)
        _, call = catalog.GetSchema.with_call(SCHEMA, timeout=5, metadata=bad)
        (made,) = [value for key, value in call.initial_metadata() if key == "x-request-id"]
        assert len(made) == 32


def test_tracing_without_its_extra_says_which() -> None:
    if importlib.util.find_spec("opentelemetry.exporter") is not None:
        pytest.skip("the extra is installed")
    with pytest.raises(tracing.TracingError, match="otel"):
        tracing.start_tracing(Tracing())
