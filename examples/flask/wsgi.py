"""The WSGI file that `wsgi-file: wsgi.py` installs on PythonAnywhere.

The code must already be in /home/alice/flask. If you ship the code with `source`, you do not need
this file: write `app: app:app`.
"""

import os
import sys

os.chdir("/home/alice/flask")
sys.path.insert(0, "/home/alice/flask")

from app import app as application  # noqa: E402, F401
