"""Which processes live in a folder: a server's own is where it and all its children stand."""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

STEP = 0.05


def living_in(folder: Path) -> set[int]:
    """
    Find the processes whose working folder this is.

    A pid file may be years old and its number somebody else's by now; where a process stands
    cannot lie. A process that has ended and only waits to be collected stands nowhere.
    """
    found = set()
    place = str(folder)
    for entry in _numbered("/proc"):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{entry}/cwd") == place:
                found.add(entry)
    return found


def stop(folder: Path, chief: int | None, polite: signal.Signals, *, patience: float) -> None:
    """
    End every process that lives in the folder: the chief politely, whatever is left by force.

    :param chief: the process that ends the others; unknown or dead, all are asked.
    """
    living = living_in(folder)
    _send(polite, {chief} & living if chief in living else living)
    if not wait_until_empty(folder, patience):
        _send(signal.SIGKILL, living_in(folder))
        wait_until_empty(folder, 5)


def wait_until_empty(folder: Path, patience: float) -> bool:
    """Say whether all processes left the folder within so many seconds."""
    end = time.monotonic() + patience
    while living_in(folder):
        if time.monotonic() > end:
            return False
        time.sleep(STEP)
    return True


def _send(number: signal.Signals, to: Iterable[int | None]) -> None:
    for process in to:
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)


def _numbered(folder: str) -> list[int]:
    return [int(name) for name in os.listdir(folder) if name.isdigit()]
