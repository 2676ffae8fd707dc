"""Every check of the house: a function over a tree that answers with complaints."""

from collections.abc import Callable, Iterable

from tests.architecture.checks import imports, pages, shapes, tables, writes
from tests.architecture.house import Complaint, House

Check = Callable[[House], Iterable[Complaint]]

ALL: tuple[Check, ...] = tuple(
    value
    for module in (imports, writes, shapes, tables, pages)
    for name, value in vars(module).items()
    if name.startswith("check_")
)
