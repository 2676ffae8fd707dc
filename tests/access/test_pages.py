"""Every address as everybody."""

from __future__ import annotations

import re

import pytest

from tests.access import walk
from tests.access.world import WHO, World, may_see, public

# The trail names what was acted on as it was called that day, and its readers audit the whole installation.
NAMES_ALL = {("audit:list", "auditor")}


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_the_table_says_and_reads_of_no_model_they_may_not_see(world: World, who: str) -> None:
    """The status of every cell; and whatever a page shows beside its own subject (newest, look-alikes, waiting, gaps)
    keeps to the truth about its reader."""
    ids = {model.title: model.pk for model in world.models.values()}
    wrong, leaks = [], []
    open_to, signed_in = may_see(who) | public(), walk.visitor(world, who)
    for line in walk.pages():
        with walk.undone():
            got = walk.go(walk.another(signed_in), world, line)
        if got.outcome != line.cells[who]:
            wrong.append(f"{line} as {who}: {got.outcome} instead of {line.cells[who]}")
        if got.outcome == "200" and (line.name, who) not in NAMES_ALL:
            named = set(re.findall(r"Mô hình \([\w ]+\)", got.content.decode("utf-8", "replace"))) & ids.keys()
            leaks += [f"{line} as {who}: {title}" for title in sorted(named) if ids[title] not in open_to]
    assert wrong == []
    assert leaks == []


def test_the_preview_of_a_list_tells_nothing_of_models_elsewhere(world: World) -> None:
    """A neighbour who sends a list with the title of a model of this commune learns no more than with one that is not
    there: the row is refused in the same words. The commune itself is told that it has it already."""

    def preview(who: str, name: str) -> str:
        with walk.undone():
            run = world.staged_by(who, name)
            line = walk.Line("exchange:run", "GET", str(run.pk), {})
            text = walk.go(walk.visitor(world, who), world, line).content.decode()
        text = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|(imports/|replaces=)\d+|\b[0-9a-f]{64}\b", "", text)
        return re.sub(rf"\b{name}\b", "NAME", text)

    assert preview("neighbour", "own") == preview("neighbour", "not there")
    assert preview("commune", "own") != preview("commune", "not there")
