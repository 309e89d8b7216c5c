"""Requirements files: what is read in them, what is refused, and what is never shown."""

from __future__ import annotations

import codecs
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.dependencies import entries, explain, grammar
from pa_deploy.dependencies.model import Requirements
from pa_deploy.dependencies.read import read_requirements
from pa_deploy.errors import InputError
from pa_deploy.urls import host_of, without_credentials
from tests.pa_deploy.dependencies import wheels
from tests.soak import first_of, in_soak

DIGEST = "0" * 64
ANCHORED = (entries.NAMED, entries.SPECIFIED, entries.CONDA_STYLE, entries.PATH_LIKE, entries.VCS)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def write(folder: Path, text: str | bytes, name: str = "requirements.txt") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def read(workspace: Path, text: str | bytes, **environ: str) -> Requirements:
    return read_file(write(workspace, text), workspace, environ)


def read_file(
    file: Path, workspace: Path, environ: Mapping[str, str], *secrets: str
) -> Requirements:
    return read_requirements(file, workspace, environ, python_version="3.13", secrets=secrets)


def lines(found: Requirements) -> list[str]:
    return [entry.line() for entry in found.entries]


def refusal(workspace: Path, text: str | bytes, /, *secrets: str, **env: str) -> str:
    with pytest.raises(InputError) as refused:
        read_file(write(workspace, text), workspace, env, *secrets)
    return str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        r".\wheels\tool-1.0-py3-none-any.whl",
        r"wheels\tool-1.0-py3-none-any.whl",
        r".\wheels/tool-1.0-py3-none-any.whl",
    ],
)
def test_a_path_may_have_backslashes(workspace: Path, written: str) -> None:
    """A file that was written on Windows means the same on a CI's Linux."""
    wheel = wheels.make(workspace / "wheels", "tool", "1.0", {})

    assert lines(read(workspace, written)) == [f"tool @ {wheel.as_uri()}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Django", "django"),
        ("Django>=4,<5", "django<5,>=4"),
        ("django (>=4)", "django>=4"),
        ("zope.interface[Test_Me]==1.0", "zope-interface[test-me]==1.0"),
        ("a==1.0 # why", "a==1.0"),
        ("a==1.0; python_version<'3.10'", 'a==1.0 ; python_version < "3.10"'),
        ("a==1.0 \\\n  ; sys_platform == 'linux'", 'a==1.0 ; sys_platform == "linux"'),
        (f"a==1.0 --hash=sha256:{DIGEST}", f"a==1.0 --hash=sha256:{DIGEST}"),
        (f"a==1.0 \\\r\n    --hash sha256:{DIGEST}", f"a==1.0 --hash=sha256:{DIGEST}"),
        (f"a==1.0\t--hash=SHA256:{DIGEST}", f"a==1.0 --hash=sha256:{DIGEST}"),
        ("a==${PYPI_VERSION}", "a==1.2"),
        ("a @ https://h/a-1.0-py3-none-any.whl", "a @ https://h/a-1.0-py3-none-any.whl"),
        ("https://h/a-1.0-py3-none-any.whl", "a @ https://h/a-1.0-py3-none-any.whl"),
        (
            "a@https://h/a-1.0%2Bcpu-py3-none-any.whl?s=$x#egg=a&sha256=" + DIGEST,
            f"a @ https://h/a-1.0%2Bcpu-py3-none-any.whl?s=%24x#sha256={DIGEST}",
        ),
    ],
)
def test_a_line_is_handed_on_in_one_form(workspace: Path, text: str, line: str) -> None:
    assert lines(read(workspace, text, PYPI_VERSION="1.2")) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "./wheels/a-1.0-py3-none-any.whl",
        "wheels/a-1.0-py3-none-any.whl",
        "a @ ./wheels/a-1.0-py3-none-any.whl",
        "a @ file:wheels/a-1.0-py3-none-any.whl",
        "file://{workspace}/wheels/a-1.0-py3-none-any.whl",
    ],
)
def test_a_wheel_of_the_workspace_is_handed_on(workspace: Path, line: str) -> None:
    wheel = wheels.make(workspace / "wheels", "a", "1.0", {})

    found = read(workspace, line.replace("{workspace}", str(workspace)))

    assert lines(found) == [f"a @ {wheel.as_uri()}"]


