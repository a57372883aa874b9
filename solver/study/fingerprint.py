"""What a stored answer depends on beside its input: the solver's version and the reference figures it ships with."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def fingerprint() -> str:
    """Changes with the versions of solver and price list, and with any reference figure."""
    found = hashlib.sha256()
    for package in ("inferplan", "genai-prices", "highspy"):
        try:
            found.update(f"{package} {version(package)}\n".encode())
        except PackageNotFoundError:
            found.update(f"{package} none\n".encode())
    house = Path(__file__).parent.parent
    for room in ("catalog", "performance"):
        for path in sorted((house / room / "data").glob("*.csv")):
            found.update(path.read_bytes())
    return found.hexdigest()
