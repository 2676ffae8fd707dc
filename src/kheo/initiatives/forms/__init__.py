"""What people fill in: the filters of the list, the registration sheet, the words of acceptance and return."""

from kheo.initiatives.forms.change import ChangeSheet
from kheo.initiatives.forms.deeds import AcceptForm, ReturnForm
from kheo.initiatives.forms.filters import InitiativeFilters
from kheo.initiatives.forms.sheet import RegistrationSheet, written

__all__ = ["AcceptForm", "ChangeSheet", "InitiativeFilters", "RegistrationSheet", "ReturnForm", "written"]
