"""One deploy, from the first look to the outcome."""

from pa_deploy.deploy.live import reload_webapp
from pa_deploy.deploy.story import deploy
from pa_deploy.deploy.tools import UNKNOWN, Tools

__all__ = ["UNKNOWN", "Tools", "deploy", "reload_webapp"]
