"""Tokens: made, kept, checked, replaced; what a caller may do with one, and whose jobs it sees."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from accounts import bearer, serving, token_for
from asking import detail, message
from cli.running import inferplan
from cli.small import hard, small
from google.rpc import error_details_pb2

from inferplan.v1 import services_pb2, services_pb2_grpc
from server.security.scopes import NEEDED, needed
from server.security.tokens import TokenFileError, create_token, read_tokens, revoke_tokens
from server.serving import SERVICES
from server.settings import Quotas, Scope

Call = Callable[..., object]


class Stubs:
    """All services on one channel."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.jobs = services_pb2_grpc.JobsStub(self.channel)
        self.planner = services_pb2_grpc.PlannerStub(self.channel)
        self.catalog = services_pb2_grpc.CatalogStub(self.channel)

    def submit(self, token: str, key: str = "key") -> str:
        request = services_pb2.JobsSubmitRequest(instance=message(small()), idempotency_key=key)
        return self.jobs.Submit(request, timeout=10, metadata=bearer(token)).job.id

    def schema(self, token: str | None) -> object:
        metadata = None if token is None else bearer(token)
        return self.catalog.GetSchema(services_pb2.CatalogGetSchemaRequest(), timeout=10, metadata=metadata)


@pytest.fixture
def tokens(tmp_path: Path) -> dict[str, str]:
    return {
        "ann": token_for(tmp_path, "ann"),
        "bob": token_for(tmp_path, "bob"),
        "reader": token_for(tmp_path, "reader", Scope.READ),
        "root": token_for(tmp_path, "root", Scope.ADMIN),
    }


@pytest.fixture
def stubs(tmp_path: Path, tokens: dict[str, str]) -> Iterator[Stubs]:
    with serving(tmp_path) as server:
        found = Stubs(server.port)
        yield found
        found.channel.close()


def refused(call: Call, *arguments: object) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments)
    return caught.value


def test_a_token_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = inferplan("token", "create", "--file", file, "--name", "planner", "--scope", "read,solve").stdout.strip()
    _, _, secret = token.split("_")
    stored = json.loads(file.read_text())
    assert secret not in file.read_text()
    assert stored["sha256"] == hashlib.sha256(f"{stored['salt']}:{secret}".encode()).hexdigest()
    assert file.stat().st_mode & 0o777 == 0o600
    listed = inferplan("token", "list", "--file", file).stdout
    assert "planner  read,solve  no end" in listed
    assert secret not in listed
    caller = read_tokens(file).caller(token)
    assert caller is not None
    assert (caller.owner, caller.reach, caller.may(Scope.SOLVE), caller.may(Scope.ADMIN)) == (
        "token:planner",
        "token:planner",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("options", "rule"),
    [(["--name", "a b"], "must start with a letter"), (["--name", "x", "--scope", "write"], "read, solve or admin")],
)
def test_tokens_that_cannot_be(tmp_path: Path, options: list[str], rule: str) -> None:
    result = inferplan("token", "create", "--file", tmp_path / "tokens", *options)
    assert result.exit_code == 2
    assert rule in " ".join(result.stderr.replace("│", " ").split())
    assert not (tmp_path / "tokens").exists()


def test_two_tokens_never_share_salt_or_secret(tmp_path: Path) -> None:
    for _ in range(20):
        token_for(tmp_path, "same")
    stored = list(read_tokens(tmp_path / "tokens").by_id.values())
    assert len({token.salt for token in stored}) == len({token.sha256 for token in stored}) == 20


