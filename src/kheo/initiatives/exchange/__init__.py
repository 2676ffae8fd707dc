"""The registration list of models as a list that can be brought in; see `RegistrationList`."""

from kheo.initiatives.exchange.importer import REGISTRATION_LIST, RegistrationList
from kheo.initiatives.exchange.template import write_template

__all__ = ["REGISTRATION_LIST", "RegistrationList", "write_template"]
