"""What PythonAnywhere runs: `wsgi-file: wsgi.py` installs it under /var/www."""

import os
import sys

os.chdir("/home/alice/flask")
sys.path.insert(0, "/home/alice/flask")

from app import app as application  # noqa: E402, F401
