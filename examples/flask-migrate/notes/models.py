"""The tables of the database.

After a change here, run `flask --app notes db migrate -m "what has changed"` on your machine, and
commit the file that it writes. The next deploy applies it.
"""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(200), nullable=False)
