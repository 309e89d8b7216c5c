"""Names that people list by mistake: modules, misspelt packages, and packages of a system."""

from __future__ import annotations

import sys
from difflib import get_close_matches

from packaging.utils import canonicalize_name

from pa_deploy.module_names import MACOS, OTHERS, WINDOWS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


POPULAR = _words("""
    aiogram aiohttp alembic anthropic apscheduler asgiref babel bcrypt beautifulsoup4 bokeh
    boto3 bottle bs4 cachetools celery certifi cffi channels charset-normalizer click
    cryptography dash dj-database-url django django-allauth django-bootstrap5
    django-cors-headers django-crispy-forms django-environ django-extensions django-filter
    django-import-export django-storages djangorestframework djangorestframework-simplejwt
    fastapi flask flask-admin flask-bcrypt flask-bootstrap flask-cors flask-jwt-extended
    flask-login flask-mail flask-migrate flask-restful flask-security flask-sqlalchemy flask-wtf
    gevent google-api-python-client google-auth gspread gunicorn httpx idna itsdangerous jinja2
    joblib jsonschema lxml markdown markupsafe marshmallow matplotlib mysql-connector-python
    mysqlclient nltk numpy openai opencv-python opencv-python-headless openpyxl pandas passlib
    peewee pillow plotly psutil psycopg psycopg2 psycopg2-binary pydantic pyjwt pymongo pymysql
    pypdf pyramid pytelegrambotapi pytest python-dateutil python-decouple python-dotenv
    python-telegram-bot pytz pyyaml qrcode redis reportlab requests rich scikit-learn scipy
    seaborn selenium sentry-sdk setuptools six sqlalchemy sqlparse starlette streamlit telethon
    tensorflow torch tornado tqdm twilio typing-extensions tzdata urllib3 uvicorn waitress
    werkzeug wheel whitenoise wtforms xlsxwriter
""")
LIKENESS = 0.8
OF_UBUNTU = _words("""
    apturl brlapi cloud-init command-not-found cupshelpers defer distro-info language-selector
    launchpadlib lazr-restfulclient lazr-uri louis macaroonbakery netplan onboard python-apt
    python-debian screen-resolution-extra ssh-import-id systemd-python ubuntu-advantage-tools
    ubuntu-drivers-common ubuntu-pro-client ufw unattended-upgrades usb-creator xkit
""")
OF_CONDA = _words("""
    anaconda-client anaconda-navigator anaconda-project conda conda-build conda-content-trust
    conda-env conda-libmamba-solver conda-pack conda-package-handling conda-package-streaming
    conda-repo-cli conda-token conda-verify libmambapy menuinst mkl-fft mkl-random mkl-service
    navigator-updater ruamel-yaml-conda
""")
MODULES = {
    str(canonicalize_name(module)): package
    for module, package in OTHERS.items()
    if canonicalize_name(module) not in {canonicalize_name(package), *POPULAR}
}
"""The packages of modules whose names are not those of packages that people mean: `psycopg2` is one
beside `psycopg2-binary`, `flask-bootstrap` one beside `bootstrap-flask`, and `bs4` installs
`beautifulsoup4`.
"""


def advice_on(name: str) -> str:
    """What to do about a name that no index has; "" if nothing is known of it."""
    if name in MODULES:
        return f"`{name}` is a module of the package `{MODULES[name]}`. List that instead."
    if name.replace("-", "_") in sys.stdlib_module_names:
        return f"`{name}` is a part of Python. Remove the line."
    if of_system(name):
        return of_system(name)
    if name in POPULAR:
        return ""
    near = get_close_matches(name, POPULAR, n=1, cutoff=LIKENESS)
    return f"Did you mean `{near[0]}`?" if near else ""


def of_system(name: str) -> str:
    """What to do about a package that comes with Ubuntu or conda; "" for others."""
    if name in OF_UBUNTU:
        return f"`{name}` is a package of Ubuntu, which `pip freeze` lists too. Remove the line."
    return f"`{name}` is a package of conda. Remove the line." if name in OF_CONDA else ""


def platform_of(name: str) -> str:
    """`win32` or `darwin` for a package that is known to be for that system alone, else ""."""
    if name in WINDOWS:
        return "win32"
    return "darwin" if name in MACOS or name.startswith("pyobjc-") else ""