TEXT = "django==4.2  # é\nflask==3.0\n"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        ("# coding: latin-1\n" + TEXT).encode("latin-1"),
        ("#\n# -*- coding: cp1252 -*-\n" + TEXT).encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\x0c").encode(),
        TEXT.replace("\n", "\u2028").encode(),
        TEXT.rstrip().encode(),
    ],
)
def test_every_encoding_and_line_end_reads_the_same(workspace: Path, raw: bytes) -> None:
    assert lines(read(workspace, raw)) == ["django==4.2", "flask==3.0"]


@pytest.mark.parametrize(
    "raw",
    [b"a\n\xe9\n", codecs.BOM_UTF16_LE + b"a", b"# coding: rot13\na", b"# coding: nosuch\na"],
)
def test_what_is_no_text_is_refused_with_what_to_do(workspace: Path, raw: bytes) -> None:
    assert re.search(r"requirements\.txt: .* as UTF-8", refusal(workspace, raw))


@pytest.mark.parametrize(
    "line",
    [
        "-r more.txt",
        "-rmore.txt",
        "-r=more.txt",
        "--requirement more.txt",
        "--requirement=more.txt",
        "-r 'more.txt'",
        '-r "more.txt"',
        "-r ./more.txt",
        "-r sub/../more.txt",
        "-r ${INDEX_NAME}.txt",
        "-r file://{workspace}/more.txt",
        "-r sub/again.txt",
        "-r 'with blank.txt'",
    ],
)
def test_included_files_are_read(workspace: Path, line: str) -> None:
    write(workspace, "flask==3.0\n-r requirements.txt\n", "more.txt")
    write(workspace, "-r ../more.txt\n", "sub/again.txt")
    write(workspace, "flask==3.0\n", "with blank.txt")

    found = read(workspace, line.replace("{workspace}", str(workspace)), INDEX_NAME="more")

    assert lines(found) == ["flask==3.0"]


def test_constraints_are_kept_apart(workspace: Path) -> None:
    write(workspace, "flask<3\n", "limits.txt")

    found = read(workspace, "flask\n-c limits.txt\n")

    assert lines(found) == ["flask"]
    assert [entry.line() for entry in found.constraints] == ["flask<3"]


def test_index_options_are_understood_in_all_spellings(workspace: Path) -> None:
    (workspace / "wheels").mkdir()
    text = (
        "-ihttps://one/simple\n--extra-index-url=https://${PIP_USER}:${INDEX_WORD}@two/simple\n"
        "--extra-index-url https://three/\n-f wheels\n--pre --prefer-binary\n--no-index\n"
        "--trusted-host two:8080\n--only-binary :all:\n--only-binary=numpy\n--require-hashes\n"
    )

    found = read(workspace, text, PIP_USER="me", INDEX_WORD="a$b;c").index

    assert found.lines() == (
        "--no-index",
        "--index-url https://one/simple",
        "--extra-index-url https://me:a%24b%3Bc@two/simple",
        "--extra-index-url https://three/",
        f"--find-links {(workspace / 'wheels').as_uri()}",
    )
    assert found.require_hashes
    assert (*found.prerelease(), *found.trusted()) == (
        "--prerelease=allow",
        "--allow-insecure-host=two:8080",
    )


@pytest.mark.parametrize(
    "line",
    [
        ".",
        "-e .",
        "-e ./",
        "-e .[dev]",
        ".[dev]",
        "-e file://{workspace}",
        "file:.",
        "mysite @ file://{workspace}",
        "{workspace}",
        "-f /usr/share/pip-wheels",
        "--find-links=/usr/share/pip-wheels/",
        "pkg-resources==0.0.0",
        "pkg_resources==0.0.0",
        "distro-info===0.23ubuntu1",
        "python-apt==2.0.0+ubuntu0.20.4.1",
    ],
)
def test_what_is_not_needed_is_left_out_with_a_warning(workspace: Path, line: str) -> None:
    found = read(workspace, f"\n{line.replace('{workspace}', str(workspace))}\nflask\n")

    assert lines(found) == ["flask"]
    assert len(found.warnings) == 1
    assert "requirements.txt, line 2: " in found.warnings[0]
    assert "left out" in found.warnings[0]


