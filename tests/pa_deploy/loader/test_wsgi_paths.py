"""The folder that a WSGI file names is found, by whatever expression it names it."""

from __future__ import annotations

import pytest

from pa_deploy.loader.wsgi_paths import Paths

FOLDER = "/home/alice/mysite"
NAMING = [
    "path = '/home/alice/mysite'",
    "path = str(Path.home() / 'mysite')",
    "path = Path('~').expanduser().joinpath('mysite').resolve()",
    "path = os.path.expanduser('~/mysite')",
    "path = os.path.join(os.path.expanduser('~'), 'mysite')",
    "path = os.environ['HOME'] + '/mysite'",
    "path = os.environ.get('HOME', '/root') + '/mysite'",
    "path = os.getenv('SITE') or os.path.join(os.getenv('HOME'), 'mysite')",
    "path = os.path.expandvars('$HOME/mysite')",
    "HOME = '/home/alice'\npath = f'{HOME}/mysite'",
    "user = getpass.getuser()\npath = '/home/%s/mysite' % user",
    "path = '/home/%s/%s' % ('alice', 'mysite')",
    "path = '/home/{}/{name}'.format('alice', name='mysite')",
    "path = '/home/{1}/{0}'.format('mysite', 'alice')",
    "path = os.path.join('/', 'home', 'alice', 'mysite')",
    "path = os.sep.join(['', 'home', 'alice', 'mysite'])",
    "path = pwd.getpwuid(os.getuid()).pw_dir + '/mysite'",
    "path = os.path.dirname(os.path.abspath('/home/alice/mysite/wsgi.py'))",
    "path = Path('/home/alice/mysite/web/wsgi.py').parent.parent",
    "path = Path('/home/alice/mysite/web/deep/wsgi.py').parents[2]",
    "path = os.path.join(os.path.dirname(__file__), '../../home/alice/mysite')",
    "os.chdir('/home/alice')\nsys.path.append('mysite')",
    "os.chdir(Path.home())\nsys.path.append(os.path.join(os.getcwd(), 'mysite'))",
    "path = '/home/alice'\npath += '/mysite'",
    "base: str = '/home/alice'\nsys.path.append(base + '/mysite')",
    "if (base := '/home/alice'):\n    sys.path.append(base + '/mysite')",
    "os.environ['SITE'] = '/home/alice/mysite/'\nsys.path.append(os.environ['SITE'])",
    "os.environ.setdefault('SITE', '/home/alice/')\npath = os.environ['SITE'] + 'mysite'",
    "for name in ('lib', 'mysite'):\n    sys.path.append('/home/alice/' + name)",
    "def start():\n    home = '/home/alice'\n    sys.path.append(home + '/mysite')",
    "path = '/home/alice/mysite/ '.strip().rstrip('/')",
    "path = '/home/alice/mysite' if True else '/srv'",
]


@pytest.mark.parametrize("text", NAMING)
def test_a_folder_is_found(text: str) -> None:
    assert FOLDER in Paths(text, "/home/alice").found


@pytest.mark.parametrize(
    "text",
    [
        "def (",
        "path = unknown + '/mysite'",
        "path = os.path.join('/home/alice', unknown)",
        "path = '/home/alice/%1000000000s' % 'm'",
        "path = '/home/alice/{:>1000000000}'.format('m')",
        "path = f'{HOME:>1000000000}/mysite'",
        "path = Path('mysite/wsgi.py').parents[10 ** 9]",
        "path = '/home/alice/mysite '.replace() + ''",
        "path = '%s/%s' % 'x'",
        "os.chdir()\nos.environ[name] = '/home'",
        "path = " + "(" * 5000 + "1" + ")" * 5000,
        "path = '\0'",
    ],
)
def test_what_cannot_be_known_does_no_harm(text: str) -> None:
    assert FOLDER not in Paths(text, "/home/alice").found


def test_the_folders_to_which_it_changes_are_told() -> None:
    text = "import os\nos.chdir(os.path.expanduser('~/mysite'))\nos.chdir('inner')\n"

    assert Paths(text, "/home/alice").working == [FOLDER, f"{FOLDER}/inner"]
