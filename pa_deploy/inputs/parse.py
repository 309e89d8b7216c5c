"""From an input's text to its value. Pure; a text that cannot be used raises BadValue."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from urllib.parse import urlsplit

from pa_deploy.model import PasswordProtection, Secret
from pa_deploy.unprintable import is_one_line
from pa_deploy.urls import shown_url

Complaint = tuple[int | None, str, str]
"""Line within the value (from 1) or None, what is wrong, and the next step."""

TRUE_WORDS = ("true", "yes", "on", "1")
FALSE_WORDS = ("false", "no", "off", "0")
NONE_WORD = "none"
PYTHONANYWHERE = "pythonanywhere.com"
"""Sites of accounts are below it."""
ADDRESSES = (r"([a-z0-9]+)\.(?:eu\.)?pythonanywhere\.com", r"pythonanywhere\.com/user/([a-z0-9]+)")
"""Of an account's site, and of its dashboard."""
OF_SYSTEMS = ("www", "eu")
SHORTEST_PASSWORD = 4
"""A shorter one is too easy to guess."""


class BadValue(Exception):
    """A value that cannot be used, with every complaint about it."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__(complaints)
        self.complaints = complaints

    @classmethod
    def because(cls, message: str, advice: str = "") -> BadValue:
        return cls((None, message, advice))


def did_you_mean(word: str, candidates: tuple[str, ...]) -> str:
    """A question that offers the nearest candidate, or ""."""
    near = nearest(word.lower(), candidates, 0.6)
    return f'Did you mean "{near}"?' if near else ""


def nearest(word: str, candidates: tuple[str, ...], likeness: float) -> str:
    """The candidate that is most like the word, at least so much (0 to 1); "" if none is."""
    return next(iter(get_close_matches(word, candidates, n=1, cutoff=likeness)), "")


def text(value: str) -> str:
    return value


def _without_comment(value: str) -> str:
    """The value; raise BadValue if a comment follows it. Paths hardly have a # after a space."""
    if re.search(r"\s#", value):
        raise BadValue.because(f'"{value}" ends in a comment.')
    return value


def text_or_none(value: str) -> str:
    """`none` clears: the empty text is the value that stands for nothing."""
    _without_comment(value)
    return "" if value.lower() == NONE_WORD else value


def working_directory(value: str) -> str:
    if value.lower() == NONE_WORD:
        raise BadValue.because(
            "a web app always has a working directory.",
            "Write ~ for your home directory, as a new web app has it, or leave the input out.",
        )
    return _without_comment(value)


def password_protection(value: str) -> PasswordProtection:
    """`user:password`, or `none`. No complaint may cite the value: it is a secret."""
    if value.lower() == NONE_WORD:
        return PasswordProtection()
    username, colon, password = value.partition(":")
    if not (colon and username and password):
        raise BadValue.because("it is not a name and a password.", "Write user:password, or none.")
    if "\t" in value or not is_one_line(value):
        raise BadValue.because("it has a tab or a line break.", "Write it on one line.")
    if username != username.strip() or password != password.strip():
        advice = "Remove that space: PythonAnywhere would cut it off."
        raise BadValue.because("the name or the password begins or ends with a space.", advice)
    if len(password) < SHORTEST_PASSWORD:
        raise BadValue.because(
            f"the password has fewer than {SHORTEST_PASSWORD} characters, too few to be a secret.",
            "Choose a longer one.",
        )
    return PasswordProtection(enabled=True, username=username, password=Secret(password))


def secret_texts(value: str, _parsed: object) -> tuple[str, ...]:
    """The texts to hide of a secret: itself, and of `user:password` the password alone.

    `none` is a word of ours; hiding it would make the log unreadable.
    """
    if value.lower() == NONE_WORD:
        return ()
    password = value.partition(":")[2]
    return (value, password.strip()) if password.strip() else (value,)


def is_true_or_false(value: str) -> bool:
    """Whether `boolean` can use it, with blanks around it or not."""
    return value.strip().lower() in (*TRUE_WORDS, *FALSE_WORDS)


def boolean(value: str) -> bool:
    word = value.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise BadValue.because(f'"{value}" is neither true nor false.', "Write true or false.")


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        word = value.lower()
        if word in choices:
            return word
        offer = did_you_mean(word, choices) or f"Choose one of: {', '.join(choices)}."
        raise BadValue.because(f'"{value}" is not one of the choices.', offer)

    return parse


def positive_seconds(value: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m)?", value.lower())
    seconds = float(match[1]) * (60 if match[2] == "m" else 1) if match else 0
    if 0 < seconds <= 24 * 3600:
        return seconds
    raise BadValue.because(
        f'"{value}" is not a number of seconds above 0 and up to 86400.',
        "Write for example 90, 90s or 2m.",
    )


