"""A small model of GitHub's Actions runner (v2.336): what it does around a container action.

It stands in the tests for the runner itself, so it shares no code with pa_deploy, and fails a step
where the runner fails it. The facts come from the runner's source; `Runner.Worker` is meant where
a docstring names a file. Left out: problem matchers, services, pre and post steps.
"""

from tests.actions_runner.action import Action, read_action
from tests.actions_runner.annotations import Annotation
from tests.actions_runner.docker_cli import ENGINE, build_command, run_command
from tests.actions_runner.file_commands import BadFileCommand, read_key_values
from tests.actions_runner.job import Job, Running, Step

__all__ = [
    "ENGINE",
    "Action",
    "Annotation",
    "BadFileCommand",
    "Job",
    "Running",
    "Step",
    "build_command",
    "read_action",
    "read_key_values",
    "run_command",
]
