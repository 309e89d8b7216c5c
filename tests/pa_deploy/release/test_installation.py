"""What pip printed, in words for people."""

from __future__ import annotations

import pytest

from pa_deploy.release.installation import explain_install

HEAD = "$ install: virtual environment\n$ install: packages\n"
RETRY = (
    "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after "
    "connection broken by '%s': /simple/flask/\n"
)
NONE = (
    "ERROR: Could not find a version that satisfies the requirement flask (from versions: none)\n"
    "ERROR: No matching distribution found for flask\n"
)
BUILD = (
    "Collecting flask\nCollecting %(name)s\n"
    "  Building wheel for %(name)s (pyproject.toml): started\n"
    "  Building wheel for %(name)s (pyproject.toml): finished with status 'error'\n"
    "  error: subprocess-exited-with-error\n"
    "  \n"
    "  \u00d7 Building wheel for %(name)s (pyproject.toml) did not run successfully.\n"
    "  │ exit code: 1\n"
    "  ╰─> [3 lines of output]\n"
    "      running bdist_wheel\n"
    "      %(said)s\n"
    "      error: command 'gcc' failed with exit code 1\n"
    "      [end of output]\n"
    "  \n"
    "  note: This error originates from a subprocess, and is likely not a problem with pip.\n"
    "  ERROR: Failed building wheel for %(name)s\n"
    "ERROR: Failed to build installable wheels for some pyproject.toml based projects (%(name)s)\n"
)
METADATA = (
    "Collecting flask\nCollecting %(name)s\n"
    "  Preparing metadata (setup.py): started\n"
    "  Preparing metadata (setup.py): finished with status 'error'\n"
    "  error: subprocess-exited-with-error\n"
    "  \u00d7 python setup.py egg_info did not run successfully.\n"
    "  │ exit code: 1\n"
    "  ╰─> [2 lines of output]\n"
    "      %(said)s\n"
    "      [end of output]\n"
    "error: metadata-generation-failed\n"
)


def told(output: str, error: str = "it ended with exit code 1") -> str:
    found = explain_install(f"$ run: true\nold\n{HEAD}{output}", error)
    return f"{found.what}. {found.cause} {found.advice}"


@pytest.mark.parametrize(
    ("output", "host", "cause"),
    [
        (
            RETRY % "NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at "
            "0x7f>: Failed to establish a new connection: [Errno -2] Name or service not known')"
            + NONE,
            "the package index",
            "cannot be resolved",
        ),
        (
            RETRY % "NameResolutionError(\"HTTPSConnection(host='index.example', port=443): Failed "
            "to resolve 'index.example' ([Errno -3] Temporary failure in name resolution)\")"
            + NONE,
            "index.example",
            "cannot be resolved",
        ),
        (
            RETRY % "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 "
            "Forbidden'))" + NONE,
            "the package index",
            "allow-list",
        ),
        (
            "Looking in indexes: https://****@index.example/simple\n"
            + RETRY % "ProxyError('Cannot connect to proxy.', NewConnectionError('refused'))"
            + NONE,
            "index.example",
            "did not let the connection through",
        ),
        (
            "Could not fetch URL https://index.example/simple/flask/: There was a problem "
            "confirming the ssl certificate: HTTPSConnectionPool(host='index.example', "
            "port=443): Max retries "
            "exceeded with url: /simple/flask/ (Caused by SSLError(SSLCertVerificationError(1, "
            "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))) - skipping\n" + NONE,
            "index.example",
            "does not trust its certificate",
        ),
        (
            RETRY % "NewConnectionError('<...>: Failed to establish a new connection: [Errno 111] "
            "Connection refused')" + NONE,
            "the package index",
            "Nothing answers",
        ),
        (
            RETRY % "ReadTimeoutError(\"HTTPSConnectionPool(host='index.example', port=443): Read "
            'timed out. (read timeout=15)")' + NONE,
            "index.example",
            "too slowly",
        ),
        (
            RETRY % "ResponseError('too many 503 error responses')" + NONE,
            "the package index",
            "answered 503",
        ),
        (
            "ERROR: HTTP error 502 while getting https://files.example/flask.whl\n",
            "files.example",
            "answered 502",
        ),
        (
            (
                "  Cloning https://github.com/alice/shop to /x\n"
                "  fatal: unable to access 'https://github.com/alice/shop/': Could not resolve "
                "host: "
                "github.com\nerror: subprocess-exited-with-error\n"
            ),
            "github.com",
            "cannot be resolved",
        ),
        (
            (
                "  fatal: unable to access 'https://git.example/alice/shop/': Received HTTP code "
                "403 "
                "from proxy after CONNECT\n"
            ),
            "git.example",
            "allow-list",
        ),
    ],
)
def test_a_fault_of_the_network_is_told_as_that(output: str, host: str, cause: str) -> None:
    said = told(output)

    assert said.startswith(f"PythonAnywhere could not reach {host}")
    assert cause in said