def test_what_is_left_out_takes_no_other_option_along(workspace: Path) -> None:
    assert read(workspace, "-f /usr/share/pip-wheels --no-index").index.no_index


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("numpy @ file:///croot/numpy_1672336185480/work", "numpy==VERSION"),
        ("certifi @ file:///croot/certifi-2022.12.7-py3-none-any.whl", "certifi==2022.12.7"),
        ("a @ file:///x/a-1.0.tar.gz", "a==1.0"),
        ("./a-1.0.zip", "a==1.0"),
        ("a @ git+https://github.com/x/a@v1.2.3", "a==1.2.3"),
        ("git+https://github.com/x/a#egg=A_b", "a-b==VERSION"),
        ("a @ https://h/a-1.0.tar.gz", "a==1.0"),
        ("django=4.2", "django==4.2"),
        ("odd===1.0-odd-x", "odd==VERSION"),
        ("django=4.2=py39_0", "django==4.2"),
        ("-e ./libs/a", "python-path: libs/a"),
    ],
)
def test_a_refusal_names_the_line_to_write_instead(
    workspace: Path, line: str, instead: str
) -> None:
    (workspace / "libs" / "a").mkdir(parents=True)

    assert f"`{instead}`" in refusal(workspace, line)


@pytest.mark.parametrize(
    ("file", "source", "is_left_out"),
    [
        ("requirements.txt", ".", True),
        ("requirements.txt", "src", True),
        ("site/requirements.txt", "site", True),
        ("lib/requirements.txt", ".", True),
        ("lib/requirements.txt", "site", False),
        ("requirements.txt", "site", False),
    ],
)
def test_the_project_is_left_out_only_if_it_is_shipped(
    workspace: Path, file: str, source: str, *, is_left_out: bool
) -> None:
    named = write(workspace, "-e .\nflask\n", file)
    (workspace / source).mkdir(exist_ok=True)

    def found() -> Requirements:
        return read_requirements(
            named, workspace, {}, python_version="3.13", source=workspace / source
        )

    if is_left_out:
        assert "its folder is shipped" in "".join(found().warnings)
    else:
        with pytest.raises(InputError, match=r"line 1: an editable .*`source` does not have that"):
            found()


def test_a_path_that_is_not_there_is_no_folder_of_the_release(workspace: Path) -> None:
    said = refusal(workspace, "-e c:\\users\\me\\shop\n")

    assert "Correct the path." in said
    assert "python-path" not in said


@pytest.mark.parametrize("line", ["shop==1.0+ubuntu22.4", "shop===1.0+ubuntu22.4"])
def test_anybody_may_name_a_version_after_ubuntu(workspace: Path, line: str) -> None:
    assert lines(read(workspace, line)) == [line]


def test_all_problems_of_all_files_are_told_in_order(workspace: Path) -> None:
    write(workspace, "-e ./x\n\n./y\n", "sub/more.txt")

    said = refusal(workspace, "--no-binary :all:\nflask\n-r sub/more.txt\ngit+https://h/x\n")

    places = ["requirements.txt, line 1", "sub/more.txt, line 1", "sub/more.txt, line 3"]
    assert re.findall(r"requirements: (\S+, line \d+)", said) == [
        *places,
        "requirements.txt, line 4",
    ]


OUTSIDE = "password = hunter2\nhunter2\nhunter2==1.0\n"


@pytest.mark.parametrize(
    "line",
    [
        "-r ../creds.ini",
        "-c ../creds.ini",
        "-r {outside}",
        "-r file://{outside}",
        "-r file://localhost{outside}",
        "-r link.txt",
        "-r folder/creds.ini",
        "-r ${UV_PLACE}",
        "-r sub/../../creds.ini",
        "-r /proc/self/environ",
        "-r /dev/stdin",
    ],
)
def test_no_file_outside_the_workspace_is_read(workspace: Path, line: str) -> None:
    outside = write(workspace.parent, OUTSIDE, "creds.ini")
    (workspace / "link.txt").symlink_to(outside)
    (workspace / "folder").symlink_to(workspace.parent)

    said = refusal(workspace, line.replace("{outside}", str(outside)), UV_PLACE=str(outside))

    assert "requirements.txt, line 1" in said
    assert "outside the workspace" in said
    assert "hunter2" not in said


