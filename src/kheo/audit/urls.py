from django.urls import path

from kheo.audit import views

app_name = "audit"
urlpatterns = [path("audit/", views.trail, name="list")]
