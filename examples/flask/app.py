"""A small Flask app: one page from a template, one style sheet."""

from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
def index() -> str:
    return render_template("index.html", title="Hello from Flask")