def token(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise BadValue.because(
            "it has spaces or other characters that no token has.",
            "Copy it again from the Account page of PythonAnywhere, tab API token.",
        )
    return value


def username(value: str) -> str:
    is_address = PYTHONANYWHERE in value.lower()
    if is_address or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", value):
        name = _account_in(value)
        advice = "Give the name you log in with, not an e-mail address or a URL."
        if name:
            advice = f'Did you mean "{name}"?'
        shown = shown_url(value) if ":" in value else value
        raise BadValue.because(f'"{shown}" is not a PythonAnywhere user name.', advice)
    return value


def _account_in(address: str) -> str:
    found = (re.search(pattern, address, re.IGNORECASE) for pattern in ADDRESSES)
    names = (match[1] for match in found if match)
    return next((name for name in names if name.lower() not in OF_SYSTEMS), "")


def domain(value: str) -> str:
    name = value.lower()
    if re.fullmatch(
        r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9]{2,59}|[a-z]{2,63})",
        name,
    ):
        meant = _mistyped_site(name)
        if meant:
            raise BadValue.because(
                f'"{value}" looks like a mistyped {PYTHONANYWHERE}.', _offer(meant)
            )
        return name
    bare = _in_ascii(_hostname(name))
    offer = f'Did you mean "{bare}"?' if bare not in ("", name) else "Write www.example.com."
    account = name if re.fullmatch(r"[a-z0-9]+", name) else _account_in(value)
    if account and bare in (name, f"www.{PYTHONANYWHERE}", PYTHONANYWHERE):
        offer = _offer(f"{account.lower()}.{PYTHONANYWHERE}")
    address, *comment = re.split(r"(?=\s+#)", value, maxsplit=1)
    raise BadValue.because(f'"{shown_url(address)}{"".join(comment)}" is not a domain name.', offer)


def _offer(site: str) -> str:
    return f'Did you mean "{site}"? Or leave `domain` out.'


def _mistyped_site(domain: str) -> str:
    """The site below pythonanywhere.com that was meant by one that is below nearly that, or ""."""
    labels = domain.split(".")
    for place in (-1, -2):  # `alice.pythonanywhere`, `alice.pythonanywhere.co`
        account = labels[:place]
        ending = ".".join(labels[place:])
        if account and ending != PYTHONANYWHERE and _is_like_ours(labels[place]):
            return f"{'.'.join(account)}.{PYTHONANYWHERE}"
    return ""


def _is_like_ours(label: str) -> bool:
    """One that contains the whole word, `mypythonanywhere`, is likely meant."""
    word = PYTHONANYWHERE.partition(".")[0]
    return label == word or (word not in label and bool(nearest(label, (word,), 0.9)))


def _in_ascii(name: str) -> str:
    """The `xn--` form of an international domain, which PythonAnywhere wants; "" if it has none."""
    import idna  # noqa: PLC0415 - a tenth of the start of commands that ask for no domain

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return ""


def _hostname(value: str) -> str:
    try:
        return urlsplit(value if "//" in value else f"//{value}").hostname or ""
    except ValueError:
        return ""


def python_version(value: str) -> str:
    """Any of `3.13`, `python313`, `python3.13` as `3.13`."""
    match = re.fullmatch(r"(?:python)?\s*([23])\.?(\d{1,2})", value.lower())
    if not match:
        raise BadValue.because(
            f'"{value}" is not a Python version.', 'Write for example "3.13", in quotes.'
        )
    if match[1] == "3" and int(match[2]) < 3:
        advice = f"In YAML, {match[1]}.{match[2]}0 without quotes is the number {value}: quote it."
        raise BadValue.because(f"there is no Python {value} on PythonAnywhere.", advice)
    return f"{match[1]}.{int(match[2])}"


def digest(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", value.lower()):
        advice = "Give the output `digest` of a run with `mode: plan`. It has 64 characters."
        raise BadValue.because(f'"{value}" is not a digest.', advice)
    return value.lower()


def health_check(value: str) -> str | None:
    """A path, a URL, or None for `none`."""
    if value.lower() == NONE_WORD:
        return None
    _without_comment(value)
    if value.startswith("/") and not value.startswith("//"):
        return value
    if re.match(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?]|$)", value) and _hostname(value):
        return value
    raise BadValue.because(
        f'"{shown_url(value)}" is neither a path nor a URL.',
        "Write for example /health, https://www.example.com/health, or none. Write a domain with "
        "other letters in its xn-- form.",
    )


def statuses(value: str) -> tuple[tuple[int, int], ...]:
    """Statuses and ranges of them, `200-399,401`, as inclusive ranges."""
    ranges = []
    for part in value.split(","):
        match = re.fullmatch(r"\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*", part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if low > high:
            raise BadValue.because(
                f'"{part.strip()}" is not an HTTP status or a range of them.',
                "Write for example 200-399 or 200,401.",
            )
        ranges.append((low, high))
    return tuple(ranges)
