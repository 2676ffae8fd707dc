from django.urls import path

from kheo.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("models/<int:pk>/", views.model, name="model"),
]
