"""The benchmarks work, in small. How fast anything is, no test says."""

import shutil

import pytest

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="the limit is made with curl")
