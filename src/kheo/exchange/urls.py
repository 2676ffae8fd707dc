from django.urls import path

from kheo.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.listing, name="list"),
    path("imports/new/", views.new, name="new"),
    path("imports/<int:pk>/", views.run, name="run"),
    path("imports/<int:pk>/answers/", views.answer, name="answer"),
    path("imports/<int:pk>/headings/", views.understand, name="headings"),
    path("imports/<int:pk>/read-again/", views.read_again, name="read_again"),
    path("imports/<int:pk>/save/", views.save, name="save"),
    path("imports/<int:pk>/undo/", views.undo, name="undo"),
    path("imports/<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("imports/<int:pk>/rows-to-correct.xlsx", views.rows_to_correct, name="rows_to_correct"),
]
