"""Certificates for tests, by the machine's openssl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def openssl_missing() -> bool:
    """Whether none can be made here."""
    return shutil.which("openssl") is None


def make_authority(folder: Path, name: str) -> Path:
    """Certificate of an authority; its key lies beside it."""
    _openssl(folder, name, f"/CN={name}", [])
    return folder / f"{name}.pem"


def make_certificate(
    folder: Path, authority: Path, name: str, *, common_name: str = "", file: str = ""
) -> tuple[Path, Path]:
    """Certificate and key for a name (and this machine), vouched for by an authority."""
    file = file or name
    extension = f"subjectAltName=DNS:{name},IP:127.0.0.1" if not common_name else "basicConstraints=CA:FALSE"
    given = ["-CA", str(authority), "-CAkey", str(authority.with_suffix(".key")), "-addext", extension]
    _openssl(folder, file, f"/CN={common_name or name}", given)
    return folder / f"{file}.pem", folder / f"{file}.key"


def _openssl(folder: Path, file: str, subject: str, more: list[str]) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += [
        "-days",
        "2",
        "-subj",
        subject,
        "-keyout",
        str(folder / f"{file}.key"),
        "-out",
        str(folder / f"{file}.pem"),
    ]
    subprocess.run([*command, *more], check=True, capture_output=True)
