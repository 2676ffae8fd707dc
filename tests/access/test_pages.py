"""Every address as everybody."""

from __future__ import annotations

import re

from tests.access import walk
from tests.access.world import WHO, World, may_see, public

# The trail names what was acted on as it was called that day, and its readers audit the whole installation.
NAMES_ALL = {("audit:list", "auditor")}


def test_everybody_gets_what_the_table_says(world: World) -> None:
    wrong = []
    for line in walk.pages():
        for who in WHO:
            with walk.undone():
                got = walk.go(walk.visitor(world, who), world, line).outcome
            if got != line.cells[who]:
                wrong.append(f"{line} as {who}: {got} instead of {line.cells[who]}")
    assert wrong == []


def test_no_page_names_a_model_its_reader_may_not_see(world: World) -> None:
    """Whatever a page shows beside its own subject (newest, look-alikes, waiting, gaps) keeps to the same truth."""
    leaks = []
    ids = {model.title: model.pk for model in world.models.values()}
    for line in (line for line in walk.pages() if line.method == "GET"):
        for who in WHO:
            if line.cells[who] != "200" or (line.name, who) in NAMES_ALL:
                continue
            with walk.undone():
                text = walk.go(walk.visitor(world, who), world, line).content.decode("utf-8", "replace")
            named = {title for title in re.findall(r"Mô hình \([\w ]+\)", text) if title in ids}
            allowed = may_see(who) | public()
            leaks += [f"{line} as {who}: {title}" for title in sorted(named) if ids[title] not in allowed]
    assert leaks == []


def test_the_preview_of_a_list_tells_nothing_of_models_elsewhere(world: World) -> None:
    """A neighbour who sends a list with the title of a model of this commune learns no more than with one that is not
    there: the row is refused in the same words."""
    said = []
    for name in ("own", "not there"):
        with walk.undone():
            run = world.staged_by("neighbour", name)
            line = walk.Line("exchange:run", "GET", str(run.pk), {})
            text = walk.go(walk.visitor(world, "neighbour"), world, line).content.decode()
            text = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|imports/\d+|\b[0-9a-f]{64}\b", "", text)
            said.append(text.replace(name, "NAME"))
    assert said[0] == said[1]
