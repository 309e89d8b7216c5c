"""Packages that do what the examples call, and no more: the files of a wheel, by its name."""

from __future__ import annotations

DASH = '''\
"""A page, and what a callback answers; a browser would ask for it by JavaScript."""
import json
import flask


class Part:
    def __init__(self, *given, **options):
        self.given, self.options = given, options


class html:
    Div = H1 = P = Part


class dcc:
    Slider = Part


class Output(Part): pass
class Input(Part): pass


class Dash:
    def __init__(self, name, title):
        self.title = title
        self.layout = self.answer = None
        self.server = flask.Flask(name)
        self.server.add_url_rule("/", "page", lambda: f"<title>{title}</title>")
        self.server.add_url_rule("/_dash-layout", "layout", lambda: type(self.layout).__name__)

    def callback(self, output, given):
        return lambda function: function
'''

DATASETS = '''\
"""One flower of each kind."""


class Iris:
    feature_names = ["sepal length", "sepal width", "petal length", "petal width"]
    target_names = ["setosa", "versicolor", "virginica"]
    data = [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]]
    target = [0, 1, 2]


load_iris = Iris
'''

LINEAR_MODEL = '''\
"""The nearest of the flowers that it knows."""


class LogisticRegression:
    def __init__(self, max_iter):
        pass

    def fit(self, data, target):
        self.known = list(zip(data, target))
        return self

    def predict(self, rows):
        return [min(self.known, key=lambda known: distance(row, known[0]))[1] for row in rows]


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other))
'''

FLASK_SQLALCHEMY = '''\
"""Tables of a database in the instance folder; all of a table's rows, in their order."""
import os
import sqlite3


class Session:
    def __init__(self):
        self.new = []

    def connect(self):
        return sqlite3.connect(self.file)

    def add(self, row):
        self.new.append(row)

    def commit(self):
        with self.connect() as connection:
            for row in self.new:
                names, values = ", ".join(vars(row)), tuple(vars(row).values())
                marks = ", ".join("?" * len(values))
                connection.execute(f"INSERT INTO {row.table()} ({names}) VALUES ({marks})", values)
        self.new.clear()

    def scalars(self, model):
        found = self.connect().execute(f"SELECT {', '.join(model.columns())} FROM {model.table()}")
        return [model(**dict(zip(model.columns(), row))) for row in found]


class Model:
    def __init__(self, **values):
        vars(self).update(values)

    @classmethod
    def table(cls):
        return cls.__name__.lower()

    @classmethod
    def columns(cls):
        return [name for name, value in vars(cls).items() if isinstance(value, Column)]


class Column:
    def __init__(self, kind, **options):
        pass


class SQLAlchemy:
    Model, Column, Integer = Model, Column, int

    def __init__(self):
        self.session = Session()

    def init_app(self, app):
        os.makedirs(app.instance_path, exist_ok=True)
        name = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        self.session.file = os.path.join(app.instance_path, name)

    def select(self, model):
        return model

    def String(self, length):
        return str
'''

FLASK_MIGRATE = '''\
"""`flask db upgrade`: the migrations that are not in the database yet, in their order."""
import pathlib
import runpy

import alembic
from flask.cli import AppGroup


class Migrate:
    def init_app(self, app, db):
        group = AppGroup("db")
        group.command("upgrade")(lambda: upgrade(db.session.connect()))
        app.cli.add_command(group)


def upgrade(connection):
    files = pathlib.Path("migrations/versions").glob("*.py")
    after = {found["down_revision"]: found for found in map(runpy.run_path, map(str, files))}
    with connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num)")
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        last = row[0] if row else None
        alembic.op.connection = connection
        while last in after:
            found = after[last]
            found["upgrade"]()
            last = found["revision"]
            print("upgraded to", last)
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (last,))
'''

ALEMBIC = '''\
"""What a migration calls."""
from contextlib import contextmanager
from types import SimpleNamespace


class op:
    connection = None

    @classmethod
    def create_table(cls, name, *parts):
        cls.connection.execute(f"CREATE TABLE {name} ({', '.join(map(str, parts))})")

    @classmethod
    @contextmanager
    def batch_alter_table(cls, name, schema=None):
        def add_column(column):
            cls.connection.execute(f"ALTER TABLE {name} ADD COLUMN {column}")
        yield SimpleNamespace(add_column=add_column)
'''

SQLALCHEMY = '''\
"""What stands in a migration, as SQL."""


def Column(name, kind, nullable):
    return f"{name} {kind}"


def Integer():
    return "INTEGER"


def String(length):
    return f"VARCHAR({length})"


def PrimaryKeyConstraint(name):
    return f"PRIMARY KEY ({name})"
'''

STAND_INS = {
    "dash": {"dash.py": DASH},
    "flask_sqlalchemy": {"flask_sqlalchemy.py": FLASK_SQLALCHEMY},
    "flask_migrate": {
        "flask_migrate.py": FLASK_MIGRATE,
        "alembic.py": ALEMBIC,
        "sqlalchemy.py": SQLALCHEMY,
    },
    "scikit_learn": {
        "sklearn/__init__.py": "",
        "sklearn/datasets.py": DATASETS,
        "sklearn/linear_model.py": LINEAR_MODEL,
    },
}
