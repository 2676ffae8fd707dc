# ruff: noqa
# mypy: ignore-errors
"""Checks the tables of administrative units beside this file and prints what they hold.

Plain Python 3.11+, standard library only. Exit status 0: no fault. 1: at least one fault, each named.
"""
from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAPS = HERE.parent / "outlines"
LIMIT_BYTES = 3_000_000
REFORM = "2025-07-01"
V_REFORM = "vn-2025-07-01"
LAST = "vn-2026-09-20"

TYPES = {
    "province": {"tỉnh", "thành phố"},
    "district": {"thành phố", "quận", "huyện", "thị xã"},
    "commune": {"xã", "phường", "thị trấn", "đặc khu"},
}
CODE_LENGTH = {"province": 2, "district": 3, "commune": 5}
SYSTEMS = {"QD124", "QD19"}
KINDS = {"merge", "split", "partial", "rename", "type_change", "parent_change", "abolished", "unchanged"}
SELF_KINDS = {"rename", "type_change", "parent_change", "unchanged"}
WHOLE = {"whole"}
PARTS = {"part", "land_only", "land_and_all_people", "people_only"}
COLUMNS = {
    "editions": "edition_id scope_id in_force_from known_on provinces districts communes decrees decree_dates note",
    "units": "unit_id level type code code_system name name_ascii parent_id valid_from valid_to decree",
    "succession": "predecessor_id successor_id edition kind is_primary whole_or_part note",
    "former_names": "unit_id former_name kind type code source",
    "abbreviations": "kind lang short full level note",
    "homonyms": "parent_id folded unit_ids names differ_by",
    "codes_reused": "level code earlier_id later_id from_date earlier_unit_leads_here",
    "dropped_edges": "predecessor_id successor_id package_default reason",
}
# day -> scope (province code, "" = country) -> level -> type -> how many
EXPECTED = {
    ("2024-12-31", "01"): {"district": 30, "commune": {"xã": 383, "phường": 175, "thị trấn": 21}},
    ("2025-01-01", "01"): {"district": 30, "commune": {"xã": 345, "phường": 160, "thị trấn": 21}},
    ("2025-06-30", ""): {
        "province": {"tỉnh": 57, "thành phố": 6},
        "district": {"huyện": 508, "thành phố": 87, "thị xã": 52, "quận": 49},
        "commune": {"xã": 7692, "phường": 1726, "thị trấn": 617},
    },
    ("2025-07-01", ""): {
        "province": {"tỉnh": 28, "thành phố": 6},
        "commune": {"xã": 2621, "phường": 687, "đặc khu": 13},
    },
    ("2026-04-30", ""): {
        "province": {"tỉnh": 27, "thành phố": 7},
        "commune": {"xã": 2611, "phường": 697, "đặc khu": 13},
    },
    ("2026-09-01", ""): {
        "province": {"tỉnh": 26, "thành phố": 8},
        "commune": {"xã": 2611, "phường": 697, "đặc khu": 13},
    },
    ("2026-09-20", ""): {
        "province": {"tỉnh": 25, "thành phố": 9},
        "commune": {"xã": 2599, "phường": 709, "đặc khu": 13},
    },
}
# today's province -> {old province: communes on 2025-06-30}, types of today's communes
SEEDS = {
    "Lâm Đồng": ({"Lâm Đồng": 137, "Đắk Nông": 71, "Bình Thuận": 121}, {"phường": 20, "xã": 103, "đặc khu": 1}),
    "Gia Lai": ({"Gia Lai": 218, "Bình Định": 155}, {"phường": 25, "xã": 110}),
    "Ninh Bình": ({"Ninh Bình": 125, "Hà Nam": 98, "Nam Định": 175}, {"phường": 32, "xã": 97}),
    "Hà Nội": ({"Hà Nội": 526}, {"phường": 51, "xã": 75}),
}

faults: list[str] = []


def fault(text: str) -> None:
    faults.append(text)


def expect(what: str, got: object, want: object) -> None:
    if got == want:
        print(f"  ok   {what}: {got}")
    else:
        fault(f"{what}: found {got}, expected {want}")


def fold(text: str) -> str:
    """Letters and digits only, no marks, no case: the key that names are compared on."""
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]", "", text)


def plain(text: str) -> str:
    """The name without marks, as written in ASCII."""
    text = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in text if not unicodedata.combining(c))


