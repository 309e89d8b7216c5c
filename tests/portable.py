"""The tests that Windows and macOS run too: `pytest -m portable`.

They need no emulator, which is for Linux, nor anything else that only POSIX has. With that option
no other test file is imported, because it may not be importable there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WHOLE_FOLDERS = ("detect", "inputs", "settings/config")
"""Of `tests/pa_deploy`. Those of their files that are `NOT_PORTABLE` stay out."""
NOT_PORTABLE = (
    *("settings/config/test_git_folders.py", "settings/config/test_links.py"),
    *("settings/config/test_workspace.py",),
)
FILES = (
    *("bundle/test_other_systems.py", "ci/test_ci.py", "ci/test_hiding.py"),
    *("dependencies/formats/test_lock_files.py", "dependencies/formats/test_other_formats.py"),
    *("dependencies/test_from_windows.py", "dependencies/test_install_lines.py"),
    "dependencies/test_other_systems.py",
    *("deploy/test_forewarned.py", "deploy/test_journal.py", "deploy/test_preparing.py"),
    *("loader/test_visits.py", "plan/test_digest.py", "plan/test_exact_examples.py"),
    *(
        "plan/test_exactly.py",
        "plan/test_pacing.py",
        "plan/test_plan.py",
        "plan/test_properties.py",
    ),
    *("plan/test_rivals.py", "plan/test_whole_properties.py", "release/test_attempt.py"),
    *("release/test_checked.py", "release/test_differs.py", "release/test_exposed.py"),
    *("release/test_hints.py", "release/test_installation.py", "release/test_mapped.py"),
    *("release/test_output.py", "release/test_protocol.py", "release/test_refusal.py"),
    *("release/test_written.py", "report/test_report.py", "report/test_report_run.py"),
    *("report/test_status.py", "settings/test_homes.py", "settings/test_lists.py"),
    *("settings/test_reading.py", "settings/test_release.py", "settings/test_secrets.py"),
    *("settings/test_settings.py", "settings/test_sources.py", "settings/test_token_file.py"),
    *("settings/test_unmistakable.py", "settings/test_watching.py", "test_hosts.py"),
    *("test_loader_files.py", "test_other_systems.py", "test_urls.py"),
    *("verify/test_error_log.py", "verify/test_pages.py", "verify/test_static_files.py"),
    *("verify/test_visit.py", "verify/test_wait.py"),
)

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has nothing like it")
"""For single tests of these files."""


def has_portable(folder: Path) -> bool:
    """Whether some of the tests in a folder run on each system."""
    own = HERE / "pa_deploy"
    places = (own / place for place in (*FILES, *(f"{each}/." for each in WHOLE_FOLDERS)))
    return any(folder in place.parents or folder == place for place in places)


def is_portable(file: Path) -> bool:
    """Whether the tests of a file run on each system."""
    if not file.is_relative_to(HERE / "pa_deploy"):
        return False
    path = file.relative_to(HERE / "pa_deploy").as_posix()
    if path in NOT_PORTABLE:
        return False
    return path in FILES or path.rpartition("/")[0] in WHOLE_FOLDERS
