"""Bearer tokens: shown once when they are made, kept as salted hashes, checked in constant time.

A token is `ipt_IDENTIFIER_SECRET`; the secret has 256 random bits, so one round of SHA-256 over salt and secret keeps it (a slow
hash is for what people choose). The file has one JSON object a line, a token each. Taking a line out ends its token.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.security.caller import Caller
from server.settings import Scope

_FORM = re.compile(r"ipt_([0-9a-f]{16})_([0-9a-f]{64})\Z")
LARGEST_FILE_BYTES = 16 << 20


class TokenFileError(Exception):
    """The file of tokens cannot be used."""


class StoredToken(BaseModel):
    """One line of the file: all about a token but its secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")
    scopes: tuple[Scope, ...] = Field(min_length=1)
    salt: str = Field(pattern=r"^[0-9a-f]{32}$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    created: datetime
    expires: datetime | None = None

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and now >= self.expires


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a file."""

    by_id: dict[str, StoredToken]

    def caller(self, token: str) -> Caller | None:
        """Whose token this is; None for one that is not known, not right or over. Takes the same time whichever it is."""
        form = _FORM.match(token)
        identifier, secret = form.groups() if form else ("", "")
        stored = self.by_id.get(identifier, _NO_TOKEN)
        right = hmac.compare_digest(_hashed(stored.salt, secret), stored.sha256)
        if not right or stored is _NO_TOKEN or stored.expired(datetime.now(UTC)):
            return None
        return Caller(f"token:{stored.name}", frozenset(stored.scopes))


def read_tokens(path: Path) -> Tokens:
    """Tokens of a file. Raises TokenFileError for one that is missing, open to changes by others, or not right in a line."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise TokenFileError(
            f"{path}: cannot be read ({error.strerror}); make it with `inferplan token create`"
        ) from error
    if mode & 0o022:
        raise TokenFileError(f"{path}: others may write it; take that right from them: chmod go-w")
    if len(text) > LARGEST_FILE_BYTES:
        raise TokenFileError(f"{path}: larger than {LARGEST_FILE_BYTES >> 20} MiB")
    found: dict[str, StoredToken] = {}
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        if line.strip():
            token = _read(path, number, line)
            if token.id in found:
                raise TokenFileError(f"{path}: line {number}: the identifier stands there twice")
            found[token.id] = token
    return Tokens(found)


def create_token(path: Path, name: str, scopes: Iterable[Scope], expires: datetime | None) -> str:
    """A new token, whose hash is in the file when this returns. Several may have one name: that is how one is replaced.

    Raises TokenFileError; ValueError for a name or scopes that cannot be.
    """
    identifier, secret, salt = secrets.token_hex(8), secrets.token_hex(32), secrets.token_hex(16)
    stored = StoredToken(
        id=identifier,
        name=name,
        scopes=tuple(dict.fromkeys(scopes)),
        salt=salt,
        sha256=_hashed(salt, secret),
        created=datetime.now(UTC).replace(microsecond=0),
        expires=expires,
    )
    line = stored.model_dump_json(exclude_none=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise TokenFileError(f"{path}: cannot be written ({error.strerror})") from error
    return f"ipt_{identifier}_{secret}"


def revoke_tokens(path: Path, which: str) -> int:
    """Take the token of an identifier, or all of a name, out of the file; how many there were. Raises TokenFileError."""
    kept, gone = [], 0
    for token in read_tokens(path).by_id.values():
        if which in (token.id, token.name):
            gone += 1
        else:
            kept.append(token.model_dump_json(exclude_none=True) + "\n")
    if gone:
        beside = path.with_name(path.name + ".new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_TRUNC | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.writelines(kept)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except OSError as error:
            raise TokenFileError(f"{path}: cannot be written ({error.strerror})") from error
    return gone


def _read(path: Path, number: int, line: str) -> StoredToken:
    """Errors name the keys, never the values: a wrong line may hold a secret."""
    try:
        return StoredToken.model_validate_json(line)
    except ValidationError as error:
        keys = sorted({".".join(map(str, item["loc"])) or "the line" for item in error.errors(include_input=False)})
        raise TokenFileError(
            f"{path}: line {number}: not as `inferplan token create` writes it: {', '.join(keys)}"
        ) from None


def _hashed(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


_NO_TOKEN = StoredToken(
    id="0" * 16,
    name="none",
    scopes=(Scope.READ,),
    salt="0" * 32,
    sha256="0" * 64,
    created=datetime(2000, 1, 1, tzinfo=UTC),
)
