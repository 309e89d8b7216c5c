"""What tests share. The environment is emptied of all that would reach a run by chance."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from pa_deploy.clock import SystemClock
from pa_emulator import Emulator
from tests.fake_clock import sleep_less
from tests.portable import HERE, has_portable, is_portable
from tests.scripted_server import ScriptedServer, scripted_server
from tests.soak import IS_SOAK
from tests.terminal import Terminal
from tests.workflow_job import Job

if TYPE_CHECKING:
    from tests.pa_deploy.exchanges.story import Story
    from tests.runner import Runner

# How long an example takes says something about the machine, not about the code. `make test` tries
# the same examples each time, so that it judges a change and no more; `make soak` tries others.
settings.register_profile(
    "same",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    max_examples=15,
)
settings.register_profile(
    "others", settings.get_profile("same"), derandomize=False, max_examples=3000
)
settings.load_profile("others" if IS_SOAK else "same")

_LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --lazy-apps tests/pa_deploy/release`: the same releases where each worker imports."""
    parser.addoption("--lazy-apps", action="store_true", help="start the emulator with it")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half of the time, a test waits for a server that it has started."""
    return 2 * (os.cpu_count() or 1)


def _is_portable_only(config: pytest.Config) -> bool:
    return bool(config.getoption("markexpr") == "portable")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m portable`, import no other file: it may need what this system lacks."""
    if not _is_portable_only(config) or not collection_path.is_relative_to(HERE):
        return None
    is_wanted = has_portable if collection_path.is_dir() else is_portable
    return None if is_wanted(collection_path) else True


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what runs on each system."""
    if is_portable(item.path):
        item.add_marker("portable")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `soak`, but for `make soak`."""
    left_out = {item for item in items if item.get_closest_marker("soak") and not IS_SOAK}
    config.hook.pytest_deselected(items=list(left_out))
    config.stash[_LEFT_OUT] = len(left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Keep the garbage collector from looking at ten thousand tests again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let it look at what comes now alone."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports how many tests this worker has left out."""
    told: dict[str, int] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left out"] = session.config.stash.get(_LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401, ARG001 - a class of xdist
    """Remember what a worker has told: all of them have left out the same."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    count = config.stash.get(_LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(f"{count} deselected (make soak)")


@pytest.fixture(scope="session", autouse=True)
def _no_long_waits(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fork the emulators of `with Emulator()` and shorten pauses, but for `make soak`."""
    with pytest.MonkeyPatch.context() as patch:
        if not IS_SOAK:
            patch.setattr(SystemClock, "sleep", sleep_less)
        if not IS_SOAK and not _is_portable_only(request.config):
            from tests.emulators import ForkedEmulator  # noqa: PLC0415 - it is for Linux

            patch.setattr("pa_emulator.handle.started", ForkedEmulator)
        yield


FOREIGN = ("INPUT_", "PLUGIN_", "PA_", "GITHUB_", "PYTHONANYWHERE_", "API_TOKEN", "CI")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


@pytest.fixture(scope="session")
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """One emulator for all tests of a worker; `pa` hands it out empty."""
    lazy_apps = bool(request.config.getoption("--lazy-apps"))
    options: dict[str, Any] = {"lazy_apps": lazy_apps, "plain_hello": True}
    with Emulator(username="alice", plan="paid", rate_limit=0, **options) as running:
        yield running


@pytest.fixture
def pa(emulator: Emulator) -> Emulator:
    emulator.reset()
    return emulator


@pytest.fixture
def runner(tmp_path: Path, pa: Emulator) -> Runner:
    from tests.runner import Runner  # noqa: PLC0415 - what it needs is for Linux

    return Runner(tmp_path / "job", pa)


@pytest.fixture
def terminal(pa: Emulator, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(pa, capsys)


@pytest.fixture
def offline(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(None, capsys)


@pytest.fixture
def job(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    folder = tmp_path / "job"
    folder.mkdir()
    return Job(terminal, folder, monkeypatch)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Made once for all workers, whose folders lie in one folder."""
    from tests.pa_deploy.exchanges.story import shared_story  # noqa: PLC0415 - as above

    own = tmp_path_factory.getbasetemp()
    return shared_story(own.parent if own.name.startswith("popen-") else own)


@pytest.fixture(scope="session")
def stage() -> Iterator[Emulator]:
    """As `pa-emulator compare` starts it."""
    with Emulator(programs=False, rate_limit=0, webapps=100) as running:
        yield running


@pytest.fixture
def fresh(stage: Emulator) -> Emulator:
    stage.reset()
    return stage
