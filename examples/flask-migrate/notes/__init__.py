"""A small Flask app whose tables are changed by migrations. For `app: notes:create_app()`."""

from flask import Flask, redirect, render_template, request

from .models import Note, db, migrate


def create_app():
    app = Flask(__name__)
    # Flask-SQLAlchemy puts the file into the folder instance/, which all releases share.
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///notes.db"
    db.init_app(app)
    migrate.init_app(app, db)

    @app.get("/")
    def index():
        notes = db.session.scalars(db.select(Note))
        return render_template("index.html", notes=notes)

    @app.post("/")
    def add():
        db.session.add(Note(text=request.form["text"][:200]))
        db.session.commit()
        return redirect("/")

    return app