def test_build_dependencies_that_cannot_be_fetched_are_a_fault_of_the_network() -> None:
    block = RETRY % "NewConnectionError('[Errno 101] Network is unreachable')" + NONE
    output = (
        "Collecting shop\n  Installing build dependencies: finished with status 'error'\n"
        "  \u00d7 installing build dependencies for shop did not run successfully.\n"
        f"  ╰─> [2 lines of output]\n{block}      [end of output]\n"
        "ERROR: Failed to build 'shop' when installing build dependencies for shop\n"
    )

    assert told(output).startswith("PythonAnywhere could not reach the package index")


@pytest.mark.parametrize("form", [BUILD, METADATA])
def test_trouble_with_the_network_that_was_over_is_not_the_reason(form: str) -> None:
    before = RETRY % "NewConnectionError('[Errno 111] Connection refused')"

    assert told(before + form % {"name": "shop", "said": "error: x"}).startswith("`shop` could not")


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: 401 Error, Credentials not correct for https://index.example/simple/flask/\n",
        "ERROR: 403 Client Error: Forbidden for url: https://index.example/simple/flask/\n",
        "ERROR: HTTP error 401 while getting https://index.example/f/flask.whl\n",
    ],
)
def test_an_index_that_wants_credentials_is_named(output: str) -> None:
    said = told(output + NONE)

    assert said.startswith("index.example refuses to answer without valid credentials")
    assert "PIP_INDEX_URL=" in said


@pytest.mark.parametrize(
    ("name", "line", "advice"),
    [
        ("mysqlclient", "Exception: Can not find valid pkg-config name.", "`mysqlclient==2.1.1`"),
        ("mysqlclient", "OSError: mysql_config not found", "`PyMySQL`"),
        ("psycopg2", "Error: pg_config executable not found.", "`psycopg2-binary`"),
        ("uWSGI", "gcc: error: x", "PythonAnywhere has uWSGI already"),
        ("cryptography", "error: can't find Rust compiler", "It needs Rust"),
        ("shop", "shop.c:1:10: fatal error: shop/shop.h: No such file", "log above"),
        (
            "shop",
            "shop.c:1:10: fatal error: shop/shop.h: No such file or directory",
            "the header shop/shop.h",
        ),
        ("shop", "/bin/sh: 1: cmake: not found", "The build needs cmake"),
        ("shop", "FileNotFoundError: No such file or directory: 'cmake'", "The build needs cmake"),
        ("shop", "ModuleNotFoundError: No module named 'distutils'", "older than your Python"),
    ],
)
@pytest.mark.parametrize("form", [BUILD, METADATA])
def test_a_failed_build_names_the_package_and_what_helps(
    form: str, name: str, line: str, advice: str
) -> None:
    said = told(form % {"name": name, "said": line})

    assert said.startswith(f"`{name}` could not be built. The build says:")
    assert line in said
    assert advice in said


def test_of_a_traceback_only_the_exception_is_told() -> None:
    frames = (
        "Traceback (most recent call last):\n"
        '        File "<string>", line 15, in <module>\n'
        '        File "setup.py", line 31, in config\n'
        '          raise OSError("{} not found".format(path))\n'
        "      OSError: mysql_config not found"
    )

    said = told(METADATA % {"name": "mysqlclient", "said": frames})

    assert "The build says: OSError: mysql_config not found List" in said