def test_a_link_in_the_workspace_does_not_lead_out_of_it(workspace: Path) -> None:
    outside = write(workspace.parent, OUTSIDE, "creds.ini")
    (workspace / "requirements.txt").symlink_to(outside)

    with pytest.raises(InputError, match="outside the workspace") as refused:
        read_file(workspace / "requirements.txt", workspace, {})

    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_named_elsewhere_includes_its_neighbours_alone(workspace: Path) -> None:
    elsewhere = workspace.parent / "elsewhere"
    write(elsewhere, "flask\n", "near.txt")
    write(workspace, "django\n", "far.txt")
    near = write(elsewhere, "-r near.txt\n")
    assert lines(read_file(near, workspace, {})) == ["flask"]

    far = write(elsewhere, f"-r {workspace}/far.txt\n", "far-away.txt")
    with pytest.raises(InputError, match="outside the folder"):
        read_file(far, workspace, {})


@pytest.mark.parametrize(
    "content",
    [
        "[default]\npassword = hunter2\n",
        "aws_secret_access_key=hunter2/hunter2+hunter2==\n",
        "hunter2 hunter2\n",
        "hunter2/hunter2==\n",
        "hunter2==\n",
        "hunter2: hunter2\n",
        '{"key": "hunter2"}\n',
        "-----BEGIN hunter2-----\nhunter2/\n",
        "--hunter2 hunter2\n",
        "SECRET_KEY='hunter2'\n",
        "https://me:hunter2@h/x.tar.gz\n",
        "x @ https://h/x.tar.gz?key=hunter2\n",
        "--index-url ftp://me:hunter2@h/\n",
        "x @ git+https://me:hunter2@h/x\n",
        "-e git+https://hunter2@h/x#egg=x\n",
    ],
)
def test_no_refusal_shows_what_may_be_a_secret(workspace: Path, content: str) -> None:
    said = refusal(workspace, content)

    assert "requirements.txt, line " in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "line",
    [
        "${INDEX_VALUE}",
        "${INDEX_VALUE} x",
        "x @ ${INDEX_VALUE}",
        "-r ${INDEX_VALUE}",
        "-r ../${INDEX_VALUE}",
        "-f ${INDEX_VALUE}",
        "-e ${INDEX_VALUE}",
        "--index-url ${INDEX_VALUE}",
        "./${INDEX_VALUE}",
        "x==${INDEX_VALUE}-",
        "--${INDEX_VALUE}",
        "${INDEX_VALUE} @ ./x",
    ],
)
def test_no_refusal_shows_the_value_of_a_variable(workspace: Path, line: str) -> None:
    said = refusal(workspace, f"{line}\n--refused\n", INDEX_VALUE="Hunter_2")

    assert "hunter" not in said.lower()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INDEX_WORD", "a-t0ken-of-the-run"),
        ("UV_WORD", "a-t0ken-of-the-run"),
        ("PIP_WORD", "t0ken%2Dof-the-run"),
    ],
)
def test_no_variable_carries_a_secret_of_the_run_to_an_index(
    workspace: Path, name: str, value: str
) -> None:
    line = f"--index-url https://h/${{{name}}}/simple"

    said = refusal(workspace, line, "t0ken-of-the-run", **{name: value})

    assert f"${{{name}}}" in said
    assert "t0ken-of-the-run" not in said


@pytest.mark.parametrize(
    "name",
    [
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "GITHUB_TOKEN",
        "INPUT_TOKEN",
        "PA_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "HOME",
        "MY_INDEX_TOKEN",
    ],
)
def test_only_variables_that_are_meant_for_indexes_are_replaced(workspace: Path, name: str) -> None:
    line = f"flask\n--index-url https://h/${{{name}}}/simple"

    said = refusal(workspace, line, **{name: "hunter2"})

    assert "requirements.txt, line 2" in said
    assert f"for example `INDEX_{name}`" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("option", ["-r", "-c", "--requirement"])
@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "prod.ENV",
        "id_rsa",
        ".netrc",
        ".pypirc.bak",
        ".ssh/notes.txt",
        "terraform.tfstate",
        ".git/config",
        "sub/.git/HEAD",
        ".svn/entries",
        "link-to-env.txt",
    ],
)
def test_a_file_that_is_named_like_a_secret_is_not_opened(
    workspace: Path, option: str, name: str
) -> None:
    write(workspace, "hunter2\n", ".env")
    (workspace / "link-to-env.txt").symlink_to(".env")
    if not name.startswith("link"):
        write(workspace, "hunter2\n", name).chmod(0)

    said = refusal(workspace, f"{option} {name}\n")

    assert f'requirements.txt, line 1: "{name}": it' in said
    assert "so it is not read" in said


