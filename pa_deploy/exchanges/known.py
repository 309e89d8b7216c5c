"""The words that a recording keeps, because they are PythonAnywhere's or ours and nobody's own."""

from __future__ import annotations

import re

HOSTS = frozenset({"www.pythonanywhere.com", "eu.pythonanywhere.com", "pythonanywhere.com"})

SEGMENTS = frozenset(
    {
        *("", ".", "..", "~", "home", "var", "www", "log", "tmp", "usr", "bin", "etc"),
        *(".bashrc", ".profile", ".virtualenvs", ".local", ".cache", "README.txt"),
        *(".pa-deploy", "pointer.json", "release.json", "status.json", "verified.json"),
        *("current", "before", "wsgi_before.py", "incoming", "releases", "records", "secrets"),
        *("layers", "lock", "shared", "code", "loader", "output.log", "closed", ".empty"),
        *("static", "media", "favicon.ico", "robots.txt"),
    }
)
"""Names in paths of files and pages."""
SERVICES = frozenset(
    {
        *("webapps", "static_files", "static_headers", "reload", "enable", "disable", "ssl"),
        *("consoles", "shared_with_you", "get_latest_output", "send_input", "frame", "bash"),
        *("files", "path", "tree", "sharing", "shares", "cpu", "system_image", "students"),
        *("default_python_version", "default_python3_version", "schedule", "task", "extend"),
        *("default_save_and_run_python_version", "always_on", "restart", "databases", "mysql"),
        *("websites", "domains", "user_perms"),
    }
)
"""Names in paths of the API, beside numbers."""
EXTENSIONS = (
    *(".tar.gz", ".py", ".txt", ".json", ".toml", ".html", ".css", ".js", ".ini", ".cfg", ".md"),
    *(".png", ".jpg", ".svg", ".ico", ".gz", ".zip", ".whl", ".sqlite3", ".db", ".log", ".env"),
    *(".yaml", ".yml", ".sh", ".csv"),
)
HEADERS = frozenset(
    {
        *("cache-control", "content-type", "content-security-policy", "x-frame-options"),
        *("x-content-type-options", "access-control-allow-origin", "expires", "vary"),
        *("strict-transport-security", "referrer-policy", "permissions-policy"),
    }
)
"""Names of static headers, in lower case."""

VERSION = r"\d{1,2}(?:\.\d{1,3}){0,2}"
WORD = r"[a-z][a-z_]{0,59}"
SHAPES = {
    "python_version": rf"python\d{{1,3}}|python{VERSION}|{VERSION}",
    "status": r"OK|ok|ERROR|error",
    "error_type": WORD,
    "code": WORD,
    "type": r"file|directory|symlink|link",
    "executable": rf"bash|mysql|(?:i?python|pypy)(?:{VERSION})?",
    "name": rf"(?:Bash|Mysql|I?[Pp]ython(?:{VERSION})?) console \d{{1,15}}",
    "interval": r"daily|hourly",
    "printable_time": r"\d\d:\d\d|\d\d minutes past",
    "cert_type": r"[a-z][a-z-]{0,59}",
    "default_python_version": VERSION,
    "default_python3_version": VERSION,
    "default_save_and_run_python_version": VERSION,
    "available_python_versions": VERSION,
    "available_python3_versions": VERSION,
    "system_image": r"[a-z]{1,20}",
    "available_system_images": r"[a-z]{1,20}",
}
"""What the text of a key may be to be kept; anything else becomes a placeholder."""
SHAPES_OF_KEYS = {key: re.compile(shape) for key, shape in SHAPES.items()}
BOOLEAN = re.compile("true|false", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""A key of the API's JSON. A longer or an odd one may be somebody's own."""
MESSAGES = frozenset({"detail", "error", "error_message", "message", "non_field_errors"})
"""Keys whose text the API writes for people."""
DOMAINS = frozenset({"domain_name", "cname"})
USERS = frozenset({"user", "username"})

MESSAGE_WORDS = """
a able account accounts action active all allowed already also always an and any api app apps are
argument as at available back bad be been before body browser but by can cannot certificate change
choice choices code command config configuration connection console consoles content could cpu
credentials current data database day default deleted denied detail did directory disabled disk
does domain domains element enabled ensure error errors exceeded exist exists expected expired
expiry extend field fields file files first for form found free from get given has have header
headers home host hour id image in input internal interval invalid is iframe it its item json key
kind left limit list load log login machine made make maximum may me message method minute minutes
missing more must my name need new no non not null number object of ok on one only or other output
page password path paths perform permission permissions plan please post private process provide
provided put python quota read ready refresh release reload request requested required resource
restart root row run sample seconds secret server share shared site size space start started state
static status still string such support system tab task tasks test than that the then there this
throttled time to token too tree try type unable unknown up update upload url use used user
username valid value version virtualenv want was web webapp webapps website websites were will
with world wrong you your yet
"""
COMMON = frozenset(MESSAGE_WORDS.split())
"""Words in the API's messages. A username that is one of them stays in a text, as it tells nothing.
"""
