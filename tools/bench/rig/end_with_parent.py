"""What is to be done when this process ends, however it ends: nothing that it has started may outlive it."""

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

_WAIT = 'read -r word && exit; "$@"'
"""A line read is the dismissal; the end of the pipe without one is the end of the process that holds the other end."""


class EndWithParent:
    """A command that another process runs once this one has ended without dismissing it, by kill -9 too.

    The other process waits at a pipe whose only writer is this process; the kernel closes it, whatever happens.
    """

    def __init__(self, command: Sequence[str], *, run_as: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Leave it.

        Args:
            command: a program and its arguments. On Windows nothing is left.
            run_as: whom to run it as: `user`, `group` and `extra_groups` of `subprocess.Popen`.
        """
        self._process: subprocess.Popen[bytes] | None = None
        if os.name != "nt":
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WAIT, "sh", *command],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                **run_as,
            )

    def dismiss(self) -> None:
        """Take it back; doing so again does nothing."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.communicate(b"dismissed\n")
            self._process = None


def end_with_this(pid: int) -> EndWithParent:
    """Leave it that a process is killed; dismiss it once that process has ended, before its number is another's."""
    return EndWithParent(["kill", "-9", str(pid)])
