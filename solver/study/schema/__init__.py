"""Schema of study files, one block of the file a module."""

from .study import Study

__all__ = ["Study"]
