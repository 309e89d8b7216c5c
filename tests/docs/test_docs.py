"""What is written down is so."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from pa_deploy import errors
from pa_deploy.inputs import INPUTS, OUTPUTS, names_in_file
from pa_deploy.settings import Settings, resolve_all
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from tests.places import ROOT

README = (ROOT / "README.md").read_text()
REFERENCE = (ROOT / "docs/reference.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def test_generated_docs_are_current() -> None:
    check = subprocess.run([sys.executable, ROOT / "docs/generate.py", "--check"], check=False)

    assert check.returncode == 0


def test_action_and_table_have_the_same_inputs_and_outputs() -> None:
    assert list(ACTION["inputs"]) == [each.name for each in INPUTS]
    assert list(ACTION["outputs"]) == [each.name for each in OUTPUTS]


def test_the_action_has_no_defaults_that_would_hide_a_weaker_source() -> None:
    assert not [name for name, each in ACTION["inputs"].items() if "default" in each]


def test_the_action_s_description_fits_the_marketplace() -> None:
    assert len(ACTION["description"]) < 125


def test_every_exit_code_is_in_the_reference() -> None:
    leaves = [each for each in vars(errors).values() if isinstance(each, type)]
    codes = {each.exit_code for each in leaves if issubclass(each, errors.DeployError)}

    assert all(f"| {code} |" in REFERENCE for code in codes | {0, 130, 143})


def test_each_action_of_others_is_used_in_one_version() -> None:
    """But for the example of Gitea, which names it by its address: its runners are older."""
    folders = (ROOT / ".github" / "workflows", ROOT / "examples", ROOT / "docs")
    pages = [ROOT / "README.md", *(page for folder in folders for page in folder.rglob("*.*"))]
    used = {
        found
        for page in pages
        for found in re.findall(r"uses: ([\w-]+/[\w./-]+)@(.+)", page.read_text(errors="replace"))
        if found[0] != "OWNER/pa-deploy"
    }

    names = [name for name, _ in used]
    assert "actions/checkout" in names
    assert len(names) == len(set(names)), sorted(used)


@pytest.mark.parametrize(
    "command", re.findall(r"^make ([a-z-]+)$", README + CONTRIBUTING, re.MULTILINE)
)
def test_every_make_target_that_is_told_of_exists(command: str) -> None:
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_workflow_in_the_readme_has_inputs_that_are_accepted() -> None:
    steps = [
        step
        for block in re.findall(r"```yaml\n(name: Deploy.*?)```", README, re.DOTALL)
        for step in yaml.safe_load(block)["jobs"]["deploy"]["steps"]
    ]
    given = next(step["with"] for step in steps if "pa-deploy" in step["uses"])

    assert resolve(Given.of({**given, "token": "t"}, {}, Path())).target.username == "alice"
    assert set(given) <= {each.name for each in INPUTS}


def settings_of(config: str, workspace: Path, **environ: str) -> list[Settings]:
    """Settle a config file in a workspace that has the files that the examples name."""
    (workspace / "wsgi.py").touch()
    (workspace / "requirements.txt").touch()
    (workspace / "pa-deploy.toml").write_text(config)
    given = {"PA_TOKEN": "t0ken-of-alice", "PA_USERNAME": "alice", **environ}
    return list(resolve_all(read_inputs(Given.of({}, given, workspace))))


EXAMPLE = (ROOT / "examples/pa-deploy.toml").read_text()
SEVERAL = (ROOT / "examples/several-webapps.toml").read_text()


def test_the_example_config_has_every_key() -> None:
    keys = set(tomllib.loads(EXAMPLE)) - {"environments"}

    # One of them excludes the releases that the others are about, and is in a comment.
    assert "\n# wsgi-file = " in EXAMPLE
    assert keys | {"wsgi-file"} == set(names_in_file("webapp", "run"))


def test_the_example_config_is_accepted(tmp_path: Path) -> None:
    (found,) = settings_of(EXAMPLE, tmp_path)
    (staging,) = settings_of(EXAMPLE, tmp_path, PA_ENVIRONMENT="staging")

    assert (found.target.domain, found.policy.reload) == ("www.example.com", "always")
    assert (staging.target.domain, staging.policy.reload) == ("staging.example.com", "auto")
    assert staging.wanted.static_headers == found.wanted.static_headers


def test_the_example_config_with_several_web_apps_is_accepted(tmp_path: Path) -> None:
    shop, blog = settings_of(SEVERAL, tmp_path)
    (staging,) = settings_of(SEVERAL, tmp_path, PA_ENVIRONMENT="staging")

    assert (shop.wanted.python_version, blog.wanted.python_version) == ("3.13", "3.12")
    assert len(shop.wanted.static_files or ()) == 2
    assert staging.target.domain == "staging.example.com"


@pytest.mark.parametrize(
    "block",
    [
        block
        for page in ("README.md", "docs/config.md")
        for block in re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    ],
)
def test_the_configs_in_the_docs_are_accepted(tmp_path: Path, block: str) -> None:
    assert settings_of(block, tmp_path)


def test_what_the_config_file_may_hold_the_workflow_need_not() -> None:
    required = {name for name, each in ACTION["inputs"].items() if each["required"]}

    assert required == {"token"}


def test_local_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_example_is_in_the_list_of_examples() -> None:
    listed = (ROOT / "examples/README.md").read_text()
    folders = [file.parent.name for file in ROOT.glob("examples/*/pa-deploy.toml")]

    assert folders
    assert [name for name in folders if f"[{name}]({name})" not in listed] == []


def test_the_lock_file_satisfies_the_package_metadata() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )

    for text in project["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[requirement.name.lower()])


def test_every_locked_requirement_has_a_hash() -> None:
    text = (ROOT / "requirements.txt").read_text()

    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(re.findall(r"# via", text))
    assert "--hash=sha256:" in text


ADDING = (ROOT / "docs/adding.md").read_text()
HOUSE = (ROOT / "docs/architecture.md").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:\w+/)+\w+\.py)`", HOUSE))))
def test_the_modules_that_the_architecture_names_are_there(path: str) -> None:
    """From the top, or below `pa_deploy/`."""
    assert (ROOT / path).exists() or (ROOT / "pa_deploy" / path).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:\w+/)+[\w.-]*)`", ADDING))))
def test_the_places_to_add_something_are_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    ("words", "listed"),
    re.findall(r"<!-- \[([\w ]+)\] -->\n(.*?)<!-- \[end\] -->", ADDING, re.DOTALL),
)
def test_the_files_that_an_example_is_in_are_listed(words: str, listed: str) -> None:
    """They have one of the words, in capitals or not."""
    files = (ROOT / "pa_deploy").rglob("*.py")
    found = {
        str(file.relative_to(ROOT))
        for file in files
        if any(word in file.read_text().lower() for word in words.split())
    }

    assert set(re.findall(r"^- `(.+)`$", listed, re.MULTILINE)) == found
