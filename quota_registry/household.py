"""The processes that ``make serve`` keeps: none outlives it, and none is left when one dies."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from quota_registry.embedded.complaints import Complaint, DiskFull, is_full_disk
from quota_registry.embedded.folders import HOUSE, Folders

GRACE: Final = 10
PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None, use_errno=True)


class Household:
    """A few children, each the head of a process group of its own."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._members: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, module: str, *words: str) -> None:
        """Start a Python module as a child that the operating system ends with its parent."""
        with (self.log / f"{name}.log").open("wb") as log:
            self._members[name] = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=HOUSE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )

    def watch(self) -> None:
        """
        Wait until a child ends, which none of them should.

        :raises Complaint: when one has.
        """
        while True:
            self.refuse_the_dead()
            time.sleep(0.5)

    def refuse_the_dead(self) -> None:
        """
        :raises Complaint: if a child has ended.
        """
        for name, member in self._members.items():
            if member.poll() is not None:
                log = self.log / f"{name}.log"
                raise Complaint(
                    f"进程 {name} 已退出（{member.returncode}），全部停止，详见 {log} · {name} has "
                    f"ended ({member.returncode}), so everything is stopped; {log} says why."
                )

    def stop(self) -> None:
        """Ask every child to finish, then end what is left of its group."""
        for member in self._members.values():
            with contextlib.suppress(ProcessLookupError):
                member.terminate()
        end = time.monotonic() + GRACE
        for member in self._members.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                member.wait(max(0.1, end - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(member.pid, signal.SIGKILL)
            member.wait()
        self._members.clear()


def run_to_end(words: list[str], folders: Folders) -> None:
    """
    Run one command that has to succeed.

    :raises Complaint: if it does not; a full disk is named, anything else is in the log.
    """
    done = subprocess.run(
        words,
        cwd=HOUSE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_die_with(os.getpid()),
    )
    name = " ".join(words[1:3])
    log = folders.log / "serve.log"
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
        file.write(f"── {name} ──\n{done.stdout}")
    if done.returncode:
        if is_full_disk(done.returncode, done.stdout):
            raise DiskFull(folders.var)
        raise Complaint(f"命令 {name} 失败，详见 {log} · {name} has failed; {log} says why.")


def _die_with(parent: int) -> Callable[[], None]:
    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return arrange
