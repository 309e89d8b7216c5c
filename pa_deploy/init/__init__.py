"""What was found out about a project becomes files: the config, and the workflow of its CI."""

from pa_deploy.init.account import from_account
from pa_deploy.init.ci_files import CiFile, ci_file
from pa_deploy.init.config_file import CONFIG, config_text
from pa_deploy.init.shim import with_shim

__all__ = ["CONFIG", "CiFile", "ci_file", "config_text", "from_account", "with_shim"]
