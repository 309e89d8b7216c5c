"""The Flask app."""

from flask import Flask

from greeter.words import greeting

app = Flask(__name__)


@app.get("/")
def index():
    return greeting("src/")
