"""Which package a module comes from: a fixed table, as nobody should look up a name that is
imported. An index may have a package of that name that somebody else has made.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


OTHERS = {
    "allauth": "django-allauth",
    "attr": "attrs",
    "autoslug": "django-autoslug",
    "axes": "django-axes",
    "babel": "Babel",
    "Bio": "biopython",
    "bootstrap3": "django-bootstrap3",
    "bootstrap4": "django-bootstrap4",
    "bootstrap5": "django-bootstrap5",
    "bootstrap_datepicker_plus": "django-bootstrap-datepicker-plus",
    "bs4": "beautifulsoup4",
    "ckeditor": "django-ckeditor",
    "ckeditor_uploader": "django-ckeditor",
    "cloudinary_storage": "django-cloudinary-storage",
    "colorfield": "django-colorfield",
    "compressor": "django-compressor",
    "corsheaders": "django-cors-headers",
    "crispy_bootstrap4": "crispy-bootstrap4",
    "crispy_bootstrap5": "crispy-bootstrap5",
    "crispy_forms": "django-crispy-forms",
    "crispy_tailwind": "crispy-tailwind",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless",
    "dash_bootstrap_components": "dash-bootstrap-components",
    "dateutil": "python-dateutil",
    "debug_toolbar": "django-debug-toolbar",
    "decouple": "python-decouple",
    "discord": "discord.py",
    "dj_database_url": "dj-database-url",
    "django_celery_beat": "django-celery-beat",
    "django_celery_results": "django-celery-results",
    "django_ckeditor_5": "django-ckeditor-5",
    "django_cleanup": "django-cleanup",
    "django_countries": "django-countries",
    "django_extensions": "django-extensions",
    "django_filters": "django-filter",
    "django_htmx": "django-htmx",
    "django_quill": "django-quill-editor",
    "django_summernote": "django-summernote",
    "django_tables2": "django-tables2",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "drf_spectacular": "drf-spectacular",
    "drf_yasg": "drf-yasg",
    "easy_thumbnails": "easy-thumbnails",
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
    "guardian": "django-guardian",
    "haystack": "django-haystack",
    "hitcount": "django-hitcount",
    "imagekit": "django-imagekit",
    "import_export": "django-import-export",
    "jazzmin": "django-jazzmin",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "knox": "django-rest-knox",
    "lxml": "lxml",
    "magic": "python-magic",
    "markdownx": "django-markdownx",
    "mathfilters": "django-mathfilters",
    "mdeditor": "django-mdeditor",
    "model_utils": "django-model-utils",
    "modeltranslation": "django-modeltranslation",
    "mptt": "django-mptt",
    "multipart": "python-multipart",
    "mysql": "mysql-connector-python",
    "MySQLdb": "mysqlclient",
    "ninja": "django-ninja",
    "OpenSSL": "pyOpenSSL",
    "phonenumber_field": "django-phonenumber-field",
    "PIL": "Pillow",
    "polymorphic": "django-polymorphic",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pymysql": "PyMySQL",
    "rest_framework": "djangorestframework",
    "rest_framework_jwt": "djangorestframework-jwt",
    "rest_framework_simplejwt": "djangorestframework-simplejwt",
    "simple_history": "django-simple-history",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "social_django": "social-auth-app-django",
    "socketio": "python-socketio",
    "solo": "django-solo",
    "sorl": "sorl-thumbnail",
    "sqlalchemy": "SQLAlchemy",
    "star_ratings": "django-star-ratings",
    "storages": "django-storages",
    "taggit": "django-taggit",
    "telebot": "pyTelegramBotAPI",
    "telegram": "python-telegram-bot",
    "tinymce": "django-tinymce",
    "unfold": "django-unfold",
    "widget_tweaks": "django-widget-tweaks",
    "wtforms": "WTForms",
    "xlsxwriter": "XlsxWriter",
    "yaml": "PyYAML",
}
"""Packages whose modules have another name, or other capitals."""
SAME = frozenset(
    _words("""
    a2wsgi aiogram aiohttp aiosqlite asyncpg alembic altair anthropic apscheduler arrow
    asgiref bcrypt bleach bokeh boto3 bottle cachetools celery certifi chardet cherrypy
    click cryptography dash django docutils duckdb email_validator emoji faker falcon
    fastapi feedparser filelock flask folium frontmatter geopandas geopy gevent greenlet
    gspread gtts gunicorn httpx humanize imageio itsdangerous jinja2 joblib jsonschema
    librosa lightgbm litestar loguru markdown markdown2 markupsafe marshmallow
    matplotlib mistune mongoengine networkx nltk numpy oauthlib openai openpyxl orjson
    pandas passlib pdfplumber peewee phonenumbers plotly pony praw psutil psycopg
    pydantic pydantic_settings pydub pygments pymongo pypdf PyPDF2 pyperclip pyramid
    pytz pywebpush qrcode quart rapidfuzz redis regex reportlab requests
    requests_oauthlib rich rq schedule scipy seaborn segno selenium sentry_sdk
    setuptools shapely shortuuid simplejson six spacy spotipy sqlmodel starlette
    statsmodels stripe sympy tabulate tenacity textblob tqdm tweepy twilio typer tzlocal
    ujson unidecode uvicorn validators vaderSentiment waitress wand weasyprint werkzeug
    whitenoise wikipedia wordcloud xgboost xlrd xlwt xmltodict yfinance zeep
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