@pytest.mark.parametrize("name", [".env.example", "environment.txt", "sub/git/base.txt"])
def test_a_file_whose_name_only_resembles_a_secret_is_read(workspace: Path, name: str) -> None:
    write(workspace, "flask\n", name)

    assert lines(read(workspace, f"-r {name}\n")) == ["flask"]


@pytest.mark.parametrize(
    "url",
    [
        "http://h/simple?k=a@hunter2",
        "http://h/simple#k=a@hunter2",
        "http://h?k=@hunter2",
        "http://me:hunter2@h/simple?k=a@hunter2/x",
        "http://me:p?hunter2@h/simple",
        "http://me:p/hunter2?x@h/simple",
        "1http://me:hunter2@h/",
    ],
)
def test_nothing_of_a_url_is_shown_that_may_be_a_password(url: str) -> None:
    assert "hunter2" not in without_credentials(f"error sending request for url ({url})")
    assert "hunter2" not in host_of(url)


def test_a_file_that_holds_a_secret_of_the_run_is_not_read(workspace: Path) -> None:
    """Else the index would be asked for a package of that name."""
    write(workspace, "t0ken-of-the-run\n", "token")

    said = refusal(workspace, "-r token\n", "t0ken-of-the-run")

    assert '"token" contains a secret of this run' in said


@pytest.mark.parametrize("value", ["", None])
def test_a_variable_that_is_not_set_is_refused_by_name(workspace: Path, value: str | None) -> None:
    environ = {} if value is None else {"PYPI_VERSION": value}

    assert "`${PYPI_VERSION}` is not set" in refusal(workspace, "flask==${PYPI_VERSION}", **environ)


@pytest.mark.parametrize("value", ["1.0\n-e ./evil", "1.0 -e ./evil", "1.0\0", "1.0\udc80"])
def test_a_variable_brings_no_line_of_its_own(workspace: Path, value: str) -> None:
    assert "line 1" in refusal(workspace, "flask==${PYPI_VERSION}", PYPI_VERSION=value)


@pytest.mark.parametrize("kind", ["loop", "directory", "pipe", "missing", "huge", "long", "device"])
@pytest.mark.parametrize("how", ["named", "included"])
def test_what_is_no_file_is_refused_by_name(workspace: Path, kind: str, how: str) -> None:
    file = workspace / ("x" * 300 if kind == "long" else "odd.txt")
    if kind == "loop":
        file.symlink_to(file)
    elif kind == "directory":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "huge":
        with file.open("wb") as opened:
            opened.truncate(9_000_000)
    name = file.name
    if how == "included":
        file = write(workspace, f"-r {name}\n")

    with pytest.raises(InputError) as refused:
        read_file(file, workspace, {})

    assert name in str(refused.value)
    assert ("requirements.txt, line 1: " in str(refused.value)) == (how == "included")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5_000,
        "./" + " " * 100_000 + "[",
        " " * 1_000_000 + "x y",
        "a ; " + "(" * 3_900,
        "./a ; " + "(" * 3_900,
        "-r '" + "x" * 300_000 + "'",
        "a --hash=sha256:" + "0" * 300_000,
        "a @ https://" + "[" * 3_000,
        "-e " + "../" * 1_300,
    ],
    ids=range(9),
)
def test_an_absurd_line_is_refused_at_once(workspace: Path, text: str) -> None:
    assert len(refusal(workspace, text)) < 1_000


