"""A small Flask app whose packages are locked by uv. For `app: main:app`."""

from importlib.metadata import version

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return f"Hello from Flask {version('flask')}"
