"""What is sent: the arguments of an address, the body of a form, the words of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kheo.people.tests.folk import PASSWORD
from tests.access.world import OWN, TODAY, World, sheet, unit


def arguments(world: World, target: str) -> dict[str, Any]:
    """`own`: that model; `run:commune`: the import of that person; `unit:68`: that unit; `photo:public`: that
    photo; `telling:own_running`: what was told of it; `who:ended`: a person; `post:village`: a person's post;
    `field:economy`, `part:vi`: what stands in a public address; `-`: none."""
    kind, _colon, name = target.rpartition(":")
    if kind == "run":
        return {"pk": world.runs[name].pk}
    if kind == "field":
        return {"field": name}
    if kind == "part":
        return {"lang": name, "part": 1}
    if kind == "photo":
        return {"pk": world.models["own_running"].pk, "file": world.shown.get(name, 999999)}
    if kind == "telling":
        assert world.told is not None
        return {"pk": world.models[name].pk, "telling": world.told.pk}
    if kind == "who":
        return {"pk": world.people[name].pk}
    if kind == "post":
        return {"pk": world.post_of(name).pk}
    if kind == "unit":
        return {"uid": unit(name, TODAY).uid}
    return {"pk": world.models[name].pk if name in world.models else int(name)}


def _sheet_of_a_model(world: World, target: str) -> dict[str, Any]:
    model = world.models.get(target)
    return {
        "title": "Mô hình mới ghi",
        "field": "economy",
        "kind": "collective",
        "novelty": "new",
        "unit": unit(OWN, TODAY).uid,
        "owner": "",
        "period": "2025-2030",
        "start": "",
        "end": "",
        "households": "",
        "goal": "",
        "note": "",
        "code": "",
        "alike": "another",
        **({"version": model.version, "change": "mistake", "how": "mistake"} if model else {}),
    }


def _deed(world: World, target: str) -> dict[str, Any]:
    """Accepting, returning, sending again: the three small forms of a model's page."""
    version = world.models[target].version
    return {
        "version": version,
        "accept-version": version,
        "accept-list_number": "",
        "accept-on": "20/11/2025",
        "return-version": version,
        "return-reason": "Thiếu",
    }


def _step(verb: str, **said: str) -> Callable[[World, str], dict[str, Any]]:
    """The small form of one step of a model's later life."""

    def typed(world: World, target: str) -> dict[str, Any]:
        given = {"version": world.models[target].version, "on": "20/11/2025", "document": "QĐ 1", **said}
        return {f"{verb}-{key}": value for key, value in given.items()}

    return typed


STEPS: dict[str, dict[str, str]] = {
    "launch": {},
    "start": {},
    "review": {},
    "recognise": {"level": "commune"},
    "settle": {"mark": "kept"},
    "confirm": {},
    "remove": {"reason": "achieved"},
}


def _progress(world: World, target: str) -> dict[str, Any]:
    return {
        "progress-version": world.models[target].version,
        "progress-text": "Đã làm xong",
        "progress-on": "20/11/2025",
        "progress-households": "12",
    }


def _villages(world: World) -> str:
    file = world.folder / "villages.csv"
    file.write_text("Khu phố 7,Nguyễn Văn Thử,0912000111\n", encoding="utf-8")
    return str(file)


def _ticked(world: World, target: str) -> dict[str, Any]:
    model = world.models[target]
    return {"tick": f"{model.pk}:{model.version}", "back": ""}


def _file(world: World, target: str) -> dict[str, Any]:
    return {
        "kind": "initiatives",
        "period": "2025-2030",
        "unit": "",
        "on": "2025-11-05",
        "file": SimpleUploadedFile("danh-sach.csv", sheet("from a page", OWN)),
    }


def _sign_in(world: World, target: str) -> dict[str, Any]:
    return {"login": "commune", "password": PASSWORD}


def _password(world: World, target: str) -> dict[str, Any]:
    return {"oldpassword": PASSWORD, "password1": "mot-cau-moi-hai", "password2": "mot-cau-moi-hai"}


def _account(world: World, target: str) -> dict[str, Any]:
    """What the pages of accounts send: the ticked person, the right name, the last day, the heir."""
    who = target.partition(":")[2]
    return {
        "tick": world.people[who].pk if who in world.people else "",
        "full_name": "Họ tên đúng",
        "phone": "0912 000 222",
        "language": "vi",
        "forget-reason": "Mất điện thoại",
        "reason": "Nghỉ hưu",
        "day": "2025-11-20",
        "to": "neighbour",
    }


BODIES: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "account_login": _sign_in,
    "account_reauthenticate": lambda _w, _t: {"password": PASSWORD},
    "account_change_password": _password,
    "exchange:new": _file,
    "initiatives:accept": _deed,
    "initiatives:accept_ticked": _ticked,
    "initiatives:change": _sheet_of_a_model,
    "initiatives:new": _sheet_of_a_model,
    "initiatives:confirm_ticked": _ticked,
    "initiatives:progress": _progress,
    "initiatives:void_progress": lambda w, _t: {"version": w.models["own_running"].version, "reason": "Nhầm"},
    "initiatives:discard": _deed,
    "initiatives:resubmit": _deed,
    "initiatives:return": _deed,
    "people:change": _account,
    "people:end_post": _account,
    "people:forget_step": _account,
    "people:hand_over": _account,
    "people:me": _account,
    "people:reset": _account,
    "people:villages": lambda _w, _t: {"table": "Thôn 9\tNguyễn Văn Chín\t0912000333", "unit": unit(OWN, TODAY).uid},
    "initiatives:return_ticked": lambda w, t: _ticked(w, t) | {"reason": "Thiếu tên đơn vị"},
    **{f"initiatives:{verb}": _step(verb, **said) for verb, said in STEPS.items()},
}


