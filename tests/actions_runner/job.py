"""A job with its folders, and steps that run the container action in it (ContainerActionHandler.cs,
ProcessInvoker.cs).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.actions_runner.action import Action, input_variables, unexpected_inputs
from tests.actions_runner.annotations import Annotation
from tests.actions_runner.docker_cli import ENGINE, run_command, translated
from tests.actions_runner.file_commands import BadFileCommand, read_key_values, summary_problem
from tests.actions_runner.masking import Masker
from tests.actions_runner.workflow_commands import CommandReader

RUNNER_UID = 1001
LINE_END = re.compile("\r\n|\r|\n")
UNTIL_SIGTERM_SECONDS = 7.5
UNTIL_SIGKILL_SECONDS = 2.5
FILE_COMMANDS = {
    "GITHUB_ENV": "set_env",
    "GITHUB_STEP_SUMMARY": "step_summary",
    "GITHUB_STATE": "save_state",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_PATH": "add_path",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that has ended. `log` and `summary` are masked, as a person sees them; `raw` is what
    the container wrote; `job_outputs` are the outputs that may leave the job.
    """

    exit_code: int
    conclusion: str
    raw: str
    log: str
    annotations: tuple[Annotation, ...]
    outputs: Mapping[str, str]
    job_outputs: Mapping[str, str]
    state: Mapping[str, str]
    environment: Mapping[str, str]
    summary: str

    def messages(self, kind: str) -> list[str]:
        return [each.message for each in self.annotations if each.kind == kind]


