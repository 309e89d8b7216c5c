"""Shapes of repositories: what is found in each, and what each is told."""

from __future__ import annotations

import pytest

from pa_deploy.detect.project import Detected, Known, find_project
from tests.pa_deploy.detect.shape import Shape, shapes, values, variables

SHAPES = shapes("whole")
KEYS = {
    *("title", "what", "files", "utf-16", "values", "variables", "problems", "notes", "choices"),
    *("new-files", "project", "settings", "folder", "without"),
}
FOUND: dict[str, Detected] = {}
"""What is found in each shape, so that each is read once."""


def find(shape: Shape) -> Detected:
    if shape.name not in FOUND:
        FOUND[shape.name] = find_project(shape.tree, Known("alice", "alice.pythonanywhere.com"))
    return FOUND[shape.name]


@pytest.fixture(params=SHAPES, ids=[each.name for each in SHAPES])
def shape(request: pytest.FixtureRequest) -> Shape:
    assert isinstance(request.param, Shape)
    assert set(request.param.data) <= KEYS
    return request.param


def test_it_is_known_what_it_is(shape: Shape) -> None:
    assert find(shape).what == shape.data["what"]


def test_the_values_are_found(shape: Shape) -> None:
    assert values(find(shape).findings) == shape.expected("values")


def test_the_variables_are_found(shape: Shape) -> None:
    assert sorted(variables(find(shape).findings)) == sorted(shape.expected("variables"))


@pytest.mark.parametrize("name", ["problems", "notes"])
def test_what_cannot_be_settled_is_said(shape: Shape, name: str) -> None:
    said = [str(each) for each in getattr(find(shape).findings, name)]
    wanted = shape.expected(name)

    assert len(said) == len(wanted), said
    assert all(any(part in each for each in said) for part in wanted), said


def test_equals_are_named(shape: Shape) -> None:
    assert [each.app for each, _ in find(shape).choices] == shape.expected("choices")


def test_files_that_are_needed_are_made(shape: Shape) -> None:
    made = {each.path: each.text for each in find(shape).findings.files}

    assert made == shape.data.get("new-files", {})


def test_places_are_lines_of_files_of_the_project(shape: Shape) -> None:
    for each in find(shape).findings.values:
        path, _, line = each.place.partition(":")
        text = shape.files.get(path)
        if text is not None and line:
            assert 1 <= int(line) <= len(text.splitlines()), each
