"""Encryption, client certificates, and where a server may listen."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from accounts import bearer, serving, token_for
from asking import message
from certificates import make_authority, make_certificate, openssl_missing
from cli.running import inferplan
from cli.small import small, written

from inferplan.v1 import services_pb2, services_pb2_grpc
from server.client import Access, AccessError, Client
from server.security.listening import ListenError, check_listening, is_loopback_peer
from server.settings import Accounts, CertificateCaller, Scope, Settings, Tls

needs_openssl = pytest.mark.skipif(openssl_missing(), reason="no openssl to make certificates with")
SCHEMA = services_pb2.CatalogGetSchemaRequest()


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    authority = make_authority(tmp_path, "ca")
    certificate, key = make_certificate(tmp_path, authority, "localhost")
    return Tls(certificate_file=certificate, key_file=key)


def schema(port: int, credentials: grpc.ChannelCredentials, token: str | None = None) -> object:
    with grpc.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
        metadata = None if token is None else bearer(token)
        return services_pb2_grpc.CatalogStub(channel).GetSchema(SCHEMA, timeout=5, metadata=metadata)


@needs_openssl
def test_an_encrypted_server_with_tokens(tmp_path: Path, tls: Tls) -> None:
    token = token_for(tmp_path, "ann")
    authority = tmp_path / "ca.pem"
    with serving(tmp_path, tls=tls) as server:
        with Client(f"127.0.0.1:{server.port}", Access(token=token, ca_file=authority)) as client:
            assert client.schema().root == "Instance"
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel, pytest.raises(grpc.RpcError) as caught:
            services_pb2_grpc.CatalogStub(channel).GetSchema(SCHEMA, timeout=3, metadata=bearer(token))
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        stranger = make_authority(tmp_path, "other")
        with pytest.raises(grpc.RpcError):
            schema(server.port, grpc.ssl_channel_credentials(stranger.read_bytes()), token)


@needs_openssl
def test_the_command_over_tls(tmp_path: Path, tls: Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_for(tmp_path, "ann")
    with serving(tmp_path, tls=tls) as server:
        here = ("--server", f"127.0.0.1:{server.port}", "--tls-ca", tmp_path / "ca.pem")
        file = written(small(name="secured"), tmp_path)
        result = inferplan("submit", file, *here)
        assert (result.exit_code, "UNAUTHENTICATED" in result.stderr) == (2, True)
        monkeypatch.setenv("INFERPLAN_TOKEN", token)
        job_id = inferplan("submit", file, *here).stdout.strip()
        monkeypatch.delenv("INFERPLAN_TOKEN")
        (tmp_path / "mine").write_text(token + "\n")
        assert "secured" in inferplan("get", job_id, "--token-file", tmp_path / "mine", *here).stdout


@needs_openssl
def test_a_new_certificate_holds_without_a_restart(tmp_path: Path, tls: Tls) -> None:
    with serving(tmp_path, tls=tls) as server:
        before = _shown(server.port)
        certificate, key = make_certificate(tmp_path, tmp_path / "ca.pem", "localhost", file="next")
        key.replace(tls.key_file)
        certificate.replace(tls.certificate_file)
        latest = time.monotonic() + 10
        while _shown(server.port) == before:
            assert time.monotonic() < latest
            time.sleep(0.3)
        tls.certificate_file.write_text("broken")
        time.sleep(1.2)
        assert _shown(server.port), "a broken file does not take the place of a good one"


def _shown(port: int) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", port), 5) as plain, context.wrap_socket(plain) as wrapped:
        return wrapped.getpeercert(binary_form=True) or b""


@needs_openssl
def test_client_certificates_name_the_caller(tmp_path: Path, tls: Tls) -> None:
    authority = tmp_path / "ca.pem"
    make_certificate(tmp_path, authority, "planner.example")
    make_certificate(tmp_path, authority, "viewer.example")
    make_certificate(tmp_path, authority, "no.example", common_name="plain name", file="common")
    other = make_authority(tmp_path, "other")
    make_certificate(tmp_path, other, "planner.example", file="forged")
    viewers = Accounts(certificates=(CertificateCaller(name="viewer.example", scopes=(Scope.READ,)),))
    mutual = tls.model_copy(update={"client_ca_file": authority})

    def access(file: str) -> Access:
        return Access(ca_file=authority, certificate_file=tmp_path / f"{file}.pem", key_file=tmp_path / f"{file}.key")

    with serving(tmp_path, tls=mutual, accounts=viewers) as server:
        address = f"127.0.0.1:{server.port}"
        with Client(address, access("planner.example")) as client:
            job = client.submit(message(small()), "mine")
            assert client.get(job.id).id == job.id
        with Client(address, access("viewer.example")) as client:
            assert client.schema().root == "Instance"
            with pytest.raises(grpc.RpcError) as caught:
                client.submit(message(small()))
            assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
            with pytest.raises(grpc.RpcError) as caught:
                client.get(job.id)
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        with Client(address, access("common")) as client:
            assert [found.id for found in client.list()] == []
        for stranger in (access("forged"), Access(ca_file=authority)):
            with Client(address, stranger, patience_seconds=0) as client, pytest.raises(grpc.RpcError) as caught:
                client.schema()
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@needs_openssl
def test_certificate_and_key_that_do_not_belong_together(tmp_path: Path, tls: Tls) -> None:
    _, other = make_certificate(tmp_path, tmp_path / "ca.pem", "other")
    for wrong in (other, tmp_path / "missing.key"):
        with (
            pytest.raises(ListenError, match=wrong.name if wrong is not other else "MISMATCH"),
            serving(tmp_path, tls=tls.model_copy(update={"key_file": wrong})),
        ):
            pass


FILES = Tls(certificate_file=Path("c"), key_file=Path("k"))
TOKENS = Accounts(token_file=Path("t"))


@pytest.mark.parametrize("listen", ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host.example:1"])
def test_what_is_not_loopback_needs_encryption_and_accounts(listen: str) -> None:
    for refused in (
        Settings(listen=listen),
        Settings(listen=listen, tls=FILES),
        Settings(listen=listen, accounts=TOKENS),
        Settings(listen=listen, accounts=TOKENS, insecure=True),
    ):
        with pytest.raises(ListenError):
            check_listening(refused)
    check_listening(Settings(listen=listen, tls=FILES, accounts=TOKENS))
    check_listening(Settings(listen=listen, insecure=True))


@pytest.mark.parametrize("listen", ["127.0.0.1:1", "localhost:1", "[::1]:1", "127.9.9.9:0"])
def test_loopback_needs_neither(listen: str) -> None:
    check_listening(Settings(listen=listen))
    check_listening(Settings(listen=listen, accounts=TOKENS))


def test_peers_on_this_machine() -> None:
    assert [is_loopback_peer(peer) for peer in ("ipv4:127.0.0.1:9", "ipv6:%5B::1%5D:9", "unix:/x")] == [True] * 3
    assert [is_loopback_peer(peer) for peer in ("ipv4:10.0.0.1:9", "ipv6:%5Bfe80::1%5D:9", "")] == [False] * 3


@pytest.mark.parametrize("address", ["10.0.0.1:50051", "planner.example:443"])
def test_a_client_keeps_its_token_from_plaintext(address: str) -> None:
    with pytest.raises(AccessError, match="encrypted"):
        Client(address, Access(token="ipt_x"))
    assert "ipt_x" not in repr(Access(token="ipt_x"))


def test_no_secret_is_in_the_log(tmp_path: Path) -> None:
    token = token_for(tmp_path, "ann")
    command = [sys.executable, "-c", "from solver.cli import main; main()", "serve", "--listen", "127.0.0.1:0"]
    command += ["--store", str(tmp_path / "jobs.sqlite"), "--token-file", str(tmp_path / "tokens"), "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = [process.stderr.readline()]
    while json.loads(lines[-1])["event"] != "serving":
        lines.append(process.stderr.readline())
    port = json.loads(lines[-1])["port"]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        catalog = services_pb2_grpc.CatalogStub(channel)
        wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
        for headers in (
            bearer(token),
            bearer(wrong),
            (*bearer(token), ("x-request-id", token)),
            (("x-request-id", "mine"),),
        ):
            try:
                catalog.GetSchema(SCHEMA, timeout=10, metadata=headers)
            except grpc.RpcError as error:
                assert token not in str(error.details())
        secret_name = small(name=f"an {token}")
        try:
            request = services_pb2.PlannerValidateRequest(instance=message(secret_name))
            services_pb2_grpc.PlannerStub(channel).Validate(request, timeout=10, metadata=bearer(token))
        except grpc.RpcError:
            pass
    process.terminate()
    lines += process.communicate(timeout=30)[0:2][1].splitlines()
    text = "\n".join(lines)
    assert '"request_id": "mine"' in text
    assert '"owner": "token:ann"' in text
    assert text.count('"event": "call"') == 5
    assert token.split("_")[2] not in text
    assert wrong.split("_")[2] not in text


def test_what_slips_into_a_line_is_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    from server import logs

    formatter = logs._JsonLines()
    record = logs.logging.LogRecord("x", 20, "f", 1, "event", (), None)
    record.facts = {
        "store": "postgresql://user:hunter2@host/db",
        "header": "Bearer hunter2",
        "t": f"ipt_{'a' * 16}_{'b' * 64}",
    }
    line = formatter.format(record)
    assert "hunter2" not in line
    assert "bbb" not in line
    assert json.loads(line)["store"] == "postgresql://***@host/db"
