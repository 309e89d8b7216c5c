"""What people write instead of what an input takes: the message says what to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pa_deploy.inputs import BadValue, parse, releases, rows
from pa_deploy.inputs.app import app


def told(parser: Callable[[str], object], text: str) -> str:
    with pytest.raises(BadValue) as caught:
        parser(text)
    return "\n".join(f"{line}: {said} {advice}" for line, said, advice in caught.value.complaints)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mysite.wsgi", "mysite.wsgi:application"),
        ("mysite/wsgi.py", "mysite.wsgi:application"),
        ("mysite\\wsgi.py", "mysite.wsgi:application"),
        ("mysite.wsgi.application", "mysite.wsgi:application"),
        ("mysite.wsgi::application", "mysite.wsgi:application"),
        ("mysite.wsgi: application", "mysite.wsgi:application"),
        ('"mysite.wsgi:application"', "mysite.wsgi:application"),
        ("gunicorn mysite.wsgi:application --bind :80", "mysite.wsgi:application"),
        ("mysite/wsgi.py:app", "mysite.wsgi:app"),
        ("./app.py", "app:app"),
        ("src/main.py:server", "src.main:server"),
        ("wsgi", "wsgi:application"),
        ("flaskr.app", "flaskr:app"),
        ("flask_app.py", "flask_app:app"),
        ("flaskr.create_app()", "flaskr:create_app()"),
        ("flaskr: create_app( )", "flaskr:create_app()"),
        ("src/shop.py:create_app()", "src.shop:create_app()"),
        ("gunicorn 'flaskr:create_app()' --bind :80", "flaskr:create_app()"),
        ("uvicorn --factory main:create_app", "main:create_app()"),
        ("waitress-serve --call flaskr:create_app", "flaskr:create_app()"),
    ],
)
def test_an_app_that_was_probably_meant_is_offered(text: str, meant: str) -> None:
    assert f"Write module:name. Did you mean `{meant}`?" in told(app, text)


@pytest.mark.parametrize("text", ["flaskr", "src.shop", "flaskr.py"])
def test_where_nobody_said_so_the_app_may_be_made_by_a_function(text: str) -> None:
    module = text.removesuffix(".py")

    assert f"If a function makes the app: `{module}:create_app()`." in told(app, text)


@pytest.mark.parametrize("text", ["flaskr.app", "wsgi", "mysite.wsgi", "mysite/wsgi.py:app"])
def test_a_usual_name_is_not_doubted(text: str) -> None:
    assert "If a function" not in told(app, text)


@pytest.mark.parametrize("text", ["flaskr", "mysite.wsgi"])
def test_a_module_alone_lacks_a_name(text: str) -> None:
    assert f'"{text}" has no name after the module.' in told(app, text)


@pytest.mark.parametrize(
    "text", ["my-site/wsgi.py", ":app", "1:a", "/home/x y/app.py", "~/app.py", "make()"]
)
def test_no_app_is_offered_that_could_not_be(text: str) -> None:
    said = told(app, text)

    assert "for example `mysite.wsgi:application`" in said
    assert "Did you mean" not in said


@pytest.mark.parametrize("text", ["flaskr:create_app()", "shop.web:Shop.make()", "a:b", "a.b:c.d"])
def test_an_app_and_a_factory_are_taken(text: str) -> None:
    assert app(text) == text


@pytest.mark.parametrize(
    ("text", "module", "call"),
    [
        ('flaskr:create_app("live")', "flaskr", 'create_app("live")'),
        ('shop.web.make_app("live")', "shop.web", 'make_app("live")'),
        ("flaskr: create_app(debug=True)", "flaskr", "create_app(debug=True)"),
    ],
)
def test_a_factory_with_arguments_needs_a_file_of_two_lines(
    text: str, module: str, call: str
) -> None:
    said = told(app, text)

    assert f"`from {module} import {call.partition('(')[0]}`" in said
    assert f"`application = {call}`" in said
    assert "Then set `app: wsgi:application`." in said


@pytest.mark.parametrize(
    ("parser", "text"),
    [
        (rows.static_files, "/static/ = blog/static, /media/ = media"),
        (rows.static_files, "/static/=~/a,/media/=~/b"),
        (rows.static_files, "/static/ = /a; /media/ = /b"),
        (rows.static_files, "/static/ = /a /media/ = /b"),
        (rows.static_headers, "/static/ Cache-Control: max-age=60, /media/ X-A: 1"),
        (rows.static_headers, "/a X-A: 1; /b X-B: 2"),
        (rows.shared_files, "~/a.txt, ~/b.txt"),
        (rows.shared_files, "/home/alice/a,/home/alice/b"),
        (rows.shared_files, "~/a.txt ~/b.txt"),
        (releases.python_path, "src, lib"),
        (releases.patterns, "*.pyc, *.md"),
        (releases.patterns, "*.pyc,*.md"),
        (releases.patterns, "docs/,.env"),
    ],
)
def test_a_line_is_one_entry(parser: Callable[[str], object], text: str) -> None:
    said = told(parser, f"# one line\n{text}")

    assert said.startswith(f'2: "{text}" has ')
    assert "on a line of its own." in said


@pytest.mark.parametrize(
    ("parser", "text"),
    [
        (rows.static_files, "/static/ = /home/alice/a, b/static"),
        (rows.static_files, '{"/static/": "/a, /b = c"}'),
        (rows.static_headers, "/ Content-Security-Policy: default-src 'self'; report-uri /csp"),
        (rows.static_headers, "/ Link: </a.css>; rel=preload, </b.css>; rel=preload"),
        (rows.shared_files, "~/Smith, John.txt"),
        (releases.patterns, "*,v"),
        (releases.patterns, "Smith[,] John.txt"),
        (releases.patterns, "a,b.txt"),
    ],
)
def test_a_comma_may_be_a_part_of_it(parser: Callable[[str], object], text: str) -> None:
    assert len(parser(text)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("alice", "alice.pythonanywhere.com"),
        ("Alice", "alice.pythonanywhere.com"),
        ("alice.pythonanywhere", "alice.pythonanywhere.com"),
        ("alice.pythonanywhere.co", "alice.pythonanywhere.com"),
        ("alice.pythonanywere.com", "alice.pythonanywhere.com"),
        ("alice.python-anywhere.com", "alice.pythonanywhere.com"),
        ("alice.eu.pythonanywhere.org", "alice.eu.pythonanywhere.com"),
        ("https://www.pythonanywhere.com/user/alice/", "alice.pythonanywhere.com"),
    ],
)
def test_a_site_that_was_probably_meant_is_offered(text: str, meant: str) -> None:
    assert f'Did you mean "{meant}"? Or leave `domain` out.' in told(parse.domain, text)


@pytest.mark.parametrize(
    "text",
    [
        "alice.pythonanywhere.com",
        "alice.eu.pythonanywhere.com",
        "www.mypythonanywhere.com",
        "pythonanywhere.example.com",
        "www.python.org",
    ],
)
def test_other_domains_are_taken(text: str) -> None:
    assert parse.domain(text) == text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("MY KEY=1", 'the name "MY KEY" has a space. Write MY_KEY=1'),
        ("MY-KEY=1", "Write MY_KEY=1"),
        ("1KEY=1", '"1KEY" is not a name'),
        ("export DEBUG=1", "Write DEBUG=1"),
        ("DEBUG: 1", "Write DEBUG=1"),
        ('URL: "http://x/?a=b"', "Write URL=http://x/?a=b"),
        ("DEBUG", '"DEBUG" has no = in it. Write KEY=value.'),
        ("=1", "there is no name before the =."),
    ],
)
def test_a_variable_says_what_is_wrong_with_it(line: str, said: str) -> None:
    assert said in told(releases.variables, f"A=b\n{line}")


@pytest.mark.parametrize(
    "line", ["s3cret word=1", "KEY: s3cret", "s3cret", "s3cret-x=1", "export s3cret 1=2", "=s3cret"]
)
def test_a_secret_variable_is_not_repeated(line: str) -> None:
    said = told(releases.env, f"A=b\n{line}")

    assert said.startswith("2: this is not KEY=value. Write KEY=value, with = and no colon.")
    assert "s3cret" not in said
