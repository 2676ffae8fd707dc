"""Only the addresses of allauth that are used; its own names, without a prefix, since it asks for them."""

from allauth.account.views import logout, reauthenticate
from allauth.mfa.base.views import authenticate
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.webauthn.views import login_webauthn, reauthenticate_webauthn
from django.urls import include, path

from kheo.people.views import accounts, me, signing, steps, villages

_own = [
    path("people/powers/", accounts.powers, name="powers"),
    path("people/me/", me.me, name="me"),
    path("people/me/sign-out-elsewhere/", me.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("people/accounts/", accounts.listing, name="accounts"),
    path("people/accounts/villages/", villages.table, name="villages"),
    path("people/accounts/reset/", accounts.reset, name="reset"),
    path("people/accounts/<int:pk>/", accounts.account, name="account"),
    path("people/accounts/<int:pk>/change/", accounts.change, name="change"),
    path("people/accounts/<int:pk>/close/", accounts.close, name="close"),
    path("people/accounts/<int:pk>/open/", accounts.open_, name="open"),
    path("people/accounts/<int:pk>/second-step/", accounts.forget_step, name="forget_step"),
    path("people/posts/<int:pk>/end/", accounts.end, name="end_post"),
    path("people/posts/<int:pk>/hand-over/", accounts.hand_over, name="hand_over"),
]
_steps = [
    path("", authenticate, name="mfa_authenticate"),
    path("confirm/", reauthenticate_by_code, name="mfa_reauthenticate"),
    path("app/", steps.AddApp.as_view(), name="mfa_activate_totp"),
    path("app/remove/", steps.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("codes/", steps.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("codes/new/", steps.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("passkey/", steps.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkey/login/", login_webauthn, name="mfa_login_webauthn"),
    path("passkey/confirm/", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkey/<int:pk>/remove/", steps.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("account/login/", signing.SignIn.as_view(), name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/confirm/", reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", signing.ChangePassword.as_view(), name="account_change_password"),
    path("account/second-step/", include(_steps)),
    path("", include((_own, "people"))),
]
