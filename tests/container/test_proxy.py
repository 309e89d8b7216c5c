"""A job whose way out is a proxy, and which trusts an authority of its own: with that, the action
reaches the local PythonAnywhere by PythonAnywhere's own names. The project's CI does it so too.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from pa_emulator import Emulator
from tests.actions_runner import Job, read_action
from tests.connect_proxy import proxy
from tests.container.conftest import SITE
from tests.places import ROOT


def test_through_a_proxy_the_action_needs_no_host(image: str, tmp_path: Path) -> None:
    with (
        Emulator(tls=True, plain_hello=True) as pa,
        proxy(("127.0.0.1", urlsplit(pa.url).port or 0)) as way_out,
    ):
        job = Job(tmp_path / "job", read_action(ROOT / "action.yml"), image, pa.token)
        shutil.copy(pa.ca or "", job.workspace / "ca.pem")
        env = {
            "HTTPS_PROXY": f"http://127.0.0.1:{way_out.server_address[1]}",
            "REQUESTS_CA_BUNDLE": str(job.workspace / "ca.pem"),
        }

        step = job.run({"token": pa.token, "username": "alice", **SITE}, env=env, network="host")

    assert (step.conclusion, step.outputs["healthy"]) == ("success", "true"), step.raw
    assert set(way_out.asked) == {"www.pythonanywhere.com:443", "alice.pythonanywhere.com:443"}
