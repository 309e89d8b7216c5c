"""Scripts that were saved on Windows, and that commands start."""

from __future__ import annotations

import pytest

from tests.pa_deploy.detect.project import caution

SCRIPT = "#!/bin/sh\r\necho done\r\n"


@pytest.mark.parametrize(
    ("line", "path", "attributes"),
    [
        ("./deploy.sh", "deploy.sh", "*.sh text eol=lf"),
        ("bash -e deploy.sh --all", "deploy.sh", "*.sh text eol=lf"),
        ("cd tools && sh ./build.sh", "tools/build.sh", "*.sh text eol=lf"),
        ("/bin/bash tools/build.sh", "tools/build.sh", "*.sh text eol=lf"),
        ("source env.sh && python manage.py migrate", "env.sh", "*.sh text eol=lf"),
        ("X=1 tools/build", "tools/build", "/tools/build text eol=lf"),
        ("./seed.py", "seed.py", "/seed.py text eol=lf"),
    ],
)
@pytest.mark.parametrize("name", ["run", "first_run"])
def test_a_script_that_no_shell_can_read_is_told(
    line: str, path: str, attributes: str, name: str
) -> None:
    found = caution({path: SCRIPT, "manage.py": ""}, **{name: (line,)})

    assert found.endswith(
        f"{path} has Windows line endings (CRLF), so `{line}` will fail. Save it with Linux line "
        f"endings (LF), and add this line to .gitattributes: `{attributes}`."
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("./deploy.sh", "#!/bin/sh\necho 'a\r'\n"),
        ("python deploy.sh", SCRIPT),
        ("bash -c 'echo deploy.sh'", SCRIPT),
        ("cat deploy.sh", SCRIPT),
        ("./deploy.sh", ""),
    ],
)
def test_others_are_not(line: str, text: str) -> None:
    assert caution({"deploy.sh": text}, run=(line,)) == ""