def read(name: str) -> list[dict[str, str]]:
    raw = (HERE / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    if raw.startswith(b"\xef\xbb\xbf") or b"\r" in raw or not raw.endswith(b"\n"):
        fault(f"{name}.csv: wants UTF-8 without a mark, LF line ends, a last line end")
    if name != "abbreviations" and unicodedata.normalize("NFC", text) != text:
        fault(f"{name}.csv: not in NFC")
    rows = list(csv.DictReader(text.splitlines()))
    if list(rows[0]) != COLUMNS[name].split():
        fault(f"{name}.csv: columns are {list(rows[0])}")
    for number, row in enumerate(rows, 2):
        for key, value in row.items():
            if value is None or key is None:
                fault(f"{name}.csv line {number}: wrong number of cells")
            elif value != re.sub(r"\s+", " ", value).strip():
                fault(f"{name}.csv line {number}: stray spaces in {key}")
    return rows


def live(version: dict[str, str], day: str) -> bool:
    return version["valid_from"] <= day and (not version["valid_to"] or day < version["valid_to"])


def main() -> int:
    table = {name: read(name) for name in COLUMNS}
    units, edges, editions = table["units"], table["succession"], {e["edition_id"]: e for e in table["editions"]}
    versions: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in units:
        versions[row["unit_id"]].append(row)
    level = {i: v[0]["level"] for i, v in versions.items()}
    print(f"{len(versions)} units, {len(units)} versions, {len(edges)} succession rows")

    print("versions")
    for i, rows in versions.items():
        if not re.fullmatch(r"u\d{5}", i):
            fault(f"{i}: not a unit id")
        if len({r["level"] for r in rows}) != 1:
            fault(f"{i}: changes its level")
        for a, b in zip(rows, rows[1:]):
            if not a["valid_to"] or a["valid_to"] != b["valid_from"]:
                fault(f"{i}: versions overlap or leave a gap at {a['valid_to']} / {b['valid_from']}")
            if [a[k] for k in ("type", "code", "code_system", "name", "parent_id")] == [
                b[k] for k in ("type", "code", "code_system", "name", "parent_id")
            ]:
                fault(f"{i}: two versions in a row say the same")
        for r in rows:
            where = f"{i} {r['type']} {r['name']}"
            if r["type"] not in TYPES[r["level"]]:
                fault(f"{where}: type does not fit the level")
            if not re.fullmatch(r"\d{%d}" % CODE_LENGTH[r["level"]], r["code"]) or r["code_system"] not in SYSTEMS:
                fault(f"{where}: code {r['code_system']} {r['code']!r}")
            if r["code_system"] != ("QD19" if r["valid_from"] >= REFORM else "QD124"):
                fault(f"{where}: code system does not fit the date")
            if r["name_ascii"] != plain(r["name"]) or not r["name_ascii"].isascii():
                fault(f"{where}: name_ascii is {r['name_ascii']!r}")
            if r["valid_to"] and r["valid_from"] >= r["valid_to"]:
                fault(f"{where}: ends before it begins")
            for day in (r["valid_from"], r["valid_to"]):
                if day and day not in {e["in_force_from"] for e in editions.values()}:
                    fault(f"{where}: {day} is the first day of no edition")
            if r["valid_from"] and not r["decree"]:
                fault(f"{where}: begins on {r['valid_from']} without a decree")
            if (r["level"] == "province") != (not r["parent_id"]):
                fault(f"{where}: parent")
            if r["parent_id"]:
                above = versions.get(r["parent_id"])
                want = "province" if r["level"] == "district" or r["valid_from"] >= REFORM else "district"
                if not above or above[0]["level"] != want:
                    fault(f"{where}: parent {r['parent_id']} is not a {want}")
                elif above[0]["valid_from"] > r["valid_from"] or (
                    above[-1]["valid_to"] and (not r["valid_to"] or r["valid_to"] > above[-1]["valid_to"])
                ):
                    fault(f"{where}: outlives its parent")

    print("counts")
    for e in editions.values():
        if e["scope_id"] and e["scope_id"] not in versions:
            fault(f"{e['edition_id']}: scope {e['scope_id']}")
        for day in filter(None, (e["in_force_from"], e["known_on"])):
            inside = {r["unit_id"]: r for r in units if live(r, day)}

            def province_of(i: str) -> str:
                while inside[i]["parent_id"]:
                    i = inside[i]["parent_id"]
                return i

            if e["scope_id"]:
                inside_scope = [r for i, r in inside.items() if province_of(i) == e["scope_id"]]
            else:
                inside_scope = list(inside.values())
            got = Counter(r["level"] for r in inside_scope)
            want = [int(e[k]) for k in ("provinces", "districts", "communes")]
            if [got["province"], got["district"], got["commune"]] != want:
                fault(f"{e['edition_id']} on {day}: found {dict(got)}, expected {want}")
    by_code = {(r["level"], r["code"], r["valid_from"] >= REFORM): r["unit_id"] for r in units}
    for (day, scope), want in EXPECTED.items():
        inside = {r["unit_id"]: r for r in units if live(r, day)}
        if scope:
            root = by_code.get(("province", scope, day >= REFORM), "none")
            chosen = {i: r for i, r in inside.items() if r["parent_id"] == root}
            chosen |= {i: r for i, r in inside.items() if r["parent_id"] in chosen}
        else:
            chosen = inside
        for lev, types in want.items():
            got = Counter(r["type"] for r in chosen.values() if r["level"] == lev)
            if isinstance(types, int):
                expect(f"{day} {scope or 'country'} {lev}", got.total(), types)
            else:
                expect(f"{day} {scope or 'country'} {lev} {sum(types.values())}", dict(got), types)
        if day >= REFORM and any(r["level"] == "district" for r in inside.values()):
            fault(f"{day}: a district is still in force")
        seen = Counter((r["level"], r["code"]) for r in inside.values())
        for key, n in seen.items():
            if n > 1:
                fault(f"{day}: code {key} is held by {n} units")

    print("succession")
    out: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    into: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    pairs = Counter((e["predecessor_id"], e["successor_id"], e["edition"]) for e in edges)
    for key, n in pairs.items():
        if n > 1 and key[1]:
            fault(f"succession: {key} is written {n} times")
    for e in edges:
        a, b, where = e["predecessor_id"], e["successor_id"], f"{e['predecessor_id']} -> {e['successor_id']} ({e['kind']})"
        if a not in versions or (b and b not in versions) or e["edition"] not in editions:
            fault(f"succession: unknown id in {where}")
            continue
        out[(a, e["edition"])].append(e)
        into[(b, e["edition"])].append(e)
        day = editions[e["edition"]]["in_force_from"]
        if e["kind"] not in KINDS or (e["whole_or_part"] not in WHOLE | PARTS and b):
            fault(f"succession: words of {where}")
        if not b and e["kind"] != "abolished":
            fault(f"succession: {where} leads nowhere")
        if (a == b) != (e["kind"] in SELF_KINDS):
            fault(f"succession: {where}: only a unit that goes on may lead to itself")
        if a != b and versions[a][-1]["valid_to"] != day:
            fault(f"succession: {where}: predecessor does not end on {day}")
        if b and a != b and versions[b][0]["valid_from"] != day:
            fault(f"succession: {where}: successor does not begin on {day}")
        if a == b and day not in {v["valid_from"] for v in versions[a]}:
            fault(f"succession: {where}: no version begins on {day}")
    for (a, ed), rows in out.items():
        if rows[0]["kind"] == "abolished" and not rows[0]["successor_id"]:
            continue
        ground = [r for r in rows if level[r["predecessor_id"]] == level[r["successor_id"]] or r["kind"] == "abolished"]
        if sum(r["is_primary"] == "1" for r in ground) != 1:
            fault(f"succession: {a} in {ed} has not exactly one primary successor")
        whole = [r for r in ground if r["whole_or_part"] in WHOLE]
        if (len(ground) == 1) != (len(whole) == 1) or len(whole) > 1:
            fault(f"succession: {a} in {ed} is whole and divided at once")
        if any((r["kind"] in ("split", "partial")) != (r["whole_or_part"] in PARTS) for r in ground):
            fault(f"succession: {a} in {ed}: kind does not fit whole_or_part")
    for i, rows in versions.items():
        for r in rows:
            for ed, e in editions.items():
                day = e["in_force_from"]
                if day and r["valid_to"] == day and not out[(i, ed)]:
                    fault(f"succession: {i} changes on {day} and leads nowhere")
                if day and r["valid_from"] == day and not into[(i, ed)]:
                    fault(f"succession: {i} begins on {day} and comes from nowhere")
        # the one rule of identity: a unit that goes on has exactly the ground it had
        for ed, e in editions.items():
            rows_in = into[(i, ed)]
            if any(x["predecessor_id"] == i for x in rows_in) and len(rows_in) != 1:
                fault(f"succession: {i} goes on in {ed} though its ground changed")
            if len(rows_in) == 1 and rows_in[0]["predecessor_id"] != i and rows_in[0]["whole_or_part"] in WHOLE:
                if level[rows_in[0]["predecessor_id"]] == level[i]:
                    fault(f"succession: {i} has the same ground as {rows_in[0]['predecessor_id']} but another id")

    before = {r["unit_id"]: r for r in units if live(r, "2025-06-30")}
    after = {r["unit_id"]: r for r in units if live(r, REFORM)}
    old = [i for i, r in before.items() if r["level"] == "commune"]
    new = {i for i, r in after.items() if r["level"] == "commune"}
    leads = {i: [e["successor_id"] for e in out[(i, V_REFORM)]] for i in before}
    province = {i: before[before[i]["parent_id"]]["parent_id"] for i in old}
    expect("old communes that lead somewhere", sum(bool(leads[i]) for i in old), 10035)
    expect("communes of 2025-07-01 reached", len({s for i in before for s in leads[i]} & new), 3321)
    divided = {i for i in old if len(leads[i]) > 1}
    expect("old communes divided among several", len(divided), 441)
    spread = Counter(len(leads[i]) for i in divided)
    print(f"       divided into: {dict(sorted(spread.items()))}")
    dropped = {(r["predecessor_id"], r["successor_id"]) for r in table["dropped_edges"]}
    expect("edges of the package that were dropped", len(dropped), 32)
    for a, b in dropped:
        if a not in versions or b not in versions or b in leads[a]:
            fault(f"dropped_edges: {a} -> {b}")
    cut = {i for i in old if len(leads[i]) + sum((i, n) in dropped for n in new) > 1}
    expect("divided in the package (with its false edges)", len(cut), 471)
    for i in old:
        if {after[s]["parent_id"] for s in leads[i]} != set(leads[province[i]]):
            fault(f"succession: {i} leaves the province its own province became")
    expect("communes that go on with the same ground", sum(leads[i] == [i] for i in old), 132)
    expect("old provinces that lead to one", sum(len(leads[i]) == 1 for i in before if before[i]["level"] == "province"), 63)
    expect("provinces that go on", sum(leads[i] == [i] for i in before if before[i]["level"] == "province"), 11)
    gone = [e for e in edges if e["kind"] == "abolished"]
    expect("districts abolished", len(gone), 696)
    expect("island districts that became đặc khu", sum(bool(e["successor_id"]) for e in gone), 5)
    print(f"       kinds: {dict(Counter(e['kind'] for e in edges))}")
    print(f"       whole or part: {dict(Counter(e['whole_or_part'] or '-' for e in edges))}")

    print("the four places of the articles")
    names_before = {r["name"]: i for i, r in before.items() if r["level"] == "province"}
    for r in list(after.values()):
        if r["level"] == "province" and r["name"] in SEEDS:
            want, types = SEEDS[r["name"]]
            got = {n: sum(province[o] == i for o in old) for n, i in names_before.items() if leads[i] == [r["unit_id"]]}
            expect(f"{r['name']} comes from", dict(sorted(got.items())), dict(sorted(want.items())))
            now = Counter(x["type"] for x in after.values() if x["level"] == "commune" and x["parent_id"] == r["unit_id"])
            expect(f"{r['name']} today", dict(sorted(now.items())), dict(sorted(types.items())))
    bt = names_before["Bình Thuận"]
    reached = {s for i in old if province[i] == bt for s in leads[i]}
    other = {s for i in old if province[i] != bt for s in leads[i]}
    expect("communes of Lâm Đồng on ground of Bình Thuận / of others too", (len(reached), len(reached & other)), (45, 0))
    hn = "hn-2025-01-01"
    a = {e["predecessor_id"] for e in edges if e["edition"] == hn}
    b = {e["successor_id"] for e in edges if e["edition"] == hn}
    expect("Hà Nội on 2025-01-01", f"{len(a)} -> {len(b)}", "109 -> 56")
    root = by_code.get(("province", "01", False), "none")
    seats = {r["unit_id"] for r in units if r["parent_id"] == root and r["level"] == "district"}
    xa = sum(r["type"] == "xã" and r["parent_id"] in seats and live(r, "2024-12-31") for r in units)
    print(f"  note Hà Nội had {xa} xã on 2024-12-31; the quoted figure speaks of 382 communes: keep it as quoted")

    print("names")
    listed = {tuple(r["unit_ids"].split()): r for r in table["homonyms"]}
    used = set()
    for day in sorted({d for d, _ in EXPECTED}):
        same: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for r in units:
            if live(r, day):
                same[(r["parent_id"], r["level"], fold(r["name"]))].append(r["unit_id"])
        for key, ids in same.items():
            if len(ids) > 1:
                ids = tuple(sorted(ids))
                used.add(ids)
                if ids not in listed:
                    fault(f"names: {ids} share the folded name {key[2]!r} under {key[0]} on {day} and are not listed")
    for ids in set(listed) - used:
        fault(f"homonyms: {ids} never share a name")
    now = [ids for ids in used if all(live(versions[i][-1], "2026-09-20") for i in ids)]
    print(f"  ok   groups that share a folded name under one parent: {len(used)} listed, {len(now)} in force today")
    for r in table["former_names"]:
        if r["unit_id"] not in versions or not r["former_name"]:
            fault(f"former_names: {r}")
        if r["kind"] in ("spelling", "tone_style") and r["former_name"] in {v["name"] for v in versions[r["unit_id"]]}:
            fault(f"former_names: {r} is the name itself")
        if r["code"] and not re.fullmatch(r"\d{5}", r["code"]):
            fault(f"former_names: code of {r}")
    print(f"       former names: {dict(Counter(r['kind'] for r in table['former_names']))}")
    print(f"       abbreviations: {dict(Counter(r['kind'] for r in table['abbreviations']))}")

    print("codes used twice for different units")
    holders: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for r in sorted(units, key=lambda r: r["valid_from"]):
        if r["unit_id"] not in {i for i, _ in holders[(r["level"], r["code"])]}:
            holders[(r["level"], r["code"])].append((r["unit_id"], r["valid_from"]))
    found = {(lev, c, x[0], y[0], y[1]) for (lev, c), l in holders.items() for x, y in zip(l, l[1:])}
    written = {(r["level"], r["code"], r["earlier_id"], r["later_id"], r["from_date"]) for r in table["codes_reused"]}
    if found != written:
        fault(f"codes_reused: {len(found ^ written)} rows differ from units.csv")
    print(f"  ok   {dict(Counter(f'{x[0]} {x[4]}' for x in found))}")
    for lev, code, was, became in (
        ("province", "52", "Bình Định", "Gia Lai"),
        ("province", "24", "Bắc Giang", "Bắc Ninh"),
        ("commune", "22945", "Lạc Đạo", "Phan Thiết"),
        ("commune", "22933", "Xuân An", "Hàm Thắng"),
        ("commune", "23272", "Ngũ Phụng", "Phú Quý"),
    ):
        x, y = (by_code.get((lev, code, flag), "") for flag in (False, True))
        got = (versions[x][-1]["name"], versions[y][0]["name"]) if x and y else None
        if got != (was, became) or (lev, code, x, y, REFORM) not in written:
            fault(f"codes_reused: {code} should be {was} then {became}, found {got}")
        else:
            print(f"  ok   {code}: {was} until 2025-06-30, {became} after")

    if MAPS.is_dir():
        print("maps")
        for name, day in (("vn63.s.geojson", "2025-06-30"), ("vn34.s.geojson", REFORM)):
            shapes = json.loads((MAPS / name).read_text("utf-8"))["features"]
            want_ids = {r["unit_id"]: r for r in units if r["level"] == "province" and live(r, day)}
            got_ids = {s["properties"]["unit_id"]: s["properties"] for s in shapes}
            if set(got_ids) != set(want_ids) or len(shapes) != len(want_ids):
                fault(f"{name}: its units are not the provinces of {day}")
            for i, p in got_ids.items():
                if i in want_ids and (p["name"], p["code"]) != (want_ids[i]["name"], want_ids[i]["code"]):
                    fault(f"{name}: {p}")
                if "from_ids" in p and set(p["from_ids"]) != {a for a in names_before.values() if leads[a] == [i]}:
                    fault(f"{name}: predecessors of {p['name']}")
            print(f"  ok   {name}: {len(shapes)} provinces")

    size = sum(p.stat().st_size for d in (HERE, MAPS) if d.is_dir() for p in d.iterdir() if p.is_file())
    expect("size under 3 MB", size < LIMIT_BYTES, True)
    print(f"       {size} bytes")
    for text in faults:
        print("FAULT " + text)
    print(f"{len(faults)} fault(s)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
