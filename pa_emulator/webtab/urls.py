"""Routes of the Web tab."""

from django.urls import path

from pa_emulator.webtab.views import front_page, show_file, show_webapps

urlpatterns = [
    path("", front_page),
    path("user/<str:username>/webapps/", show_webapps),
    path("user/<str:username>/files<path:name>", show_file),
]
