"""What a file's name says about it: a secret, the CI's, version control, a virtualenv, a cache.

The lists are patterns as in a `.gitignore`; capitals do not count. docs/releases.md repeats them,
and a test compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pa_deploy.bundle.copies import originals
from pa_deploy.bundle.patterns import Patterns, patterns_of

CI_FILES = (
    *(".github/", ".gitlab/", ".gitlab-ci.yml", ".circleci/", ".travis.yml", "Jenkinsfile"),
    *("azure-pipelines.yml", "azure-pipelines.yaml", ".azure-pipelines/"),
    *("bitbucket-pipelines.yml", ".buildkite/", ".drone.yml", ".drone.yaml", ".tekton/"),
    *(".woodpecker/", ".woodpecker.yml", ".woodpecker.yaml", ".gitea/", ".forgejo/"),
    *("appveyor.yml", ".appveyor.yml", ".cirrus.yml", ".semaphore/", "codemagic.yaml"),
)
"""Files of CI systems. They count at the top of `source` only."""

CONFIG_FILE = "pa-deploy.toml"

ENV_FILES = (".env", ".env.*", "*.env", ".envrc")
"""Those of variables, which have a place of their own: `env`."""

SECRETS = (
    *ENV_FILES,
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*"),
    *("*.p12", "*.pfx", "*.kdbx", "*.keystore", "*.jks"),
    *(".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".htpasswd"),
    *(".git-credentials", ".vault-token", ".s3cfg", ".boto"),
    *(".ssh/", ".gnupg/", ".aws/", ".azure/", ".config/gcloud/", ".kube/", ".docker/config.json"),
    *("*.tfstate*", ".streamlit/secrets.toml", "service-account*.json", "service_account*.json"),
)
"""Files and folders that hold secrets, anywhere in `source`."""

EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.default", ".env.dist")
"""They are named like secrets, but contain no secrets."""

VERSION_CONTROL = (".git", ".hg/", ".svn/", ".bzr/", ".jj/")
VIRTUALENVS = (".venv/", "venv/", ".virtualenv/", ".tox/", ".nox/")
CACHES = (
    *("__pycache__/", "*.py[cod]", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".DS_Store"),
    *("Thumbs.db", "desktop.ini"),
)

VIRTUALENV_MARKS = ("pyvenv.cfg", "conda-meta", "bin/activate_this.py")
"""One of them is in every virtualenv: of `venv` and virtualenv, of conda, of old virtualenvs."""


def _anywhere(names: Sequence[str]) -> Patterns:
    """Patterns in lower case. Those with a slash match in any folder too."""
    small = (name.casefold() for name in names)
    return patterns_of(f"**/{name}" if "/" in name.rstrip("/") else name for name in small)


_SECRETS = _anywhere((*SECRETS, *(f"!{name}" for name in EXAMPLES)))
_ENV_FILES = _anywhere(ENV_FILES)
_CI_FILES = patterns_of(f"/{name.casefold()}" for name in CI_FILES)
_KINDS = tuple(
    (reason, _anywhere(names))
    for reason, names in (
        ("version control", VERSION_CONTROL),
        ("a virtualenv", VIRTUALENVS),
        ("a cache", CACHES),
    )
)


def is_secret(path: str, *, is_folder: bool) -> bool:
    """Whether the path is named like a file or a folder with secrets."""
    return _takes_original(_SECRETS, path, is_folder=is_folder)


def is_env_file(path: str) -> bool:
    """Whether the path is named like a file of variables."""
    return _takes_original(_ENV_FILES, path, is_folder=False)


def _takes_original(patterns: Patterns, path: str, *, is_folder: bool) -> bool:
    found = originals(path)
    return any(patterns.takes(os.fsencode(each), is_folder=is_folder) for each in found)


def is_of_ci(path: str, *, is_folder: bool) -> bool:
    """Whether the file configures a CI. A change of it does not change the release."""
    return _CI_FILES.takes(os.fsencode(path.casefold()), is_folder=is_folder)


def never_shipped(path: str, *, is_folder: bool) -> str:
    """Why a path with this name is never shipped; empty if it may be."""
    raw = os.fsencode(path.casefold())
    for reason, names in _KINDS:
        if names.takes(raw, is_folder=is_folder):
            return reason
    return ""


def shown(path: str) -> str:
    """A path in quotes, for messages: a name may hold anything but a slash and a NUL."""
    return f'"{path}"' if path.isprintable() else ascii(path)
