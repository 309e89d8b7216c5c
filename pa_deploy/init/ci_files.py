"""The file by which a CI deploys each push, or the block to add to a file that is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pa_deploy.detect import Tree, Variable
from pa_deploy.init.toml import quoted

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
ACTION = "OWNER/pa-deploy@v1"
IMAGE = "ghcr.io/OWNER/pa-deploy:v1"
WORKFLOWS = re.compile(r"\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
OTHERS = {
    ".circleci/config.yml": "CircleCI",
    "azure-pipelines.yml": "Azure Pipelines",
    "Jenkinsfile": "Jenkins",
    ".buildkite/pipeline.yml": "Buildkite",
    ".drone.yml": "Drone",
    ".woodpecker.yml": "Woodpecker",
}
YAML_WORDS = ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
GITLAB = ".gitlab-ci.yml"
BITBUCKET = "bitbucket-pipelines.yml"


@dataclass(frozen=True, slots=True)
class CiFile:
    """`path` is "" if the user has to add `text` to a file that is there already, `beside`.

    `note` says what is left to do there.
    """

    path: str
    text: str
    note: str
    beside: str = ""


def ci_file(tree: Tree, remote: str, branch: str, secrets: Sequence[Variable]) -> CiFile | None:
    """The file for the CI that is there, else for the host of the remote, else for GitHub.

    None if a workflow names pa-deploy already, or if the CI has no file that could be written.
    """
    names = [each.name for each in secrets]
    if GITLAB in tree.paths or ("gitlab" in remote and not _workflows(tree)):
        return _other(tree, GITLAB, _gitlab(names), names)
    if BITBUCKET in tree.paths or ("bitbucket" in remote and not _workflows(tree)):
        return _other(tree, BITBUCKET, _bitbucket(branch, names), names)
    if any("pa-deploy" in tree.text(path) for path in _workflows(tree)):
        return None
    other = next((path for path in OTHERS if path in tree.paths), "")
    if other and not _workflows(tree):
        note = f"{OTHERS[other]}: docs/ci.md has the step to add to {other}."
        return CiFile("", "", note, other)
    folder = next(iter(_workflows(tree)), ".github/workflows/x").rpartition("/")[0]
    free = (name for name in ("deploy.yml", "pythonanywhere.yml", "pa-deploy.yml"))
    path = next(path for path in (f"{folder}/{name}" for name in free) if path not in tree.paths)
    stored = ", ".join(("PYTHONANYWHERE_TOKEN", *names))
    note = f"On GitHub, in Settings > Secrets and variables > Actions, add: {stored}."
    return CiFile(path, _github(branch, names), note)


def _workflows(tree: Tree) -> list[str]:
    return sorted(path for path in tree.paths if WORKFLOWS.fullmatch(path))


def _other(tree: Tree, path: str, text: str, names: Sequence[str]) -> CiFile | None:
    if "pa-deploy" in tree.text(path):
        return None
    stored = ", ".join(("PA_TOKEN", *names))
    note = f"In the settings of the project, add these masked variables: {stored}."
    if path in tree.paths:
        return CiFile("", text, note, path)
    return CiFile(path, text, note)


def _plain(branch: str) -> str:
    """A branch as YAML takes it for a text."""
    is_plain = re.fullmatch(r"[A-Za-z][\w/-]*", branch) and branch.lower() not in YAML_WORDS
    return branch if is_plain else quoted(branch)


def _github(branch: str, secrets: Sequence[str]) -> str:
    lines = "".join(f"            {name}=${{{{ secrets.{name} }}}}\n" for name in secrets)
    env = f"          env: |\n{lines}" if secrets else ""
    return f"""\
name: Deploy

on:
  push:
    branches: [{_plain(branch)}]

permissions: {{}}

# Two pushes in a row: the second waits, so that the newer one ends up live.
concurrency:
  group: deploy

jobs:
  deploy:
    name: Deploy to PythonAnywhere
    runs-on: ubuntu-latest
    permissions:
      contents: read
    environment:
      name: production
      url: ${{{{ steps.deploy.outputs.url }}}}
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - id: deploy
        uses: {ACTION}
        with:
          token: ${{{{ secrets.PYTHONANYWHERE_TOKEN }}}}
{env}"""


def _gitlab(secrets: Sequence[str]) -> str:
    lines = "".join(f"      {name}=${name}\n" for name in secrets)
    env = f"    PA_ENV: |\n{lines}" if secrets else ""
    return f"""\
deploy:
  image:
    name: {IMAGE}
    entrypoint: [""]
  variables:
    PA_OUTPUTS_FILE: pa-deploy.env
{env}  script:
    - pa-deploy
  environment:
    name: production
    url: $PA_DEPLOY_URL
  artifacts:
    reports:
      dotenv: pa-deploy.env
  resource_group: production
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
"""


def _bitbucket(branch: str, secrets: Sequence[str]) -> str:
    lines = "\\n".join(f"{name}=${name}" for name in secrets)
    env = f'                PA_ENV: "{lines}"\n' if secrets else ""
    return f"""\
pipelines:
  branches:
    {_plain(branch)}:
      - step:
          name: Deploy
          deployment: production
          script:
            - pipe: docker://{IMAGE}
              variables:
                PA_TOKEN: $PA_TOKEN
{env}"""
