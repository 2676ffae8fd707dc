"""The real addresses, and two for the component page."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from kheo.config import urls as real
from tests.look import guide

handler400, handler403, handler404, handler500 = real.handler400, real.handler403, real.handler404, real.handler500
urlpatterns = [
    *i18n_patterns(
        path("components/", guide.styleguide), path("workbench/", guide.workbench), prefix_default_language=True
    ),
    *real.urlpatterns,
]
