"""Which package a module comes from: a fixed table, as nobody should look up a name that is
imported. An index may have a package of that name that somebody else has made.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


OTHERS = {
    "attr": "attrs",
    "babel": "Babel",
    "Bio": "biopython",
    "bs4": "beautifulsoup4",
    "corsheaders": "django-cors-headers",
    "crispy_bootstrap4": "crispy-bootstrap4",
    "crispy_bootstrap5": "crispy-bootstrap5",
    "crispy_forms": "django-crispy-forms",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless",
    "dash_bootstrap_components": "dash-bootstrap-components",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "discord": "discord.py",
    "dj_database_url": "dj-database-url",
    "django_extensions": "django-extensions",
    "django_filters": "django-filter",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "drf_spectacular": "drf-spectacular",
    "drf_yasg": "drf-yasg",
    "environ": "django-environ",
    "fitz": "PyMuPDF",
    "flask_admin": "Flask-Admin",
    "flask_apscheduler": "Flask-APScheduler",
    "flask_assets": "Flask-Assets",
    "flask_avatars": "Flask-Avatars",
    "flask_babel": "Flask-Babel",
    "flask_bcrypt": "Flask-Bcrypt",
    "flask_bootstrap": "Bootstrap-Flask",
    "flask_caching": "Flask-Caching",
    "flask_ckeditor": "Flask-CKEditor",
    "flask_compress": "Flask-Compress",
    "flask_cors": "Flask-Cors",
    "flask_dance": "Flask-Dance",
    "flask_debugtoolbar": "Flask-DebugToolbar",
    "flask_dropzone": "Flask-Dropzone",
    "flask_httpauth": "Flask-HTTPAuth",
    "flask_jwt_extended": "Flask-JWT-Extended",
    "flask_limiter": "Flask-Limiter",
    "flask_login": "Flask-Login",
    "flask_mail": "Flask-Mail",
    "flask_marshmallow": "flask-marshmallow",
    "flask_migrate": "Flask-Migrate",
    "flask_mobility": "Flask-Mobility",
    "flask_moment": "Flask-Moment",
    "flask_mysqldb": "Flask-MySQLdb",
    "flask_paginate": "flask-paginate",
    "flask_principal": "Flask-Principal",
    "flask_pymongo": "Flask-PyMongo",
    "flask_restful": "Flask-RESTful",
    "flask_restx": "flask-restx",
    "flask_script": "Flask-Script",
    "flask_security": "Flask-Security-Too",
    "flask_session": "Flask-Session",
    "flask_smorest": "flask-smorest",
    "flask_socketio": "Flask-SocketIO",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "flask_sslify": "Flask-SSLify",
    "flask_talisman": "flask-talisman",
    "flask_uploads": "Flask-Uploads",
    "flask_wtf": "Flask-WTF",
    "git": "GitPython",
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "lxml": "lxml",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "mysql": "mysql-connector-python",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyOpenSSL",
    "PIL": "Pillow",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pymysql": "PyMySQL",
    "rest_framework": "djangorestframework",
    "rest_framework_simplejwt": "djangorestframework-simplejwt",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "sqlalchemy": "SQLAlchemy",
    "storages": "django-storages",
    "telebot": "pyTelegramBotAPI",
    "telegram": "python-telegram-bot",
    "wtforms": "WTForms",
    "xlsxwriter": "XlsxWriter",
    "yaml": "PyYAML",
}
"""Packages whose modules have another name, or other capitals."""
SAME = frozenset(
    _words("""
    a2wsgi aiogram aiohttp alembic altair anthropic apscheduler arrow asgiref bcrypt bleach
    bokeh boto3 bottle cachetools celery certifi chardet cherrypy click cryptography dash
    django docutils duckdb email_validator emoji faker falcon fastapi feedparser filelock
    flask folium frontmatter geopandas geopy gevent greenlet gspread gtts gunicorn httpx
    humanize imageio itsdangerous jinja2 joblib jsonschema lightgbm litestar loguru markdown
    markdown2 markupsafe marshmallow matplotlib mistune mongoengine networkx nltk numpy
    oauthlib openai openpyxl orjson pandas passlib pdfplumber peewee phonenumbers plotly
    pony praw psutil psycopg pydantic pydantic_settings pydub pygments pymongo pypdf PyPDF2
    pyperclip pyramid pytz pywebpush qrcode quart rapidfuzz redis regex reportlab requests
    requests_oauthlib rich rq schedule scipy seaborn segno selenium sentry_sdk setuptools
    shapely shortuuid simplejson six spacy spotipy sqlmodel starlette statsmodels stripe
    sympy tabulate tenacity textblob tqdm tweepy twilio typer tzlocal ujson unidecode
    uvicorn validators vaderSentiment waitress wand weasyprint werkzeug whitenoise wikipedia
    wordcloud xgboost xlrd xlwt xmltodict yfinance zeep
    """)
)
"""Modules whose package has their name."""

WINDOWS = ("pypiwin32", "pywin32", "pywinpty", "windows-curses", "wmi", "twisted-iocpsupport")
MACOS = ("appscript", "pyobjc", "pyobjc-core", "pyobjc-framework-cocoa")
"""Packages that are for one system alone, which is not that of PythonAnywhere."""


def package_of(module: str) -> str:
    """The package of a top-level module; "" if that is not known."""
    if module in OTHERS:
        return OTHERS[module]
    return module.replace("_", "-") if module in SAME else ""
