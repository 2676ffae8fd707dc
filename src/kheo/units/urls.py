from django.urls import path

from kheo.units import views

app_name = "units"
urlpatterns = [
    path("units/", views.index, name="index"),
    path("units/<str:uid>/", views.unit, name="unit"),
]
