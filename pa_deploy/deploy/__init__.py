"""One deploy, from the first look to the outcome."""

from pa_deploy.deploy.capitals import look_for_capitals
from pa_deploy.deploy.live import reload_webapp
from pa_deploy.deploy.story import deploy
from pa_deploy.deploy.tools import UNKNOWN, Tools

__all__ = ["UNKNOWN", "Tools", "deploy", "look_for_capitals", "reload_webapp"]
