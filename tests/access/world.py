"""The people and records of the walk, and the one SQL truth of who may see which."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from PIL import Image

from kheo.audit.actions import seal
from kheo.base.access import OPERATOR, Actor, Reach
from kheo.base.powers import Power
from kheo.exchange.actions import save, stage
from kheo.exchange.models import ImportRun
from kheo.figures.actions import load_periods
from kheo.figures.queries import period
from kheo.initiatives import actions
from kheo.initiatives.actions.finding import forget
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Evidence, Initiative, Progress
from kheo.initiatives.words import HEADINGS, GivenFile, Registration
from kheo.law.actions import load_calendar, load_numbers
from kheo.people.actions import load_roles
from kheo.people.models import Organisation, Post, User
from kheo.people.queries import actor_named
from kheo.people.tests.folk import account, post, unit, village
from kheo.units.tests.decreed import sheet as decree

TODAY, NOW = date(2025, 11, 20), datetime(2025, 11, 20, 3, tzinfo=UTC)
BEFORE = date(2025, 5, 5)  # the map of three levels
LAM_DONG, GIA_LAI = "68", "52"
# Two communes between which the old xã Hòa Thắng was divided, one more of the province, one of another.
OWN, NEIGHBOUR, THIRD, AWAY = "23041", "23053", "22945", "21583"

WHO = (
    "stranger", "neighbour", "commune", "village", "province", "elsewhere", "nation", "ended", "auditor", "admin",
)  # fmt: skip
ROLES: dict[str, tuple[str, str]] = {
    "neighbour": ("commune_officer", NEIGHBOUR),
    "commune": ("commune_officer", OWN),
    "province": ("province_commission", LAM_DONG),
    "elsewhere": ("province_commission", GIA_LAI),
    "nation": ("nation_commission", ""),
    "auditor": ("auditor", ""),
    "admin": ("administrator", ""),
}


@dataclass
class World:
    """Records by name; people by the names of `WHO`."""

    people: dict[str, User] = field(default_factory=dict)
    models: dict[str, Initiative] = field(default_factory=dict)
    runs: dict[str, ImportRun] = field(default_factory=dict)
    told: Progress | None = None  # of own_running
    shown: dict[str, int] = field(default_factory=dict)  # its photos: "public", "office"
    organisation: Organisation | None = None
    folder: Path = Path()  # files of commands

    def file(self, name: str, code: str = OWN) -> Path:
        """A registration list of one row on disk."""
        path = self.folder / name
        path.write_bytes(sheet("from a file", OWN if code == "-" else code))
        return path

    def decree(self) -> Path:
        """A decree of the map that gives one commune another name."""
        path = self.folder / "decree.csv"
        path.write_bytes(decree("rename, 22960, , Tên mới", day=date(2027, 1, 1)))
        return path

    def staged_by(self, who: str, name: str) -> ImportRun:
        """A list of one row for the own commune, read as this person."""
        return _stage(self, who, name)

    def post_of(self, who: str) -> Post:
        return Post.objects.get(person=self.people[who])

    def actor(self, who: str) -> Actor:
        actor = actor_named(who, TODAY)
        assert actor is not None
        return actor


# Registers everywhere and accepts nowhere, so that what is registered waits to be accepted.
REGISTRAR = Actor(id=None, name="registrar", reach={Power.INITIATIVES_REGISTER: Reach(all=True)})


def build(folder: Path) -> World:
    """One small country: every kind of record in every kind of place."""
    for load in (load_periods, load_roles, load_numbers, load_calendar):
        load()
    world = World(folder=folder)
    world.organisation = village("Thôn Hồng Lâm", OWN)
    for who, (role, code) in ROLES.items():
        world.people[who] = account(who)
        post(world.people[who], role, code, on=TODAY)
    world.people["village"] = account("village")
    post(world.people["village"], "unit_editor", organisation=world.organisation)
    world.people["ended"] = account("ended")
    post(world.people["ended"], "commune_officer", OWN, end=date(2025, 10, 1), on=TODAY)
    _register(world)
    world.people["closed"] = account("closed", active=False)
    post(world.people["closed"], "commune_officer", OWN, on=TODAY)
    for who in ("commune", "province"):
        world.runs[who] = _stage(world, who, f"imported by {who}")
    world.runs["saved"] = _stage(world, "commune", "saved")
    save(actor=world.actor("commune"), importer=REGISTRATION_LIST, run=world.runs["saved"], known=NOW)
    seal(known=NOW)
    return world


def title(name: str) -> str:
    """A title no other is a part of."""
    return f"Mô hình ({name})"


def _register(world: World) -> None:
    def model(name: str, code: str, by: Actor = REGISTRAR, on: date = date(2025, 11, 5), **more: Any) -> Initiative:
        found = actions.register(
            actor=by,
            unit_id=None if "owner" in more else unit(code, on, None).id,
            period=period("2025-2030" if on >= date(2025, 7, 1) else "2020-2025"),
            title=title(name),
            field="economy",
            kind="collective",
            novelty="new",
            on=on,
            known=NOW,
            **more,
        )
        world.models[name] = found
        return found

    editor = world.actor("village")
    model("own", OWN)
    actions.accept(actor=OPERATOR, initiative=model("own_accepted", OWN), on=TODAY, known=NOW)
    for name in ("own_running", "own_reviewed"):
        deed: dict[str, Any] = {"actor": OPERATOR, "initiative": model(name, OWN), "on": TODAY, "known": NOW}
        actions.accept(**deed)
        actions.start(**deed)
    actions.review(**deed)
    _tell(world, world.models["own_running"])
    actions.return_(actor=OPERATOR, initiative=model("own_returned", OWN), reason="Thiếu", on=TODAY, known=NOW)
    model("village", OWN, by=editor, owner=world.organisation)
    model("neighbour", NEIGHBOUR)
    model("third", THIRD)
    model("province", LAM_DONG)
    model("away", AWAY)
    actions.accept(actor=OPERATOR, initiative=model("past", OWN, on=BEFORE), on=BEFORE, known=NOW)
    given = Registration(title=title("draft"), field="", kind="", novelty="", unit_id=unit(OWN, TODAY).id)
    world.models["draft"] = actions.draft(actor=REGISTRAR, given=given, period=period("2025-2030"), on=TODAY, known=NOW)
    model("waiting", "23053", on=BEFORE)  # xã Hòa Thắng as it was: not placed yet, one piece in each commune
    _void(model("void", OWN))


def _tell(world: World, initiative: Initiative) -> None:
    """Progress of a listed model, with a photo for everybody and one for the office."""
    given = [
        GivenFile(picture(colour), f"{name}.png", name, name == "public")
        for name, colour in (("public", "red"), ("office", "blue"))
    ]
    deed: dict[str, Any] = {"actor": OPERATOR, "text": "Đã trồng hoa", "on": TODAY, "known": NOW}
    world.told = actions.tell(initiative=initiative, evidence=given, **deed)
    world.shown = dict(Evidence.objects.values_list("caption", "id"))


def picture(colour: str) -> bytes:
    """A photo as small as they come."""
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


def _void(initiative: Initiative) -> None:
    """As an undone import leaves a row: entered by mistake."""
    with transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(voided_at=NOW)
        forget([initiative.pk])


def sheet(name: str, code: str) -> bytes:
    """A registration list of one row."""
    cells = {
        "title": title(name),
        "unit_code": code,
        "field": "Kinh tế",
        "kind": "Tập thể",
        "novelty": "Đăng ký mới",
    }
    lines = [";".join(HEADINGS[key] for key in cells), ";".join(cells.values())]
    return "\n".join(lines).encode()


def _stage(world: World, who: str, name: str) -> ImportRun:
    return stage(
        actor=world.actor(who),
        importer=REGISTRATION_LIST,
        data=sheet(name, OWN),
        filename=f"{name}.csv",
        options={"period": "2025-2030"},
        on=date(2025, 11, 5),
        known=NOW,
    )


# ---- The one truth -------------------------------------------------------------------------------------------------

_SEES = """
    SELECT i.id FROM initiative i WHERE i.voided_at IS NULL AND EXISTS (
        SELECT 1 FROM people_post p
        JOIN people_user u ON u.id = p.person_id
        JOIN people_role_power rp ON rp.role_id = p.role_id AND rp.power = %(power)s
        JOIN people_role r ON r.code = p.role_id
        WHERE u.username = %(who)s AND p.start <= %(day)s AND (p."end" IS NULL OR p."end" > %(day)s) AND (
            r.scope = 'nation'
            OR (r.scope = 'province' AND i.now_p = p.unit_id)
            OR (r.scope = 'commune' AND i.now_c = p.unit_id)
            OR (r.scope = 'commune' AND i.now_c IS NULL
                AND i.place_id IN (SELECT c.refines FROM place c WHERE c.now_c = p.unit_id))
            OR (r.scope = 'organisation' AND i.owner_id = p.organisation_id)))
