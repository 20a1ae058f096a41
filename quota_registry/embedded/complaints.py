"""What can go wrong with a machine, each as one sentence in two languages."""

import errno
import signal
from pathlib import Path
from typing import Final

DISK_FULL_ERRORS: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
DISK_FULL_WORDS: Final = ("No space left on device", "File too large", "Disk quota exceeded")


class Complaint(Exception):
    """Something about this machine that its user has to put right."""


class DiskFull(Complaint):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"磁盘空间不足，无法写入 {folder} · the disk is full, or files may not grow further: "
            f"nothing more can be written to {folder}."
        )


class OutOfReach(Complaint):
    def __init__(self, folder: Path, user: str) -> None:
        super().__init__(
            f"用户 {user} 无法进入 {folder}，请用 QUOTA_VAR 指定其他目录 · the user {user} cannot "
            f"reach {folder}; name another folder with QUOTA_VAR."
        )


class NotWritable(Complaint):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"无法写入 {folder}，请用 QUOTA_VAR 指定其他目录 · cannot write to {folder} "
            f"({reason}); name another folder with QUOTA_VAR."
        )


class NotStarted(Complaint):
    def __init__(self, server: str, log: Path) -> None:
        super().__init__(f"{server} 未能启动，详见 {log} · {server} did not start; {log} says why.")


def of_error(error: OSError, folder: Path) -> Complaint:
    """Tell a full disk from a folder that may not be written."""
    if error.errno in DISK_FULL_ERRORS:
        return DiskFull(folder)
    return NotWritable(folder, error.strerror or str(error))


def is_full_disk(returncode: int, output: str) -> bool:
    """Say whether a program ended for want of room, by its signal or by its words."""
    return returncode == -signal.SIGXFSZ or any(words in output for words in DISK_FULL_WORDS)