HOSTILE = {
    "versions": lambda size: "a" + (" " * 60 + ">1") * (size // 62) + "?",
    "extras": lambda size: "a[x]" + " " * size + "?",
    "path and bracket": lambda size: "./" + " " * size + "[",
    "path and hash": lambda size: "./" + "#" * size + "[",
    "name": lambda size: "a" + " " * size + "?",
    "brackets": lambda size: "a" + "[" * size,
    "conda": lambda size: "a=" + "1." * (size // 2) + "=",
    "queries": lambda size: "a @ https://h/" + ".whl?" * (size // 5) + '"',
    "archives": lambda size: ".tar" * (size // 4) + "?",
    "tags": lambda size: "git+https://h/" + "@v1.1" * (size // 5) + "?",
    "scheme": lambda size: "-i " + "a" * size,
    "schemes": lambda size: "-i " + "a://" * (size // 4),
    "marker": lambda size: "a ; " + "os_name=='a' and " * (size // 17) + "?",
    "quotes": lambda size: "-r '" + "x" * size,
    "blanks": lambda size: "a" + " " * size + "x",
    "comments": lambda size: "=" + "#" * (size // 2) + " #" * (size // 4),
    "flags": lambda size: "--pre " * (size // 6) + "-Z",
    "variables": lambda size: "${A" * (size // 3),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_line_that_is_twice_as_long_takes_about_twice_as_long(
    workspace: Path, make: Callable[[int], str]
) -> None:
    """As it is read, by the patterns that no limit keeps it from, and as uv may repeat it."""

    def seconds(size: int) -> float:
        text = make(size)
        began = time.process_time()
        refusal(workspace, text)
        for pattern in (*ANCHORED, grammar.REQUIREMENT):
            pattern.match(text)
        explain.explain(text, 1, Requirements("requirements.txt", ()), "3.13")
        return time.process_time() - began

    short, long = (min(seconds(size) for _ in range(3)) for size in (10_000, 20_000))

    assert long < 3 * short + 0.1


@pytest.mark.parametrize(
    "line", first_of(["=", "a b", "-e ./x", "--nosuch", "./" + " " * 3_900 + "["])
)
def test_many_problems_are_not_all_told(workspace: Path, line: str) -> None:
    began = time.process_time()

    said = refusal(workspace, f"{line}\n" * 2_000)

    assert time.process_time() - began < 5
    assert "line 51: reading stops here: the files have more than 50 problems." in said
    assert said.count("requirements.txt, line") == 51


@pytest.mark.parametrize("line", ["a", in_soak("-r more.txt"), in_soak("--pre")])
def test_more_lines_than_any_project_has_are_refused(workspace: Path, line: str) -> None:
    write(workspace, "a\n", "more.txt")

    assert "more than 20,000 lines" in refusal(workspace, f"{line}\n" * 20_100)


@pytest.mark.parametrize("line", ["-e .", ".", "-e ..", ".."])
def test_the_project_is_known_from_a_folder_below_it(workspace: Path, line: str) -> None:
    """pip takes a path from where it runs, uv from where the file is."""
    write(workspace, line, "requirements/local.txt")

    assert lines(read(workspace, "-r requirements/local.txt\nflask\n")) == ["flask"]


def test_files_that_include_others_without_an_end_are_refused(workspace: Path) -> None:
    for number in range(30):
        write(workspace, f"-r {number + 1}.txt\n", f"{number}.txt")

    assert "too many files include each other" in refusal(workspace, "-r 0.txt\n")


PARTS = """
    flask ==1.0 >=2 , [x] ; os_name python_version 'linux' @ https://h/ a-1.0-py3-none-any.whl
    a-1.0.tar.gz git+ file: ./evil . / -e -r -i -f -c --pre --index-url --no-binary = :all: --hash=
    sha256: more.txt wheels # ' " ${INDEX_V} $ { } \\ é
"""
BLANKS = (" ", "\t", "\\\n", "\n", "\r", "\x0c", "\u2028", "\0")
FRAGMENTS = st.sampled_from((*PARTS.split(), *BLANKS))
OURS = re.compile(
    r"--no-index|--(index-url|extra-index-url) https?://[^\s$#\\;,'\"{}]+|--find-links (https?|file)://\S+"
    r"|[a-z0-9-]+(\[[a-z0-9,-]+\])?([=<>~!]=?=?[\w.+!*-]+(,[=<>~!]=?=?[\w.+!*-]+)*"
    r"| @ (https|file)://[^\s$#\\;,'\"{}]+\.whl(#sha256=[0-9a-f]{64})?)?"
    r"( ; [^;#$\\\n-]+)?( --hash=sha256:[0-9a-f]{64})*"
)


@given(st.lists(FRAGMENTS | st.characters(), max_size=12), st.text(max_size=12))
def test_uv_gets_lines_of_our_own_grammar_whatever_stands_in_the_file(
    parts: list[str], value: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environ: Mapping[str, str] = {"INDEX_V": value}
        file = Path(folder) / "requirements.txt"
        file.write_bytes("".join(parts).encode("utf-8", "surrogatepass"))
        try:
            found = read_file(file, Path(folder), environ)
        except InputError:
            return

    for line in (*lines(found), *found.index.lines()):
        assert OURS.fullmatch(line), line
