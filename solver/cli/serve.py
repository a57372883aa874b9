"""`inferplan serve`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.config import load_settings, settings_schema
from server.security.listening import ListenError
from server.security.tokens import TokenFileError
from server.serving import serve
from server.store import StoreError
from server.tracing import TracingError
from solver.cli.exits import Exit
from solver.cli.reading import complain
from solver.instance.diagnostics import InstanceError


def run_serve(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Serve until told to stop. `flags` by key of the settings; None: not given."""
    try:
        settings = load_settings(config, os.environ, flags)
    except InstanceError as error:
        complain(config or Path("settings"), error)
        return int(Exit.BAD_INPUT)
    try:
        serve(settings)
    except (ListenError, StoreError, TokenFileError, TracingError) as error:
        print(f"error: {error}", file=sys.stderr)
        return int(Exit.BAD_INPUT)
    return int(Exit.PLAN)


def print_schema() -> int:
    """The JSON Schema of a configuration file, on stdout."""
    print(json.dumps(settings_schema(), indent=2))
    return int(Exit.PLAN)
