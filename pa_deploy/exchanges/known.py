"""The words that a recording keeps, because they are PythonAnywhere's or ours and nobody's own."""

from __future__ import annotations

import re

HOSTS = frozenset({"www.pythonanywhere.com", "eu.pythonanywhere.com", "pythonanywhere.com"})

SEGMENTS = frozenset(
    {
        *("", ".", "..", "~", "home", "var", "www", "log", "tmp", "usr", "bin", "etc"),
        *(".bashrc", ".profile", ".virtualenvs", ".local", ".cache", "README.txt"),
        *(
            ".pa-deploy",
            "pointer.json",
            "release.json",
            "status.json",
            "settled.json",
            "verified.json",
        ),
        *("current", "before", "wsgi_before.py", "again", "incoming", "releases", "records"),
        *("secrets", "environments", "distributions", "layers", "files", "lock", "shared"),
        *("code", "loader", "bin", "unpacking", "first", "backups", "output.log", "closed"),
        *(".empty", "boot.json", "lease", "request-key", "wsgi-file.sha256"),
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
IMAGE = r"classic|danish|dangermouse|earlgrey|fishnchips|glastonbury|haggis|innit"
SHAPES = {
    "python_version": rf"python\d{{1,3}}|python{VERSION}|{VERSION}",
    "status": r"OK|ok|ERROR|error",
    "type": r"file|directory|symlink|link",
    "executable": rf"bash|mysql|(?:i?python|pypy)(?:{VERSION})?",
    "name": rf"(?:Bash|Mysql|I?[Pp]ython(?:{VERSION})?) console \d{{1,15}}",
    "interval": r"daily|hourly",
    "printable_time": r"\d\d:\d\d|\d\d minutes past",
    "default_python_version": VERSION,
    "default_python3_version": VERSION,
    "default_save_and_run_python_version": VERSION,
    "available_python_versions": VERSION,
    "available_python3_versions": VERSION,
    "system_image": IMAGE,
    "available_system_images": IMAGE,
}
"""What the text of a key may be to be kept; anything else becomes a placeholder."""
SHAPES_OF_KEYS = {key: re.compile(shape) for key, shape in SHAPES.items()}
BOOLEAN = re.compile("true|false", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""A key of the API's JSON is kept if it has common words only. Others may be somebody's own."""
KEYS = frozenset(
    {
        *("id", "user", "username", "domain_name", "python_version", "source_directory", "expiry"),
        *("working_directory", "virtualenv_path", "force_https", "password_protection_enabled"),
        *("password_protection_username", "password_protection_password", "url", "path", "name"),
        *("value", "status", "error_type", "error_message", "error", "detail", "message", "code"),
        *("type", "executable", "arguments", "console_url", "console_frame_url", "output", "input"),
        *("command", "enabled", "logfile", "extend_url", "interval", "hour", "minute", "cname"),
        *("printable_time", "description", "cert_type", "system_image", "available_system_images"),
        *("default_python_version", "default_python3_version", "available_python_versions"),
        *("available_python3_versions", "default_save_and_run_python_version", "students"),
        *("daily_cpu_limit_seconds", "daily_cpu_total_usage_seconds", "next_reset_time"),
        *("cert", "private_key", "issuer_name", "not_after", "subject_name", "webapp", "domains"),
        *("subject_alternate_names", "non_field_errors", "can_enable", "can_create"),
        *("logfiles", "access", "server"),
    }
)
"""Keys that are known."""
SECRET = re.compile(
    r"passw|passphrase|secret|token|credential|auth|private|api_?key|^value$|^env"
    r"|^password_protection_username$|^(?:command|arguments|description|input|output|cert)$",
    re.IGNORECASE,
)
"""Fields that hold secrets, or what people have written themselves."""
BOOLEANS = frozenset({"enabled", "force_https", "password_protection_enabled"})
DATES = frozenset({"expiry", "next_reset_time", "not_after"})
SPOKEN = frozenset({"error_type", "error", "code", "cert_type"})
"""Fields whose text is words of the API."""
MESSAGES = frozenset({"detail", "error", "error_message", "message", "non_field_errors"})
"""Keys whose text the API writes for people."""
DOMAINS = frozenset({"domain_name", "cname"})
USERS = frozenset({"user", "username"})

MESSAGE_WORDS = """
a able account accounts action active after again against ago all allowed allows already also
alternate always an and any api app apps are aren argument arguments array as at attempt
authentication authorization auto automatic available back bad base be been before begin begins
being between blank body both broken browser but by bytes cache call called can cannot cause
certificate certificates change character characters check choice choices clear client close
closed cname cnames code come command complete config configuration configured conflict connection
console consoles contact content copy correct could couldn count cpu create created creating
credentials csv current custom daily data database date day days decode default delay delete
deleted deletion denied deploy detail did didn different directory disabled disk dns do does doesn
domain domains don done down each edit eg either element empty enable enabled encoded end ensure
enter entry error errors etc even every exceeded executable execute exist exists expect expected
expired expiry extend extra fail failed failure few field fields file filename files fine first
folder for forbidden forced form format found frame free from full further generic get given go
going greater had half has hash hasn have haven he header headers help here hit hold home host
hour hourly hours how however html http https i id ids ie if iframe ignored image images import in
includes incorrect index info input inside instead integer internal interval into invalid is isn
issuer it item its json just keep key keys kind known language large last later least left length
less letsencrypt letter letters like limit line lines link links list listed load loaded local
location locked log logfile login long longer look lower machine made mail main make makes making
malformed many map mapping match matching maximum may me media memory message method mime minute
minutes missing mode moment more move moved much multiple must my name names near need needed
never new next no non none not nothing notice now null number object of offer offers ok old on
once one only open operation option options or order other others our out output over own pa page
parent parse part party password path paths pending perform perhaps permission permissions plan
please point port possible post prefix present print private problem problems process processes
protection provide provided proxy put py python pythonanywhere query quota raised range rather raw
re reached read ready real reason receive received redirect refresh refused related release
releases reload reloaded reloading remove removed render request requested required reset resolve
resource response responses restart result retry return returned right root row rows run running s
same sample save saved schedule scheduled second seconds secret secrets see seems select sent
server servers service set setting settings several share shared shell short should shouldn show
signed since site size slash slow small so some something soon space specified start started
startup state static status still stop stopped string students subdomain subject submitted success
successful such support supported sure symlink syntax system t tab table take taken task tasks
tell temporarily terms test text than that the their them then there these they thing this those
though throttled through time timed timeout title to token too total tree try trying two txt type
types unable unauthorized under unexpected unicode unique unknown unrecognized unsupported until
up update upgrade upload uploaded url urls usage use used user username uses utf valid value
values var variable verify version versions via view virtualenv waiting want warning was wasn way
we web webapp webapps website websites well were weren what when where whether which while who
whole why will with within without won work works world would wouldn write written wrong wsgi www
xml yaml yet you your zero
"""
COMMON = frozenset(MESSAGE_WORDS.split())
"""Words in the API's messages. A username that is one of them stays in a text, as it tells nothing.
"""
