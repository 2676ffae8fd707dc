from django.urls import path

from kheo.initiatives import views
from kheo.initiatives.rules import STEPS

app_name = "initiatives"
urlpatterns = [
    path("initiatives/", views.listing, name="list"),
    path("initiatives/new/", views.new, name="new"),
    path("initiatives/keep/", views.keepable, name="keepable"),
    path("initiatives/export/", views.export, name="export"),
    path("initiatives/template/", views.template, name="template"),
    path("initiatives/accept/", views.accept_ticked, name="accept_ticked"),
    path("initiatives/return/", views.return_ticked, name="return_ticked"),
    path("initiatives/confirm/", views.confirm_ticked, name="confirm_ticked"),
    path("initiatives/<int:pk>/", views.detail, name="detail"),
    path("initiatives/<int:pk>/lineage/", views.lineage, name="lineage"),
    path("initiatives/<int:pk>/change/", views.change, name="change"),
    path("initiatives/<int:pk>/keep/", views.keep, name="keep"),
    path("initiatives/<int:pk>/accept/", views.accept, name="accept"),
    path("initiatives/<int:pk>/return/", views.return_, name="return"),
    path("initiatives/<int:pk>/discard/", views.discard, name="discard"),
    path("initiatives/<int:pk>/resubmit/", views.resubmit, name="resubmit"),
    path("initiatives/<int:pk>/progress/", views.progress, name="progress"),
    path("initiatives/<int:pk>/progress/<int:telling>/void/", views.void_progress, name="void_progress"),
    path("initiatives/<int:pk>/evidence/<int:file>/", views.evidence, name="evidence"),
    *(path(f"initiatives/<int:pk>/{verb}/", views.step, {"verb": verb}, name=verb) for verb in STEPS),
]
