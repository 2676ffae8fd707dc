"""Only the addresses of allauth that are used; its own names, without a prefix, since it asks for them."""

from allauth.account.views import logout
from django.urls import include, path

from kheo.people import views

_own = [path("people/powers/", views.powers, name="powers")]

urlpatterns = [
    path("account/login/", views.SignIn.as_view(), name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("", include((_own, "people"))),
]
