"""Routes of API v1. Creating and reloading work without the last slash, too (API page)."""

from django.urls import path, re_path

from pa_emulator.websites.views import (
    DomainSslView,
    WebsiteReloadView,
    WebsitesView,
    WebsiteView,
)

urlpatterns = [
    re_path(r"^websites/?$", WebsitesView.as_view()),
    path("websites/<str:domain>/", WebsiteView.as_view()),
    re_path(r"^websites/(?P<domain>[^/]+)/reload/?$", WebsiteReloadView.as_view()),
    path("domains/<str:domain>/ssl/", DomainSslView.as_view()),
]
