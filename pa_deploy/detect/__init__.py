"""Find out what a project is by reading its files. Nothing is imported or run."""

from pa_deploy.detect.apps import App, find_apps
from pa_deploy.detect.cautions import find_cautions
from pa_deploy.detect.modules import Found, find_elsewhere, find_manage_py, find_module
from pa_deploy.detect.tree import LARGEST_PARSED, Tree

__all__ = [
    "LARGEST_PARSED",
    "App",
    "Found",
    "Tree",
    "find_apps",
    "find_cautions",
    "find_elsewhere",
    "find_manage_py",
    "find_module",
]