def body(name: str, world: World, target: str) -> dict[str, Any]:
    """The form a person would send to this address."""
    return BODIES[name](world, target) if name in BODIES else {}


WORDS: dict[str, Callable[[World, str], list[str]]] = {
    "demo wipe": lambda _w, _t: [],
    "doctor -": lambda _w, _t: [],
    "summary -": lambda _w, _t: [],
    "audit verify": lambda _w, _t: [],
    "audit show": lambda _w, _t: [],
    "audit seal": lambda _w, _t: [],
    "exchange read": lambda w, _t: [str(w.file("read.csv"))],
    "figures coverage": lambda _w, _t: ["initiatives", "--of", "68"],
    "figures periods": lambda _w, _t: [],
    "figures quoted": lambda _w, _t: [],
    "figures recount": lambda _w, t: ["--heal"] if t == "heal" else ["--all"],
    "figures table": lambda _w, _t: ["initiatives", "--by", "field"],
    "initiatives accept": lambda w, t: [_id(w, t)],
    "initiatives change": lambda w, t: [_id(w, t), "--field", "economy", "--households", "7"],
    "initiatives export": lambda w, _t: ["-o", str(w.folder / "out.csv")],
    "initiatives import": lambda w, t: [str(w.file("import.csv", t)), "--period", "2025-2030", "--on", "2025-11-05"],
    "initiatives find": lambda _w, _t: ["mo hinh"],
    "initiatives like": lambda w, t: [_id(w, t)],
    "initiatives lineage": lambda w, t: [_id(w, t)],
    "initiatives list": lambda _w, _t: [],
    "initiatives register": lambda w, t: [
        *("--unit", OWN if t == "-" else t, "--title", "Mô hình mới ghi", "--field", "economy", "--kind", "collective")
    ],
    "initiatives template": lambda w, t: ["--unit", t, "-o", str(w.folder / "mau.xlsx")],
    "initiatives keep": lambda w, t: [_id(w, t)],
    "initiatives discard": lambda w, t: [_id(w, t)],
    "initiatives submit": lambda w, t: [_id(w, t)],
    "initiatives resubmit": lambda w, t: [_id(w, t)],
    "initiatives return": lambda w, t: [_id(w, t), "--reason", "Thiếu"],
    "initiatives show": lambda w, t: [_id(w, t)],
    "initiatives progress": lambda w, t: [_id(w, t), "--text", "Đã làm xong", "--land", "350,5"],
    "initiatives void-progress": lambda w, t: [_id(w, t), str(w.told.pk if w.told else 0), "--reason", "Nhầm"],
    "initiatives undo": lambda w, t: [str(w.runs[t].pk)],
    **{
        f"initiatives {verb}": lambda w, t, verb=verb, said=said: [
            _id(w, t),
            *(word for key, value in said.items() for word in (f"--{key}", value)),
            *(("--document", "QĐ 1") if verb != "confirm" else ()),
        ]
        for verb, said in STEPS.items()
    },
    "portal crawl": lambda _w, _t: ["--langs", "vi", "--limit", "1"],
    "people accounts": lambda _w, _t: [],
    "people change": lambda _w, t: [t, "--name", "Họ tên đúng"],
    "people close": lambda _w, t: [t],
    "people forget-second-step": lambda _w, t: [t, "--reason", "Mất điện thoại"],
    "people create-accounts": lambda w, _t: [_villages(w), "--unit", OWN],
    "people hand-over": lambda w, t: [str(w.post_of(t).pk), "neighbour", "--day", "2025-11-19"],
    "people reset-village": lambda _w, t: [t],
    "people create": lambda _w, _t: ["moi", "--name", "Người mới"],
    "people end-post": lambda w, t: [str(w.post_of(t).pk), "--end", "2025-11-19"],
    "people give-post": lambda _w, t: [t, "commune_viewer", "--unit", OWN],
    "people open": lambda _w, t: [t],
    "people organisation": lambda _w, _t: ["Thôn mới", "--unit", OWN, "--line", "village"],
    "people password": lambda _w, t: [t],
    "people powers": lambda _w, _t: [],
    "people show": lambda _w, t: [t],
    "search rebuild": lambda _w, _t: [],
    "units apply": lambda w, _t: [str(w.decree()), "--dry-run"],
    "units show": lambda _w, _t: ["Phường Phan Thiết"],
    "units trace": lambda _w, _t: ["22945", "--from", "2025-06-30", "--to", "2025-07-01"],
}


def _id(world: World, target: str) -> str:
    return str(world.models[target].pk) if target in world.models else target


def words(name: str, world: World, target: str) -> list[str]:
    """What stands behind a command."""
    return WORDS[name](world, target)
