"""Apps put on the emulator as a person would have put them on PythonAnywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv

import requests

from pa_emulator import Emulator
from tests.places import ROOT

DOMAIN = "alice.pythonanywhere.com"
FLASK = ROOT / "examples" / "flask"


def make_virtualenv(pa: Emulator, name: str) -> None:
    """A virtualenv that sees the packages of the tests, since tests install nothing."""
    directory = pa.path(f"/home/alice/.virtualenvs/{name}")
    venv.create(directory, symlinks=True)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = directory / "lib" / version / "site-packages"
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")


def put_flask(pa: Emulator) -> None:
    shutil.copytree(FLASK, pa.path("/home/alice/flask"))
    make_virtualenv(pa, "flask")


def put_django(pa: Emulator) -> str:
    """A stock project; the text of a WSGI file for it, as PythonAnywhere's template has it."""
    home = pa.path("/home/alice/mysite")
    home.mkdir(parents=True)
    admin = [sys.executable, "-m", "django", "startproject", "mysite", str(home)]
    subprocess.run(admin, check=True)
    settings = home / "mysite" / "settings.py"
    text = settings.read_text().replace("ALLOWED_HOSTS = []", f'ALLOWED_HOSTS = ["{DOMAIN}"]')
    settings.write_text(f'{text}\nSTATIC_ROOT = BASE_DIR / "static"\n')
    manage = [sys.executable, str(home / "manage.py")]
    subprocess.run([*manage, "collectstatic", "--no-input", "--verbosity=0"], check=True)
    subprocess.run([*manage, "migrate", "--verbosity=0"], check=True)
    make_virtualenv(pa, "django")
    return (
        "import os, sys\n"
        "sys.path.insert(0, '/home/alice/mysite')\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\n"
        "from django.core.wsgi import get_wsgi_application\n"
        "application = get_wsgi_application()\n"
    )


def visit(pa: Emulator, path: str = "/") -> requests.Response:
    """What a visitor of the site gets."""
    return requests.get(pa.url + path, headers={"Host": DOMAIN}, timeout=30, allow_redirects=False)


def api(pa: Emulator, method: str, path: str, /, **data: str) -> requests.Response:
    """What somebody does by hand; `path` is below the account."""
    url = f"{pa.url}/api/v0/user/{pa.username}/{path}"
    headers = {"Authorization": f"Token {pa.token}"}
    answer = requests.request(method, url, headers=headers, data=data, timeout=30)
    answer.raise_for_status()
    return answer


def mappings(pa: Emulator) -> list[tuple[str, str]]:
    rows = api(pa, "GET", f"webapps/{DOMAIN}/static_files/").json()
    return [(row["url"], row["path"]) for row in rows]
