"""The files in examples/ci, turned into what each system would start: as far as an engine can.

What a system adds to a container is written down here once: its own variables, its folder, its
user, and how it packs the settings. Facts: the systems' documentation and sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from tests.places import ROOT

EXAMPLES = ROOT / "examples" / "ci"
PLACEHOLDER = "ghcr.io/OWNER/pa-deploy:v1"
Account = Mapping[str, str]
"""The inputs `token`, `username`, `host` and `allow-host`, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One `docker run`: `folder` is the workspace in it; `stdin` is None where it is closed.

    `files` are the variables that name a file which the system gives the job.
    """

    environ: Mapping[str, str]
    folder: str
    flags: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    stdin: str | None = None
    files: tuple[str, ...] = field(default=())


def load(name: str) -> Any:  # noqa: ANN401 - whatever the file has
    return yaml.safe_load((EXAMPLES / name).read_text())


def ours(account: Account, values: Mapping[str, Any]) -> dict[str, str]:
    """Our own names; the account overrides what the example has."""
    texts = {name: str(text) for name, text in values.items() if name.startswith("PA_")}
    return texts | {f"PA_{name.upper().replace('-', '_')}": text for name, text in account.items()}


def gitlab(account: Account) -> Start:
    """The runner feeds a script to `sh`; the entrypoint is the one that the file sets."""
    job = load("gitlab-ci.yml")["deploy"]
    assert (job["image"]["name"], job["image"]["entrypoint"]) == (PLACEHOLDER, [""])
    return Start(
        environ={"CI": "true", "GITLAB_CI": "true", **ours(account, job["variables"])},
        folder="/builds/group/mysite",
        flags=("--interactive", "--entrypoint", ""),
        command=("sh",),
        stdin="set -eu\n" + "\n".join(job["script"]) + "\n",
    )


def _plugin(value: object) -> str:
    """A setting as text: a list of texts is joined, a map is JSON."""
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return ",".join(str(each) for each in value)
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _settings(step: Mapping[str, Any], account: Account) -> dict[str, str]:
    assert step["image"] == PLACEHOLDER
    return {name: _plugin(value) for name, value in {**step["settings"], **account}.items()}


def woodpecker(account: Account) -> Start:
    """Hyphens become underscores. Of Drone's variables it sets some."""
    step = load("woodpecker.yml")["steps"][0]
    assert not {"commands", "entrypoint", "environment"} & set(step)
    settings = _settings(step, account)
    plugin = {
        f"PLUGIN_{re.sub('[.-]', '_', name).upper()}": text for name, text in settings.items()
    }
    return Start(
        environ={
            "CI": "woodpecker",
            "CI_SYSTEM_NAME": "woodpecker",
            "DRONE_BRANCH": "main",
            **plugin,
        },
        folder="/woodpecker/src/example.com/alice/mysite",
    )


def drone(account: Account) -> Start:
    """Hyphens stay."""
    settings = _settings(load("drone.yml")["steps"][0], account)
    plugin = {f"PLUGIN_{name.upper()}": text for name, text in settings.items()}
    return Start(environ={"CI": "true", "DRONE": "true", **plugin}, folder="/drone/src")


def bitbucket(account: Account) -> Start:
    """A pipe sees the listed variables and Bitbucket's own; a list is counted."""
    step = load("bitbucket-pipelines.yml")["pipelines"]["branches"]["main"][0]["step"]
    pipe = step["script"][0]
    assert pipe["pipe"] == f"docker://{PLACEHOLDER}"
    environ = {"CI": "true", "BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_COMMIT": "abc"}
    for name, value in {**pipe["variables"], **ours(account, {})}.items():
        if isinstance(value, list):
            environ[f"{name}_COUNT"] = str(len(value))
            environ |= {f"{name}_{index}": str(each) for index, each in enumerate(value)}
        else:
            environ[name] = str(value)
    return Start(
        environ=environ,
        folder="/opt/atlassian/pipelines/agent/build",
        files=("BITBUCKET_PIPELINES_VARIABLES_PATH",),
    )


