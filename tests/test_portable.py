"""What Windows and macOS run can be collected there: nothing that they lack is imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.pa_deploy.test_other_systems import LACKING, ONLY_POSIX
from tests.places import ROOT
from tests.portable import FILES, NOT_PORTABLE, is_portable

OF_THE_EMULATOR = ("cheroot", "django", "pyuwsgi", "rest_framework", "trustme", "yaml")
COLLECT = """
import json, sys
import asyncio, logging, subprocess, tempfile
import pytest, requests
modules, lacking = json.loads(sys.argv[1])
for name in modules:
    sys.modules[name] = None
for name, attributes in lacking.items():
    for attribute in attributes:
        delattr(__import__(name), attribute)
sys.exit(pytest.main(["-m", "portable", "--collect-only", "-qq", "tests"]))
"""


def test_portable_tests_are_collected_without_what_only_posix_has() -> None:
    given = json.dumps([(*ONLY_POSIX, *OF_THE_EMULATOR), LACKING])
    command = [sys.executable, "-c", COLLECT, given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-2000:]
    counts = map(int, re.findall(r"^tests/\S+: (\d+)$", done.stdout, re.MULTILINE))
    assert sum(counts) > 2000


@pytest.mark.parametrize("path", [*FILES, *NOT_PORTABLE])
def test_each_file_that_is_listed_is_there(path: str) -> None:
    file = ROOT / "tests" / "pa_deploy" / path

    assert file.is_file()
    assert is_portable(file) == (path in FILES)
