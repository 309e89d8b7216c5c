"""The findings of a project to which a settings module of ours is added."""

from __future__ import annotations

from dataclasses import replace

from pa_deploy.detect import Finding, NewFile
from pa_deploy.detect.project import Detected
from pa_deploy.inputs import BY_NAME


def with_shim(detected: Detected) -> Detected:
    """As if its files were there: what it settles is no problem, and its values are used."""
    found = detected.findings
    if found.shim is None:
        return detected
    instead = {_key(each): each for each in found.shim.values}
    kept = [instead.pop(_key(each), each) for each in found.values]
    files = tuple(NewFile(path, text) for path, text in found.shim.files)
    return replace(
        detected,
        findings=replace(
            found,
            values=(*kept, *instead.values()),
            problems=tuple(each for each in found.problems if each not in found.shim.settles),
            files=(*found.files, *files),
            shim=None,
        ),
    )


def _key(finding: Finding) -> tuple[str, str]:
    """What a value is about: two with the same key exclude each other."""
    name, value = finding.input_name, finding.value
    if name not in BY_NAME or not BY_NAME[name].is_list:
        return name, ""
    if name == "run":
        return name, value.partition(" --settings")[0]
    return name, value.partition("=")[0].strip()
