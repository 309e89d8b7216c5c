"""One module as the tests write it down, and what it sets."""

from __future__ import annotations

from collections.abc import Mapping

from pa_deploy.detect.evaluate import Evaluation, Value, evaluate_module
from tests.pa_deploy.detect.project import tree

REPOSITORY = "/home/USERNAME/repository"


def evaluation(
    text: str,
    others: Mapping[str, str | bytes] = {},
    variables: Mapping[str, str] = {},
) -> Evaluation:
    """What the module `config.settings` of this text does."""
    found = evaluate_module(
        tree({"config/__init__.py": "", "config/settings.py": text, **others}),
        "config.settings",
        variables=variables,
    )
    assert found is not None
    return found


def value(text: str, others: Mapping[str, str | bytes] = {}, **variables: str) -> Value:
    """What the module sets X to."""
    return evaluation(text, others, variables).value("X")
