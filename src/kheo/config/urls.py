"""Every address. Pages live under their language: /vi/, /en/, /ar/, /pt/; `/` sends the reader to theirs.

What machines read of the whole site (robots.txt, site maps, pictures of links) has no language.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from kheo.config import views
from kheo.portal.urls import rootpatterns

handler400, handler403, handler404, handler500 = views.bad_request, views.forbidden, views.not_found, views.fault

_ROOMS = ("units", "people", "figures", "exchange", "initiatives", "audit", "law", "desk", "portal")

urlpatterns = [
    path("", views.to_language, name="root"),
    path("health/", views.health, name="health"),
    path(
        "favicon.ico",
        RedirectView.as_view(url="/static/kheo/icons/favicon.svg", permanent=True, http_method_names=["get", "head"]),
    ),
    *rootpatterns,
    *i18n_patterns(*(path("", include(f"kheo.{room}.urls")) for room in _ROOMS), prefix_default_language=True),
]
