"""The registration list of models as a list that can be brought in; see `RegistrationList`."""

from kheo.initiatives.exchange.importer import REGISTRATION_LIST, RegistrationList

__all__ = ["REGISTRATION_LIST", "RegistrationList"]
