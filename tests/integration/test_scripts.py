"""The scripts' own tests, run by the Node that builds them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]


def test_amounts_and_sheets_are_read_exactly_in_the_browser() -> None:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        pytest.skip("NO NODE HERE: THE SCRIPTS' OWN TESTS ARE SKIPPED")
    run = subprocess.run(
        [node, "--test", "frontend/tests/"], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
