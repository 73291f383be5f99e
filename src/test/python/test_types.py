"""The type hints hold, by mypy's strictest rules."""

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.classic
def test_the_package_is_typed(tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "-p", "normact"]
    result = subprocess.run(
        mypy, cwd=ROOT / "src" / "main" / "python", capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout
