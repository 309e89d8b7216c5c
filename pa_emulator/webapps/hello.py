"""The WSGI file that a new web app starts with."""

from __future__ import annotations

TEMPLATE = '''\
# This file holds the WSGI configuration that serves your web application at
# http://{domain}/
# It must define a variable 'application', which is set to a WSGI handler.
#
# Help: https://help.pythonanywhere.com/pages/DebuggingImportError/

# +++++++++++ GENERAL DEBUGGING TIPS +++++++++++
# Look at the error log of this web app first.

# +++++++++++ HELLO WORLD +++++++++++
# A little pure-WSGI application; delete it when you have your own.
# Its page is the default one of a PythonAnywhere hosted web application.

HELLO_WORLD = """<html>
<head>
    <title>{title}</title>
</head>
<body>
<h1>Hello, World!</h1>
<p>This is the default page of a web application hosted by
<a href="https://www.pythonanywhere.com/">PythonAnywhere</a>. See the
<a href="https://help.pythonanywhere.com/">help pages</a>.</p>
</body>
</html>"""


def application(environ, start_response):
    if environ.get('PATH_INFO') == '/':
        status = '200 OK'
        content = HELLO_WORLD
    else:
        status = '404 NOT FOUND'
        content = 'Page not found.'
    response_headers = [('Content-Type', 'text/html'), ('Content-Length', str(len(content)))]
    start_response(status, response_headers)
    yield content.encode('utf8')


# +++++++++++ VIRTUALENV +++++++++++
# Set its path in the configuration of the web app.

# +++++++++++ CUSTOM WSGI +++++++++++
# import sys
# path = '/home/{username}/path/to/my/app'
# if path not in sys.path:
#     sys.path.append(path)
# from my_wsgi_file import application

# +++++++++++ DJANGO +++++++++++
# import os
# import sys
# path = '/home/{username}/mysite'
# if path not in sys.path:
#     sys.path.append(path)
# os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'
# from django.core.wsgi import get_wsgi_application
# application = get_wsgi_application()

# +++++++++++ FLASK +++++++++++
# import sys
# path = '/home/{username}/path/to/my/app'
# if path not in sys.path:
#     sys.path.append(path)
# from main_flask_app_file import app as application
'''


def hello_world(username: str, domain: str, *, is_plain: bool = False) -> str:
    """Return source code: a page at `/`, 404 elsewhere, and commented templates.

    If it `is_plain`, its title is not the one by which PythonAnywhere's page is known.
    """
    title = "Hello" if is_plain else "PythonAnywhere hosted web application"
    return TEMPLATE.format(username=username, domain=domain, title=title)