"""
_PUBLIC = """
    SELECT id FROM initiative WHERE voided_at IS NULL
    AND state IN ('accepted', 'launched', 'running', 'reviewed', 'recognised')
"""
_DRAFTS = "SELECT id FROM initiative WHERE voided_at IS NULL AND state = 'draft'"
_RUNS = "SELECT r.id FROM exchange_run r JOIN people_user u ON u.id = r.person_id WHERE u.username = %(who)s"
_ACCOUNTS = """
    SELECT u.id FROM people_user u WHERE EXISTS (
        SELECT 1 FROM people_post p JOIN people_role_power rp ON rp.role_id = p.role_id AND rp.power = 'people.manage'
        JOIN people_role r ON r.code = p.role_id JOIN people_user a ON a.id = p.person_id
        WHERE a.username = %(who)s AND r.scope = 'nation')
"""
_TRAIL = """
    SELECT e.id FROM audit_entry e WHERE EXISTS (
        SELECT 1 FROM people_post p JOIN people_role_power rp ON rp.role_id = p.role_id AND rp.power = 'audit.see'
        JOIN people_role r ON r.code = p.role_id JOIN people_user a ON a.id = p.person_id
        WHERE a.username = %(who)s AND r.scope = 'nation')
"""


def _ids(statement: str, who: str, **more: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"who": who, "day": TODAY, **more})
        return {row[0] for row in cursor.fetchall()}


def may_see(who: str, power: str = "initiatives.see") -> set[int]:
    """The models this person holds the power over; drafts only where they also register."""
    return _ids(_SEES, who, power=power) - (_ids(_DRAFTS, who) - _ids(_SEES, who, power="initiatives.register"))


def may_list(who: str) -> set[int]:
    """As `may_see`, without drafts: they are listed apart."""
    return may_see(who) - _ids(_DRAFTS, who)


def public() -> set[int]:
    """The models everybody may read."""
    return _ids(_PUBLIC, "")


def own_runs(who: str) -> set[int]:
    return _ids(_RUNS, who)


def accounts_of(who: str) -> set[int]:
    return _ids(_ACCOUNTS, who)


def trail_of(who: str) -> set[int]:
    return _ids(_TRAIL, who)
