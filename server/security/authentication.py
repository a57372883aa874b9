"""Who makes a call: from its token, else from its client certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc

from server.security.caller import ANYONE, Caller
from server.security.listening import is_loopback_peer
from server.security.tokens import TokenFileError, Tokens, read_tokens
from server.security.watched import Watched
from server.settings import Settings

_SCHEME = "bearer "
_NAMES = ("x509_subject_alternative_name", "x509_common_name")


class UnknownCallerError(Exception):
    """The call does not say who makes it, or not in a way that holds. The message is for the caller."""


class Authentication:
    """How a server tells callers apart."""

    def __init__(self, settings: Settings) -> None:
        """Raises TokenFileError."""
        self._needed = settings.tells_callers_apart
        self._encrypted = settings.tls is not None
        self._certificates = settings.tls is not None and settings.tls.client_ca_file is not None
        self._by_name = {each.name: frozenset(each.scopes) for each in settings.accounts.certificates}
        self._ordinary = frozenset(settings.accounts.certificate_scopes)
        path = settings.accounts.token_file
        self._tokens: Watched[Tokens] | None = None
        if path is not None:
            self._tokens = Watched((path,), lambda: read_tokens(path), TokenFileError)

    def caller(self, context: grpc.ServicerContext) -> Caller:
        """Who makes the call. Raises UnknownCallerError."""
        if not self._needed:
            return ANYONE
        given = _authorization(context.invocation_metadata())
        if given is not None and self._tokens is not None:
            return self._token_holder(self._tokens.content(), given, context.peer())
        if self._certificates:
            return self._certificate_holder(context)
        raise UnknownCallerError("a token is needed: metadata `authorization: Bearer TOKEN`")

    def _token_holder(self, tokens: Tokens, given: str, peer: str) -> Caller:
        if not self._encrypted and not is_loopback_peer(peer):
            raise UnknownCallerError(
                "tokens are taken over an encrypted connection only; this one has been seen: replace it"
            )
        token = given[len(_SCHEME) :].strip() if given[: len(_SCHEME)].lower() == _SCHEME else ""
        caller = tokens.caller(token)
        if caller is None:
            raise UnknownCallerError("the token is not known here, or its time is over")
        return caller

    def _certificate_holder(self, context: grpc.ServicerContext) -> Caller:
        told: Mapping[str, Iterable[bytes]] = context.auth_context()  # type: ignore[assignment] # the stubs say bytes
        for key in _NAMES:
            for name in told.get(key, ()):
                text = name.decode("utf-8", "replace")
                return Caller(f"certificate:{text}", self._by_name.get(text, self._ordinary))
        raise UnknownCallerError("the client certificate has neither an alternative nor a common name")


def _authorization(metadata: Iterable[tuple[str, str | bytes]]) -> str | None:
    """The one header; several are as good as a wrong one."""
    found = [value for key, value in metadata if key == "authorization"]
    if not found:
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], str) else ""
