"""No answer to `pa-emulator verify`: what happened, and the next step."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
import requests

from pa_emulator import Emulator
from pa_emulator.verify.command import run
from pa_emulator.verify.unanswered import unanswered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PA_TOKEN", "0" * 40)


def said(capsys: pytest.CaptureFixture[str], url: str) -> str:
    run([f"--against={url}", "--username=alice"])
    return capsys.readouterr().err


def test_https_to_a_server_without_it(pa: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, pa.url.replace("http:", "https:"))
    assert "it does not speak https" in text
    assert "pass --against http://" in text


def test_a_server_with_tls(capsys: pytest.CaptureFixture[str]) -> None:
    with Emulator(tls=True, hosting=False) as pa:
        assert "Set REQUESTS_CA_BUNDLE" in said(capsys, pa.url)
        assert "https" in said(capsys, pa.url.replace("https:", "http:"))


def test_nothing_listens(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"127.0.0.1:{unused.getsockname()[1]}"
    for scheme in ("http", "https"):
        text = said(capsys, f"{scheme}://{address}")
        assert "nothing listens at this port" in text
        assert "Check the port" in text


def test_certificates_that_are_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none"))
    assert "Check that REQUESTS_CA_BUNDLE" in said(capsys, "https://127.0.0.1:9")


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectionError("Failed to resolve 'x' ([Errno -2] Name or service not known)"),
        requests.ConnectionError("x"),
        requests.ConnectTimeout("x"),
        requests.exceptions.ProxyError("Connection refused"),
        requests.exceptions.SSLError("x"),
        requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."),
        OSError("Could not find a suitable TLS CA certificate bundle"),
    ],
)
def test_each_has_a_next_step(error: OSError) -> None:
    found = unanswered(error)
    assert found.advice.startswith(("Check ", "Set ", "For "))
    assert "Errno" not in str(found)
