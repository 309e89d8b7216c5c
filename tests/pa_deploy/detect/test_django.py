"""Shapes of Django projects: what is found in each, and which line each is told to add."""

from __future__ import annotations

import pytest

from pa_deploy.detect.django import find_django
from pa_deploy.detect.findings import Findings
from tests.pa_deploy.detect.shape import Shape, shapes, values, variables

SHAPES = shapes("django")


FOUND: dict[str, Findings] = {}
"""What is found in each shape, so that each is read once."""


def find(shape: Shape) -> Findings:
    if shape.name not in FOUND:
        found = find_django(shape.tree, shape.root, shape.hints)
        FOUND[shape.name] = found or Findings()
    return FOUND[shape.name]


@pytest.fixture(params=SHAPES, ids=[each.name for each in SHAPES])
def shape(request: pytest.FixtureRequest) -> Shape:
    assert isinstance(request.param, Shape)
    return request.param


def test_the_values_are_found(shape: Shape) -> None:
    assert sorted(values(find(shape))) == sorted(shape.expected("values"))


def test_the_variables_are_found(shape: Shape) -> None:
    assert sorted(variables(find(shape))) == sorted(shape.expected("variables"))


def test_each_problem_is_told_with_the_line_to_add(shape: Shape) -> None:
    said = [str(each) for each in find(shape).problems]
    wanted = shape.expected("problems")

    assert len(said) == len(wanted), said
    assert all(any(part in each for each in said) for part in wanted), said


def test_notes_say_what_is_worth_knowing(shape: Shape) -> None:
    said = [str(each) for each in find(shape).notes]

    assert all(any(part in each for each in said) for part in shape.expected("notes")), said


def test_the_offered_settings_settle_what_they_can(shape: Shape) -> None:
    shim = find(shape).shim

    assert (len(shim.settles) if shim else 0) == shape.data.get("settled", 0)


def test_places_are_lines_of_files_of_the_project(shape: Shape) -> None:
    for each in find(shape).values:
        path, _, line = each.place.partition(":")
        text = shape.files.get(path)
        assert text is not None, each
        assert not line or 1 <= int(line) <= len(text.splitlines()), each