def test_a_token_ends(tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    token = create_token(tmp_path / "tokens", "old", [Scope.READ], past)
    assert read_tokens(tmp_path / "tokens").caller(token) is None


@pytest.mark.parametrize("text", ["not json", '{"id": "0"}', '{"id":"' + "0" * 16 + '","secret":"hunter2"}'])
def test_a_wrong_line_is_told_without_what_it_says(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens"
    token_for(tmp_path, "good")
    with file.open("a") as stream:
        stream.write(text + "\n")
    with pytest.raises(TokenFileError, match="line 2") as caught:
        read_tokens(file)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    token_for(tmp_path, "good")
    (tmp_path / "tokens").chmod(0o666)
    with pytest.raises(TokenFileError, match="chmod go-w"):
        read_tokens(tmp_path / "tokens")


@pytest.mark.parametrize("token", [None, "", "ipt_0000000000000000_" + "0" * 64, "nonsense", "ipt_"])
def test_without_a_good_token_nothing_is_answered(stubs: Stubs, token: str | None) -> None:
    assert refused(stubs.schema, token).code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_right_identifier_with_a_wrong_secret_is_refused(stubs: Stubs, tokens: dict[str, str]) -> None:
    last = tokens["ann"][-1]
    wrong = tokens["ann"][:-1] + ("0" if last != "0" else "1")
    assert refused(stubs.schema, wrong).code() is grpc.StatusCode.UNAUTHENTICATED
    assert stubs.schema(tokens["ann"])


def test_two_authorization_headers_are_none(stubs: Stubs, tokens: dict[str, str]) -> None:
    request = services_pb2.CatalogGetSchemaRequest()
    both = (*bearer(tokens["ann"]), *bearer(tokens["root"]))
    with pytest.raises(grpc.RpcError) as caught:
        stubs.catalog.GetSchema(request, timeout=10, metadata=both)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_bytes_of_an_unknown_caller_are_not_read(stubs: Stubs, tokens: dict[str, str]) -> None:
    raw = stubs.channel.unary_unary("/inferplan.v1.Planner/Validate")
    unknown = refused(lambda: raw(b"\xff\xff\xff", timeout=10))
    known = refused(lambda: raw(b"\xff\xff\xff", timeout=10, metadata=bearer(tokens["ann"])))
    assert unknown.code() is grpc.StatusCode.UNAUTHENTICATED
    assert known.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_every_method_has_its_scope() -> None:
    methods = {
        f"/{service}/{method.name}"
        for service in SERVICES
        for method in services_pb2.DESCRIPTOR.services_by_name[service.rpartition(".")[2]].methods
    }
    assert methods == set(NEEDED)
    assert needed("/inferplan.v1.Jobs/Unheard") is Scope.ADMIN


def test_a_reader_only_reads(stubs: Stubs, tokens: dict[str, str]) -> None:
    error = refused(stubs.submit, tokens["reader"])
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert detail(error, error_details_pb2.ErrorInfo).metadata["scope"] == "solve"
    assert stubs.schema(tokens["reader"])


def test_a_caller_sees_its_own_jobs_only(stubs: Stubs, tokens: dict[str, str]) -> None:
    job = stubs.submit(tokens["ann"], "one")
    theirs = stubs.submit(tokens["bob"], "one")
    assert job != theirs, "keys are each caller's own"
    methods = {
        "Get": services_pb2.JobsGetRequest(id=job),
        "Cancel": services_pb2.JobsCancelRequest(id=job),
        "Delete": services_pb2.JobsDeleteRequest(id=job),
    }
    for name, request in methods.items():
        with pytest.raises(grpc.RpcError) as caught:
            getattr(stubs.jobs, name)(request, timeout=10, metadata=bearer(tokens["bob"]))
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND, name
        with pytest.raises(grpc.RpcError) as unknown:
            request.id = "0" * 32
            getattr(stubs.jobs, name)(request, timeout=10, metadata=bearer(tokens["bob"]))
        told = str(caught.value.details()).replace(job, "")
        assert told == str(unknown.value.details()).replace("0" * 32, ""), "the answer must not tell that it exists"
    with pytest.raises(grpc.RpcError) as caught:
        list(stubs.jobs.Watch(services_pb2.JobsWatchRequest(id=job), timeout=10, metadata=bearer(tokens["bob"])))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND

    def listed(name: str) -> set[str]:
        answer = stubs.jobs.List(services_pb2.JobsListRequest(), timeout=10, metadata=bearer(tokens[name]))
        return {found.id for found in answer.jobs}

    assert listed("ann") == {job}
    assert listed("bob") == {theirs}
    assert listed("root") == {job, theirs}
    got = stubs.jobs.Get(services_pb2.JobsGetRequest(id=job), timeout=10, metadata=bearer(tokens["root"]))
    assert got.job.id == job
    stubs.jobs.Cancel(services_pb2.JobsCancelRequest(id=job), timeout=10, metadata=bearer(tokens["root"]))


def until(seconds: float, happened: Callable[[], bool]) -> None:
    latest = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < latest
        time.sleep(0.1)


def test_tokens_change_while_the_server_runs(stubs: Stubs, tokens: dict[str, str], tmp_path: Path) -> None:
    def works(token: str) -> bool:
        try:
            return bool(stubs.schema(token))
        except grpc.RpcError:
            return False

    newer = token_for(tmp_path, "ann")
    until(5, lambda: works(newer))
    assert works(tokens["ann"]), "the old one holds until it is taken out"
    identifier = tokens["ann"].split("_")[1]
    assert inferplan("token", "revoke", "--file", tmp_path / "tokens", identifier).stdout == "1 revoked\n"
    until(5, lambda: not works(tokens["ann"]))
    assert works(newer)
    with (tmp_path / "tokens").open("a") as stream:
        stream.write("broken\n")
    time.sleep(1.5)
    assert works(newer), "a broken file does not take the place of a good one"


def test_quotas_hold_for_each_caller_alone(tmp_path: Path) -> None:
    ann, bob = token_for(tmp_path, "ann"), token_for(tmp_path, "bob")
    with serving(tmp_path, quotas=Quotas(requests_per_minute=30, burst=3, queued_jobs=2)) as server:
        stubs = Stubs(server.port)
        for _ in range(3):
            stubs.schema(ann)
        error = refused(stubs.schema, ann)
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        delay = detail(error, error_details_pb2.RetryInfo).retry_delay
        assert 1.0 < delay.seconds + delay.nanos / 1e9 <= 2.0
        assert stubs.schema(bob)
        stubs.channel.close()


def test_queued_jobs_of_a_caller_are_bounded(tmp_path: Path) -> None:
    ann, bob = token_for(tmp_path, "ann"), token_for(tmp_path, "bob")
    with serving(tmp_path, quotas=Quotas(queued_jobs=2)) as server:
        stubs = Stubs(server.port)

        def submit(token: str, key: str) -> None:
            request = services_pb2.JobsSubmitRequest(instance=message(hard()), idempotency_key=key)
            stubs.jobs.Submit(request, timeout=10, metadata=bearer(token))

        with pytest.raises(grpc.RpcError) as caught:
            for n in range(4):  # one runs, two wait
                submit(ann, f"job-{n}")
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert detail(caught.value, error_details_pb2.RetryInfo).retry_delay.seconds >= 1
        submit(bob, "job")
        stubs.channel.close()


def test_a_stream_ends_when_its_token_is_taken_back(tmp_path: Path) -> None:
    ann = token_for(tmp_path, "ann")
    with serving(tmp_path) as server:
        stubs = Stubs(server.port)
        request = services_pb2.JobsSubmitRequest(instance=message(hard(seconds=3600)), idempotency_key="long")
        job = stubs.jobs.Submit(request, timeout=10, metadata=bearer(ann)).job
        events = stubs.jobs.Watch(services_pb2.JobsWatchRequest(id=job.id), timeout=60, metadata=bearer(ann))
        next(events)
        assert revoke_tokens(tmp_path / "tokens", "ann") == 1
        with pytest.raises(grpc.RpcError) as caught:
            list(events)
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        stubs.channel.close()


def test_open_calls_of_a_caller_are_bounded(tmp_path: Path) -> None:
    ann, bob = token_for(tmp_path, "ann"), token_for(tmp_path, "bob")
    with serving(tmp_path, quotas=Quotas(calls=2)) as server:
        raw = grpc.insecure_channel(f"127.0.0.1:{server.port}")
        silent = raw.stream_unary("/inferplan.v1.Planner/Validate")
        held = [silent.future(_never(), timeout=20, metadata=bearer(ann)) for _ in range(2)]
        stubs = Stubs(server.port)
        until(5, lambda: server.open_calls == 2)
        time.sleep(0.3)
        assert _refused_for_now(stubs, ann)
        assert stubs.schema(bob)
        for call in held:
            call.cancel()
        until(5, lambda: not _refused_for_now(stubs, ann))
        raw.close()
        stubs.channel.close()


def _never() -> Iterator[bytes]:
    time.sleep(30)
    yield b""


def _refused_for_now(stubs: Stubs, token: str) -> bool:
    try:
        stubs.schema(token)
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        return True
    return False


def test_beyond_all_calls_there_is_a_time_to_retry_and_health(tmp_path: Path) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with serving(tmp_path, callers=2) as server:
        raw = grpc.insecure_channel(f"127.0.0.1:{server.port}")
        silent = raw.stream_unary("/inferplan.v1.Planner/Validate")
        held = [silent.future(_never(), timeout=20) for _ in range(2)]
        stubs = Stubs(server.port)
        until(5, lambda: server.open_calls == 2)
        error = refused(stubs.schema, None)
        assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds >= 1
        health = health_pb2_grpc.HealthStub(raw).Check(health_pb2.HealthCheckRequest(), timeout=5)
        assert health.status == health_pb2.HealthCheckResponse.SERVING
        for call in held:
            call.cancel()
        raw.close()
        stubs.channel.close()
