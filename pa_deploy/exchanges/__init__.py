"""What is told of each request and its answer: lines of a log, and a recording for a report."""

from pa_deploy.exchanges.debug import DebugLines
from pa_deploy.exchanges.recorder import Recorder
from pa_deploy.exchanges.recording import Recording

__all__ = ["DebugLines", "Recorder", "Recording"]
