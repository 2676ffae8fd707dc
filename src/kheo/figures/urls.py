from django.urls import path

from kheo.figures import views

app_name = "figures"
urlpatterns = [
    path("figures/coverage/", views.coverage, name="coverage"),
    path("figures/table/", views.table, name="table"),
    path("figures/quoted/", views.quoted, name="quoted"),
]
