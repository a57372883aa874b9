"""For every test: commands that run as processes of their own start from bytecode, which halves the time that they take."""

from __future__ import annotations

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
