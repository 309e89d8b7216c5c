"""One deploy, from the first look to the outcome."""

from pa_deploy.deploy.capitals import look_for_capitals
from pa_deploy.deploy.prepared import Prepared, prepare
from pa_deploy.deploy.reloading import reload_webapp
from pa_deploy.deploy.run import deploy
from pa_deploy.deploy.scratch import scratch_folder
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings

__all__ = [
    "Prepared",
    "Tools",
    "Warnings",
    "deploy",
    "look_for_capitals",
    "prepare",
    "reload_webapp",
    "scratch_folder",
]
