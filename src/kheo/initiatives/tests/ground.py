"""Ground for the tests of the registry: units by their code of today, actors made of bare reach, one honest model."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR, Actor, Reach
from kheo.base.powers import Power
from kheo.figures.actions import recount
from kheo.figures.models import FigLine
from kheo.figures.queries import period
from kheo.figures.words import PeriodView
from kheo.initiatives import actions
from kheo.initiatives.figures import INITIATIVES
from kheo.initiatives.models import Initiative
from kheo.units.queries import by_code

DAY = date(2025, 11, 5)
KNOWN = datetime(2026, 11, 25, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 4, tzinfo=UTC)
PHAN_THIET, PHU_THUY, TUY_PHONG = "22945", "22924", "22978"  # communes of Lâm Đồng
LAM_DONG, GIA_LAI = "68", "52"
SEE, REGISTER, ACCEPT = Power.INITIATIVES_SEE, Power.INITIATIVES_REGISTER, Power.INITIATIVES_ACCEPT


def unit(code: str, on: date = DAY) -> int:
    """Id of the unit with this code on that day."""
    return by_code(code, on)[0].id


def term(code: str = "2025-2030") -> PeriodView:
    return period(code)


def actor(name: str, reach: Reach, *powers: Power) -> Actor:
    return Actor(id=1, name=name, reach=dict.fromkeys(powers or (SEE, REGISTER, ACCEPT), reach), label=name)


def province(code: str = LAM_DONG, *powers: Power) -> Actor:
    return actor(f"p{code}", Reach(provinces=frozenset({unit(code)})), *powers)


def commune(code: str = PHAN_THIET, *powers: Power) -> Actor:
    """An officer of the commune who registers but does not accept, unless powers are named."""
    return actor(f"c{code}", Reach(communes=frozenset({unit(code)})), *(powers or (SEE, REGISTER)))


def registered(by: Actor | None = None, **other: Any) -> Initiative:
    """An honest registration of Phan Thiết, some of it otherwise."""
    given: dict[str, Any] = {
        "unit_id": unit(PHAN_THIET),
        "period": term(),
        "title": "Đường hoa thay bãi rác tự phát",
        "field": "culture_society",
        "kind": "collective",
        "novelty": "new",
        "on": DAY,
        "known": KNOWN,
    }
    return actions.register(actor=by or commune(), **(given | other))


def again(initiative: Initiative) -> Initiative:
    """The same model as the database holds it now."""
    return Initiative.objects.select_related("place", "period", "owner").get(pk=initiative.pk)


def trail() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def lines(initiative: Initiative) -> list[tuple[date, int, int, int, int, int, int]]:
    """The journal of a model: day, cause, field, kind, novelty, state, n."""
    rows = FigLine.objects.filter(measure=INITIATIVES.id, fact=initiative.pk).order_by("id")
    return [(r.day, r.cause, r.d1, r.d2, r.d3, r.state, r.n) for r in rows]


def differences() -> list[Any]:
    """What the recount finds between the registry and its figures; empty when they agree."""
    with transaction.atomic():
        return recount([INITIATIVES], heal=False, known=LATER, actor=OPERATOR)


def table_rows(table: str, *, without: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a table in plain values, for comparing two ways of doing the same."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        columns = [c[0] for c in cursor.description]
        kept = [at for at, name in enumerate(columns) if name not in without]
        return sorted((tuple(str(row[at]) for at in kept) for row in cursor.fetchall()), key=str)
