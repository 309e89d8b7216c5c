"""Which modules an app cannot do without, whether it imports them or not."""

from __future__ import annotations

import pytest

from pa_deploy.detect.reached import implied_modules, reached_from, surely_wanted
from tests.pa_deploy.detect.project import tree


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import librosa\n", ["librosa"]),
        ("def view():\n    import pandas as p\n    import redis\n", ["redis"]),
        ("try:\n    import redis\nexcept ImportError:\n    redis = None\n", []),
        ("import werkzeug, json\n", []),
    ],
)
def test_what_a_list_of_packages_must_have(code: str, expected: list[str]) -> None:
    found = surely_wanted(reached_from(tree({"app.py": code}), ("app.py",), ""))

    assert [each.module for each in found] == expected


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("from sqlalchemy.ext.asyncio import create_async_engine\n", "greenlet"),
        ('URL = "sqlite+aiosqlite:///x.db"\n', "aiosqlite"),
        ('URL = "mysql+mysqlconnector://a:b@c/d"\n', "mysql"),
        ("from fastapi import UploadFile\n", "multipart"),
        ("from pydantic import EmailStr\n", "email_validator"),
        ("image = models.ImageField()\n", "PIL"),
    ],
)
def test_what_a_package_imports_by_itself(code: str, module: str) -> None:
    (found,) = implied_modules(tree({"app.py": code}), ["app.py"])

    assert (found.module, found.place) == (module, "app.py:1")