class Job:
    """The folders of a job, owned by the runner's user as on a hosted runner."""

    def __init__(self, directory: Path, action: Action, image: str, *secrets: str) -> None:
        self.work = directory / "_work"
        self.workspace = self.work / "repo" / "repo"
        self.temp = self.work / "_temp"
        self.label = hashlib.sha256(str(directory).encode()).hexdigest()[:6]
        self.action = action
        self.image = image
        self.secrets = secrets
        for folder in ("_github_home", "_github_workflow", "_runner_file_commands"):
            (self.temp / folder).mkdir(parents=True)
        self.workspace.mkdir(parents=True)
        (self.temp / "_github_workflow" / "event.json").write_text(json.dumps({"ref": "main"}))
        if os.geteuid() == 0:
            for path in (directory, *directory.rglob("*")):
                os.chown(path, RUNNER_UID, RUNNER_UID)

    def start(
        self,
        inputs: Mapping[str, str],
        *,
        env: Mapping[str, str] = {},
        flags: tuple[str, ...] = (),
        network: str | None = None,
    ) -> Running:
        """Start a step. `flags` are for `docker run` and not the runner's: they harden the test."""
        files = self._file_commands()
        environ = self._environment(inputs, env, files)
        command = run_command(
            self.image,
            environ,
            label=self.label,
            work=self.work,
            workspace=self.workspace,
            network=network,
        )
        program = shutil.which(command[0]) or command[0]
        process = subprocess.Popen(
            [program, "run", *flags, *command[2:]],
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        name = command[command.index("--name") + 1]
        return Running(process, name, files, self, unexpected_inputs(self.action, inputs))

    def run(
        self,
        inputs: Mapping[str, str],
        *,
        env: Mapping[str, str] = {},
        flags: tuple[str, ...] = (),
        network: str | None = None,
    ) -> Step:
        return self.start(inputs, env=env, flags=flags, network=network).finish()

    def containers(self) -> list[str]:
        """Those that are left, running or not."""
        command = [ENGINE, "ps", "--all", "--quiet", "--filter", f"label={self.label}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    def _file_commands(self) -> dict[str, Path]:
        folder = self.temp / "_runner_file_commands"
        files = {name: folder / f"{each}_{uuid.uuid4()}" for name, each in FILE_COMMANDS.items()}
        for file in files.values():
            file.touch(mode=0o644)
            if os.geteuid() == 0:
                os.chown(file, RUNNER_UID, RUNNER_UID)
        return files

    def _environment(
        self, inputs: Mapping[str, str], env: Mapping[str, str], files: Mapping[str, Path]
    ) -> dict[str, str]:
        """What the container gets; what comes later here overrides what came before."""
        environ = {
            **env,
            **input_variables(self.action, inputs),
            "HOME": str(self.temp / "_github_home"),
            "GITHUB_ACTION": "deploy",
            "GITHUB_API_URL": "https://api.github.com",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": str(self.temp / "_github_workflow" / "event.json"),
            "GITHUB_JOB": "deploy",
            "GITHUB_REPOSITORY": "octocat/mysite",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_WORKSPACE": str(self.workspace),
            **{name: str(file) for name, file in files.items()},
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
            "RUNNER_WORKSPACE": str(self.workspace.parent),
            "ACTIONS_RUNTIME_URL": "https://pipelines.actions.githubusercontent.com/",
        }
        return translated(environ, self.work, self.workspace)


class Running:
    """A step under way."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        container: str,
        files: Mapping[str, Path],
        job: Job,
        warning: str | None,
    ) -> None:
        self.container = container
        self._process = process
        self._files = files
        self._job = job
        self._warning = warning
        self._seen = b""
        self._canceled = False

    def wait_for(self, text: str) -> None:
        """Until the container has printed the text."""
        assert self._process.stdout is not None
        while text.encode() not in self._seen:
            part = os.read(self._process.stdout.fileno(), 65536)
            if not part:
                message = f"never printed: {text}\n{self.finish().raw}"
                raise AssertionError(message)
            self._seen += part

    def cancel(self) -> list[signal.Signals]:
        """What the runner does to the CLI when a job is cancelled; the signals that it took.

        The last kills the CLI alone: a container that is still there goes on, `--rm` or not.
        """
        self._canceled = True
        sent = []
        for number, seconds in (
            (signal.SIGINT, UNTIL_SIGTERM_SECONDS),
            (signal.SIGTERM, UNTIL_SIGKILL_SECONDS),
        ):
            self._process.send_signal(number)
            sent.append(number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return sent
        self._process.kill()
        return [*sent, signal.SIGKILL]

    def finish(self) -> Step:
        """Wait for the end, and read what the step left behind."""
        out, err = self._process.communicate(timeout=300)
        raw_out, raw_err = (self._seen + out).decode(), err.decode()
        masker = Masker(*self._job.secrets)
        reader = CommandReader(masker)
        if self._warning:
            reader.annotations.add(Annotation("warning", self._warning))
        for stream in (raw_err, raw_out):  # the runner does not keep the order between the two
            for line in LINE_END.split(stream.removesuffix("\n")) if stream else ():
                reader.read(line)
        environment = self._pairs("GITHUB_ENV", reader)
        summary = self._summary(masker, reader)
        state = self._pairs("GITHUB_STATE", reader)
        outputs = {**reader.outputs, **self._pairs("GITHUB_OUTPUT", reader)}
        failed = reader.failed or self._process.returncode != 0
        ended = "failure" if failed else "success"
        return Step(
            exit_code=self._process.returncode,
            conclusion="cancelled" if self._canceled else ended,
            raw=raw_err + raw_out,
            log="\n".join(reader.log),
            annotations=tuple(reader.annotations.kept),
            outputs=outputs,
            job_outputs={name: text for name, text in outputs.items() if masker.mask(text) == text},
            state=state,
            environment=environment,
            summary=summary,
        )

    def _pairs(self, variable: str, reader: CommandReader) -> dict[str, str]:
        pairs = {}
        try:
            text = self._files[variable].read_bytes().decode("utf-8-sig")
            for name, value in read_key_values(text):
                pairs[name] = value  # noqa: PERF403 - what stands before a bad line counts
        except BadFileCommand as error:
            kind = FILE_COMMANDS[variable].partition("_")[2]
            message = f"Unable to process file command '{kind}' successfully."
            reader.annotations.add(Annotation("error", message))
            reader.annotations.add(Annotation("error", str(error)))
            reader.failed = True
        return pairs

    def _summary(self, masker: Masker, reader: CommandReader) -> str:
        raw = self._files["GITHUB_STEP_SUMMARY"].read_bytes()
        problem = summary_problem(raw)
        if problem:
            reader.annotations.add(Annotation("error", problem))
            return ""
        return "\n".join(masker.mask(line) for line in raw.decode().split("\n"))
