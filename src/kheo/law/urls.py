from django.urls import path

from kheo.law import views

app_name = "law"
urlpatterns = [path("law/numbers/", views.numbers, name="numbers")]
