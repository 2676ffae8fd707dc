"""The steps of a model's later life as small forms on its page, and as verbs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner
from django.test import Client

from kheo.initiatives import actions, commands, queries
from kheo.initiatives.models import Confirmation, Initiative
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    PHAN_THIET,
    again,
    commune,
    differences,
    province,
    registered,
    term,
)
from kheo.units.queries import by_code

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def listed() -> Initiative:
    model = registered()
    actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
    return again(model)


def offered(client: Client, model: Initiative) -> list[str]:
    """The steps whose forms stand on the page."""
    text = client.get(f"/vi/initiatives/{model.pk}/").content.decode()
    return re.findall(rf'action="/vi/initiatives/{model.pk}/(\w+)/"', text)


def send(client: Client, model: Initiative, verb: str, **said: str) -> int:
    given = {"version": str(again(model).version), "on": "20/11/2025", **said}
    return client.post(
        f"/vi/initiatives/{model.pk}/{verb}/", {f"{verb}-{name}": value for name, value in given.items()}
    ).status_code


def test_each_state_offers_its_steps_and_a_whole_life_passes_by_forms(sign_in: SignIn, listed: Initiative) -> None:
    client = sign_in("province_commission", "68")
    assert offered(client, listed) == ["launch", "start", "confirm", "remove"]
    assert send(client, listed, "launch", note="Ngày hội 18/11") == 302
    assert offered(client, listed) == ["start", "confirm", "remove"]
    assert send(client, listed, "confirm") == 302
    assert send(client, listed, "start") == 302
    assert offered(client, listed) == ["review", "remove"]  # confirmed this year already
    assert send(client, listed, "review", document="BB 03") == 302
    assert offered(client, listed) == ["start", "recognise", "settle", "remove"]
    assert send(client, listed, "recognise", level="province", document="QĐ 118/QĐ-UBND") == 302
    assert send(client, listed, "settle", mark="spreading") == 302
    text = client.get(f"/en/initiatives/{listed.pk}/").content.decode()
    assert "QĐ 118/QĐ-UBND" in text
    assert "By the province" in text
    assert send(client, listed, "remove", reason="achieved", document="KL 9") == 302
    assert offered(client, listed) == []
    assert again(listed).state == "removed"
    assert Confirmation.objects.count() == 1
    assert differences() == []


def test_a_refused_step_keeps_what_was_typed_and_stands_open(sign_in: SignIn, listed: Initiative) -> None:
    client = sign_in("province_commission", "68")
    typed = {
        "remove-version": listed.version,
        "remove-on": "20/11/2025",
        "remove-note": "Ghi chú <b>",
        "remove-reason": "x",
    }
    answer = client.post(f"/en/initiatives/{listed.pk}/remove/", typed)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Ghi chú &lt;b&gt;" in text
    assert re.search(r"<details[^>]* open", text)
    assert 'id="id_remove-document-error"' in text
    assert send(client, listed, "launch", on="21/11/2025") == 200  # tomorrow
    assert again(listed).state == "accepted"


def test_who_was_second_reads_what_stands_now(sign_in: SignIn, listed: Initiative) -> None:
    client = sign_in("province_commission", "68")
    actions.start(actor=province(), initiative=again(listed), on=DAY, known=KNOWN)
    assert send(client, listed, "launch", version="2") == 409
    assert again(listed).state == "running"


@pytest.mark.parametrize(("role", "code"), [("commune_viewer", PHAN_THIET), ("nation_commission", None)])
def test_who_only_sees_is_offered_no_step(sign_in: SignIn, listed: Initiative, role: str, code: str | None) -> None:
    client = sign_in(role, code)
    assert offered(client, listed) == []
    assert send(client, listed, "start") == 403


def test_several_are_confirmed_by_ticks(sign_in: SignIn, listed: Initiative) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    done = client.post("/vi/initiatives/confirm/", {"tick": f"{listed.pk}:{listed.version}", "from": "desk"})
    assert done.status_code == 302
    assert queries.confirmed_years(listed) == [2025]
    client.post("/vi/initiatives/confirm/", {"tick": f"{listed.pk}:{again(listed).version}"})
    assert Confirmation.objects.count() == 1


def test_the_verbs_do_the_same(day: object, monkeypatch: pytest.MonkeyPatch, listed: Initiative) -> None:
    known = {"p68": province(), "c22945": commune()}
    monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: known.get(name))

    def kheo(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands.initiatives, [*words, "--on", "2025-11-20", "--json"])
        found = json.loads(done.stdout) if done.stdout else {}
        return done.exit_code, found.get("state") or found.get("error", {}).get("code", "")

    id = str(listed.pk)
    assert kheo("launch", id, "--as", "c22945") == (0, "launched")
    assert kheo("start", id, "--as", "c22945") == (0, "running")
    assert kheo("review", id, "--as", "c22945")[0] == 3
    assert kheo("review", id, "--as", "p68", "--document", "BB 3") == (0, "reviewed")
    assert kheo("recognise", id, "--as", "p68", "--level", "nation", "--document", "x") == (
        1,
        "initiatives.level_above",
    )
    assert kheo("recognise", id, "--as", "p68", "--level", "province", "--document", "QĐ 1") == (0, "recognised")
    assert kheo("settle", id, "--as", "p68", "--mark", "kept") == (0, "recognised")
    assert kheo("confirm", id, "--as", "c22945") == (0, "recognised")
    assert kheo("confirm", id, "--as", "c22945") == (1, "initiatives.confirmed_already")
    assert kheo("remove", id, "--as", "p68", "--reason", "achieved") == (1, "initiatives.document_missing")
    assert kheo("remove", id, "--as", "p68", "--reason", "achieved", "--document", "KL 9") == (0, "removed")


def test_a_merger_is_shown_on_the_line_of_life(sign_in: SignIn) -> None:
    before = date(2025, 5, 5)
    old = registered(province(), unit_id=by_code("23053", before)[-1].id, period=term("2020-2025"), on=before)
    client = sign_in("province_commission", "68")
    assert "Transferred by a merger" in line_of_life(client, old)
    assert "01/07/2025" in line_of_life(client, old)
    assert "Transferred" not in line_of_life(client, registered(title="Không sáp nhập"))


def line_of_life(client: Client, model: Initiative) -> str:
    text = client.get(f"/en/initiatives/{model.pk}/").content.decode()
    start = text.index('class="k-life"')
    return text[start : text.index("</ol>", start)]
