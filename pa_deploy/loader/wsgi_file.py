# This WSGI file serves the code that pa-deploy ships. It imports pa-deploy's loader, which puts the
# wanted release in place, and then imports the app of the live one. More: docs/releases.md.
# To leave: `pa-deploy release detach` puts back the WSGI file that was here before.
# pa-deploy fills in BASE and LOADER.
import hashlib
import importlib
import os
import sys

LAYOUT = 2
BASE = ""
LOADER = ""


def is_whole(path):
    """Whether its name is the SHA-256 of its content. So no damaged loader is ever imported."""
    with open(path, "rb") as file:
        return os.path.basename(path) == hashlib.sha256(file.read()).hexdigest() + ".zip"


loaders = [os.path.join(BASE, "loader", name) for name in os.listdir(os.path.join(BASE, "loader"))]
loaders.sort(key=lambda path: (os.path.basename(path) != LOADER, -os.path.getmtime(path)))
loader = next((path for path in loaders if is_whole(path)), None)
if loader is None:
    raise ImportError("pa-deploy's loader in %s/loader is missing or damaged. Deploy again." % BASE)
sys.path.insert(0, loader)
serve = importlib.import_module("pa_deploy_loader.serve")
sys.path.remove(loader)
application = serve.make_application(BASE, __file__)
