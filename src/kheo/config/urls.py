"""Every address. Pages live under their language: /vi/, /en/, /ar/, /pt/; `/` sends the reader to theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from kheo.config import views

handler400, handler403, handler404, handler500 = views.bad_request, views.forbidden, views.not_found, views.fault

_ROOMS = ("units", "people", "figures", "exchange", "initiatives", "audit", "law", "desk", "portal")

urlpatterns = [
    path("", views.to_language, name="root"),
    path("health/", views.health, name="health"),
    path(
        "favicon.ico",
        RedirectView.as_view(url="/static/kheo/icons/favicon.svg", permanent=True, http_method_names=["get", "head"]),
    ),
    *i18n_patterns(*(path("", include(f"kheo.{room}.urls")) for room in _ROOMS), prefix_default_language=True),
]
