"""docs/emulator.md names everything that can be asked of the emulator."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pa_emulator import Emulator, options
from pa_emulator.faults.rules import Fault
from tests.places import ROOT

PAGE = (ROOT / "docs" / "emulator.md").read_text()
CONTROL = (Path(inspect.getfile(Emulator)).parent / "control" / "urls.py").read_text()


@pytest.mark.parametrize("key", [field.name for field in fields(Fault)])
def test_every_key_of_a_fault_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("option", re.findall(r"--[a-z-]+", options.parser().format_usage()))
def test_every_option_is_documented(option: str) -> None:
    assert f"`{option}`" in PAGE


@pytest.mark.parametrize(
    "method", [name for name, _ in inspect.getmembers(Emulator) if not name.startswith("_")]
)
def test_every_method_of_the_handle_is_documented(method: str) -> None:
    assert f"`{method}(" in PAGE or f", `{method}(" in PAGE


@pytest.mark.parametrize("route", re.findall(r'"\^?([a-z]+)', CONTROL))
def test_every_control_route_is_documented(route: str) -> None:
    assert re.search(rf"`.*\b{route}\b.*`", PAGE)
