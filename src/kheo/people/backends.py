"""Signing in by user name and password."""

from django.contrib.auth.backends import BaseBackend, ModelBackend


class PostBackend(ModelBackend):
    """Django's password check; rights come from posts, so Django's own permissions answer nothing.

    A closed account is refused like a wrong password: nobody learns from outside which names exist.
    """

    has_perm = BaseBackend.has_perm
    get_all_permissions = BaseBackend.get_all_permissions