@pytest.mark.parametrize(
    "reason",
    [
        "ModuleNotFoundError: No module named 'distutils'",
        "ModuleNotFoundError: No module named 'imp'",
        "AttributeError: module 'pkgutil' has no attribute 'ImpImporter'",
    ],
)
def test_a_build_tool_that_is_older_than_the_python_is_told_with_its_package(reason: str) -> None:
    said = told(
        "Collecting flask\nCollecting numpy==1.23.1\n"
        "  Getting requirements to build wheel: finished with status 'done'\n"
        "ERROR: Exception:\nTraceback (most recent call last):\n"
        '  File "/x/pip/_impl.py", line 321, in _call_hook\n'
        "    raise BackendUnavailable(data.get('traceback', ''))\n"
        "pip._vendor.pyproject_hooks._impl.BackendUnavailable: Traceback (most recent call last):\n"
        '  File "/x/setuptools/__init__.py", line 10, in <module>\n    import distutils.core\n'
        f"{reason}\n\n"
    )

    assert said.startswith(f"`numpy` could not be built. The build says: {reason} That version is")
    assert "set an older `python-version`" in said


@pytest.mark.parametrize(
    ("output", "error"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded",
            "",
        ),
        (
            (
                "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on "
                "device"
            ),
            "",
        ),
        ("", "[Errno 122] Disk quota exceeded: '/home/alice/.pa-deploy'"),
        (BUILD % {"name": "shop", "said": "OSError: [Errno 122] Disk quota exceeded"}, ""),
    ],
)
def test_a_full_disk_is_told_as_that(output: str, error: str) -> None:
    assert told(output, error).startswith("the account's disk is full")


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ("Collecting flask\n", "it ended with exit code -9"),
        (BUILD % {"name": "shop", "said": "gcc: fatal error: Killed signal terminated cc1"}, "1"),
        ("MemoryError\n", "it ended with exit code 2"),
    ],
)
def test_what_was_killed_may_need_too_much_memory(output: str, error: str) -> None:
    said = told(output, error)

    assert "was killed" in said
    assert "memory" in said


def test_the_time_limit_is_told() -> None:
    said = told("Collecting flask\n", "it was ended after 60 s, as its time was over")

    assert said.startswith("the installation took longer than `timeout` allows")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (NONE, ["nothing that fits `flask`", "misspelt"]),
        (
            (
                "ERROR: Could not find a version that satisfies the requirement flask==9 (from "
                "versions: "
                "0.1, 0.2)\nERROR: No matching distribution found for flask==9\n"
            ),
            ["nothing that fits `flask==9`", "0.1, 0.2"],
        ),
        (
            (
                "ERROR: Ignored the following versions that require a different python version: "
                "0.5.0 Requires-Python >=3.8.1,<3.13; 1.2 Requires-Python <3.11\n"
                "ERROR: Could not find a version that satisfies the requirement shop==0.5.0 (from "
                "versions: 0.4)\nERROR: No matching distribution found for shop==0.5.0\n"
            ),
            ["`shop==0.5.0` needs Python >=3.8.1,<3.13", "Set another `python-version`"],
        ),
        (
            "ERROR: Package 'shop' requires a different Python: 3.8.1 not in '>=3.9'\n",
            ["`shop` needs Python >=3.9", "Python 3.8.1"],
        ),
        (
            (
                "ERROR: Cannot install a==1 and b==2 because these package versions have "
                "conflicting "
                "dependencies.\n\nThe conflict is caused by:\n    a 1 depends on c>2\n"
                "    b 2 depends on c<2\n"
            ),
            ["a==1 and b==2 do not fit together", "a 1 depends on c>2 / b 2 depends on c<2"],
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n",
            ["does not have the hash", "tampered"],
        ),
        (
            (
                "ERROR: Can't verify hashes for these requirements because we don't have a way "
                "to hash "
                "version control repositories:\n"
            ),
            ["has no hash", "a repository cannot have one"],
        ),
        (
            "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n",
            ["no repository at https://github.com", "${INDEX_TOKEN}"],
        ),
        (
            "  error: pathspec 'v9' did not match any file(s) known to git\n",
            ["no branch, tag or commit v9"],
        ),
        ("ERROR: something new\n", ["could not be installed", "something new"]),
        ("", ["could not be installed"]),
    ],
)
def test_other_failures_are_told_in_our_words(output: str, words: list[str]) -> None:
    said = told(output)

    assert all(word in said for word in words), said