def azure(account: Account) -> Start:
    """The script's own `docker run`, with the agent's folders where its variables say."""
    step = load("azure-pipelines.yml")["steps"][1]
    words = step["script"].split()
    assert (words[:3], words[-1]) == (["docker", "run", "--rm"], PLACEHOLDER)
    passed = {after for word, after in pairwise(words) if word == "--env"}
    environ = {"TF_BUILD": "True", "AGENT_TEMPDIRECTORY": "/agent/temp", **step["env"]}
    assert set(environ) == passed
    return Start(environ={**environ, **ours(account, environ)}, folder="/workspace")


def circleci(account: Account) -> Start:
    """The commands run in bash, one after the other, each after the file of `BASH_ENV`."""
    job = load("circleci.yml")["jobs"]["deploy"]
    assert job["docker"] == [{"image": PLACEHOLDER}]
    commands = [step["run"]["command"] for step in job["steps"] if "run" in step]
    return Start(
        environ={"CI": "true", "CIRCLECI": "true", **ours(account, job["environment"])},
        folder="/root/project",
        flags=("--entrypoint", ""),
        command=("sh", "-ec", "\n".join(f"bash -eo pipefail -c '{each}'" for each in commands)),
        files=("BASH_ENV",),
    )


def buildkite(account: Account) -> Start:
    """The plugin's list of variables: `NAME=value`, or a name whose value is the agent's."""
    plugin = load("buildkite.yml")["steps"][0]["plugins"][0]["docker#v5.13.0"]
    assert plugin["image"] == PLACEHOLDER
    pairs = dict(_pair(each) for each in plugin["environment"])
    return Start(
        environ={**pairs, "BUILDKITE": "true", "BUILDKITE_JOB_ID": "7", **ours(account, pairs)},
        folder="/workdir",
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def jenkins(account: Account) -> Start:
    """A user whom the image does not know, without a home, runs `sh` in it."""
    text = (EXAMPLES / "Jenkinsfile").read_text()
    assert f"image '{PLACEHOLDER}'" in text
    assert "args '--entrypoint='" in text
    environ = dict(re.findall(r"^ +(PA_\w+) = '(.*)'$", text, re.MULTILINE))
    (script,) = re.findall(r"^ +sh '(.*)'$", text, re.MULTILINE)
    url = "https://jenkins.example.com/"
    return Start(
        environ={"JENKINS_URL": url, "BUILD_ID": "7", **environ, **ours(account, environ)},
        folder="/var/jenkins/workspace/mysite",
        flags=("--user", "1000:1000", "--entrypoint", ""),
        command=("sh", "-xec", script),
    )


def tekton(account: Account) -> Start:
    """The script with the paths of its results filled in, by a user other than root."""
    (step,) = load("tekton.yaml")["spec"]["steps"]
    assert step["image"] == PLACEHOLDER
    environ = {each["name"]: each.get("value", "") for each in step["env"]}
    script = step["script"].replace("$(results.url.path)", "/tekton/results/url")
    return Start(
        environ=ours(account, environ),
        folder="/tekton/results",
        flags=("--user", "65532:65532", "--entrypoint", ""),
        command=("sh", "-c", script.partition("\n")[2]),
    )


def _act(account: Account, *marks: str) -> Start:
    """Act's names for inputs, its files, and a folder that is not GitHub's; HOME is the image's."""
    steps = load("gitea.yml")["jobs"]["deploy"]["steps"]
    (step,) = [each for each in steps if each.get("uses", "").endswith("OWNER/pa-deploy@v1")]
    given = {**step["with"], **account}.items()
    inputs = {f"INPUT_{re.sub('[^A-Z0-9-]', '_', name.upper())}": text for name, text in given}
    return Start(
        environ={"CI": "true", "GITHUB_ACTIONS": "true", **dict.fromkeys(marks, "true"), **inputs},
        folder="/workspace/alice/mysite",
        files=("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE", "GITHUB_ENV"),
    )


def gitea(account: Account) -> Start:
    return _act(account, "ACT", "GITEA_ACTIONS")


def forgejo(account: Account) -> Start:
    return _act(account, "FORGEJO_ACTIONS")
