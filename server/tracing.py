"""Spans for OpenTelemetry: calls, waiting, solves. Nothing is loaded and nothing costs where tracing is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Protocol

from server.settings import Tracing

EXPORTER = "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
PARENT = "traceparent"
_tracer: Any = None
_around: ContextVar[Any] = ContextVar("span_around", default=None)
"""OpenTelemetry context of the span that is open here. Its own notion of a current span does not survive streams, whose end
may come in another context than their start."""


class TracingError(Exception):
    """Tracing is asked for and cannot be had."""


class Span(Protocol):
    """What is open while something lasts."""

    def set_attribute(self, key: str, value: str | float) -> None:
        """A fact about it."""

    def end(self) -> None:
        """It is over."""


class _Nothing:
    def set_attribute(self, key: str, value: str | float) -> None:
        """Nobody listens."""

    def end(self) -> None:
        """Nothing was open."""


NOTHING = _Nothing()


def start_tracing(tracing: Tracing) -> Callable[[], None]:
    """Send spans from here on; what sends the last of them. Raises TracingError where the extra is missing."""
    try:
        module = import_module(EXPORTER)
    except ImportError as error:
        raise TracingError("tracing needs the extra `otel`: pip install 'inferplan[otel]'") from error
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    plain = tracing.endpoint is not None and tracing.endpoint.startswith("http://")
    exporter = module.OTLPSpanExporter(endpoint=tracing.endpoint, insecure=plain or None)
    return trace_with(tracing, BatchSpanProcessor(exporter))


def trace_with(tracing: Tracing, processor: Any) -> Callable[[], None]:
    """The same with a span processor of the caller's choice."""
    global _tracer  # noqa: PLW0603 - one process, one tracer, as in OpenTelemetry itself
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    provider = TracerProvider(
        resource=Resource.create({"service.name": tracing.service_name}),
        sampler=ParentBased(TraceIdRatioBased(tracing.sampled_share)),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("inferplan.server")

    def end() -> None:
        global _tracer  # noqa: PLW0603
        _tracer = None
        provider.shutdown()

    return end


def call_span(method: str, metadata: Mapping[str, str], request_id: str) -> Span:
    """Span of a call, under the caller's own where its metadata name one (W3C trace context). To be ended."""
    if _tracer is None:
        return NOTHING
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    service, _, name = method.strip("/").partition("/")
    facts = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name, "request.id": request_id}
    above = TraceContextTextMapPropagator().extract(dict(metadata))
    return _opened(method.strip("/"), above, SpanKind.SERVER, facts)


def trace_here() -> str | None:
    """W3C trace context of the span that is open here, for what goes on elsewhere or later; None where nothing is traced."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, context=_around.get())
    return carrier.get(PARENT)


@contextmanager
def joined(trace: str | None) -> Iterator[None]:
    """Spans opened inside stand under the one that `trace_here` told of."""
    if _tracer is None or trace is None:
        yield
        return
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    before = _around.get()
    _around.set(TraceContextTextMapPropagator().extract({PARENT: trace}))
    try:
        yield
    finally:
        _around.set(before)


@contextmanager
def span(name: str, **facts: str | float) -> Iterator[Span]:
    """Span of a part of the work, under the one that is open here."""
    if _tracer is None:
        yield NOTHING
        return
    from opentelemetry.trace import SpanKind

    above = _around.get()
    opened = _opened(name, above, SpanKind.INTERNAL, facts)
    try:
        yield opened
    finally:
        opened.end()
        _around.set(above)


def _opened(name: str, above: Any, kind: Any, facts: Mapping[str, str | float]) -> Span:
    from opentelemetry.trace import set_span_in_context

    opened: Any = _tracer.start_span(name, context=above, kind=kind, attributes=dict(facts))
    _around.set(set_span_in_context(opened, above))
    found: Span = opened
    return found
