"""
A process of its own that does a dated job, and is killed without warning at one of its steps.

    python -m tests.integration.killed JOB DAY MODULE NAME TIMES

It kills itself as the machine would (signal 9) in place of the TIMES-th call of NAME in MODULE.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from importlib import import_module
from typing import Any


def kill_at(module: Any, name: str, times: int) -> None:
    """Replace a function by one that is never reached for the *times*-th time."""
    real, calls = getattr(module, name), [0]

    def deadly(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(module, name, deadly)


def main(job: str, day: str, module: str, name: str, times: str) -> None:
    """Do the job of that day until the step at which the process dies."""
    import django

    django.setup()
    from allocation.services import dispatch_rounds, holds

    kill_at(import_module(module), name, int(times))
    jobs = {"holds": holds.watch_over, "dispatch": dispatch_rounds.run_due}
    jobs[job](on=date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
