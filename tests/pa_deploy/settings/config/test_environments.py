"""Tables that are laid over the top level."""

from __future__ import annotations

import pytest

from tests.pa_deploy.settings.config.repository import Repository

ENVIRONMENTS = """
reload = "auto"
health-text = "prod"
[environments.staging]
health-text = "staging"
mode = "plan"
[environments.production]
"""


@pytest.mark.parametrize(
    ("environment", "reload", "text"),
    [("", "auto", "prod"), ("staging", "auto", "staging"), ("production", "auto", "prod")],
)
def test_an_environment_is_laid_over_the_top_level(
    repo: Repository, environment: str, reload: str, text: str
) -> None:
    found = repo.settings(ENVIRONMENTS, PA_ENVIRONMENT=environment)

    assert found.health_check is not None
    assert (found.policy.reload, found.health_check.text) == (reload, text)


def test_an_unknown_environment(repo: Repository) -> None:
    assert repo.problem(ENVIRONMENTS, PA_ENVIRONMENT="stagin") == (
        "environment: pa-deploy.toml has no [environments.stagin]. "
        'Did you mean "staging"? It has: staging, production.'
    )
    assert repo.problem(ENVIRONMENTS, PA_ENVIRONMENT="xyz").endswith(
        "[environments.xyz]. It has: staging, production."
    )
    assert repo.problem('reload = "auto"', PA_ENVIRONMENT="x").endswith(
        "[environments.x]. It has no environments."
    )


def test_an_environment_without_a_file(repo: Repository) -> None:
    assert repo.problem(PA_ENVIRONMENT="staging") == (
        "environment: there is no config file, so there is no [environments.staging]. "
        "Write pa-deploy.toml, or name your file with `config`. Was the code checked out?"
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [("environments = 1", "environments"), ("[environments]\nstaging = 1", "staging")],
)
def test_an_environment_that_is_no_table(repo: Repository, text: str, key: str) -> None:
    assert f"{key}: it is not a table. Write [environments.NAME] above its keys." in repo.problem(
        text
    )


def test_an_environment_has_no_environments(repo: Repository) -> None:
    assert "there is no such key here" in repo.problem("[environments.a.environments.b]\n")


def test_the_environment_of_a_flag_counts(repo: Repository) -> None:
    assert repo.settings(ENVIRONMENTS, {"environment": "staging"}).mode == "plan"
