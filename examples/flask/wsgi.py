"""For `wsgi-file: wsgi.py`, which installs it under /var/www: what PythonAnywhere runs then.

The code must be in /home/alice/flask already. With `source`, which ships the code, this file is not
needed: write `app: app:app`.
"""

import os
import sys

os.chdir("/home/alice/flask")
sys.path.insert(0, "/home/alice/flask")

from app import app as application  # noqa: E402, F401
