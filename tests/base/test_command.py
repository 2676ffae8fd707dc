"""The command line's endings: one JSON object, exits 0 1 2 3, one sentence, never a traceback (design 9)."""

import json
import subprocess
import sys
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from kheo.base import command as house
from kheo.base.access import Actor
from kheo.base.command import Call, common
from kheo.base.errors import Invisible, NotAllowed, Refusal, Refused

NO = Refusal("test.no", "Row says no.", row=7, column="C")


def run(deed: Callable[[Call], None], *words: str) -> tuple[int, str, str]:
    @click.command
    @common
    def verb(call: Call) -> None:
        deed(call)

    result = CliRunner().invoke(verb, list(words))
    return result.exit_code, result.stdout, result.stderr


def raising(fault: Exception) -> Callable[[Call], None]:
    def deed(call: Call) -> None:
        raise fault

    return deed


def test_a_done_command_prints_one_json_object_and_people_text_goes_to_stderr() -> None:
    def deed(call: Call) -> None:
        call.say("hello")
        call.answer({"n": 1})

    code, out, err = run(deed, "--json")
    assert (code, json.loads(out), err) == (0, {"n": 1}, "hello\n")
    assert run(deed)[1] == "hello\n"


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        (Refused(NO), 1, "test.no"),
        (Refused([NO, NO]), 1, "test.no"),
        (NotAllowed(NO), 3, "test.no"),
        (Invisible(), 3, "access.not_found"),
        (OperationalError("database or disk is full"), 1, "database.trouble"),
        (FileNotFoundError(2, "No such file or directory", "x.xlsx"), 1, "file.trouble"),
    ],
)
def test_each_ending_has_its_exit_and_its_code(fault: Exception, code: int, word: str) -> None:
    exit_code, out, err = run(raising(fault), "--json")
    assert exit_code == code
    assert json.loads(out)["error"]["code"] == word
    assert "Traceback" not in err


def test_bad_use_is_exit_2() -> None:
    assert run(raising(Refused(NO)), "--no-such-option")[0] == 2
    assert run(raising(Refused(NO)), "--on", "31/02/2025")[0] == 2


def test_an_unknown_user_is_told_nothing_about_what_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(name: str, on: object) -> Actor | None:
        return None

    monkeypatch.setattr(house, "_actor_of", nobody)
    assert run(raising(Refused(NO)), "--as", "ghost")[0] == 3


def test_a_refusal_names_its_row_and_column_for_people() -> None:
    assert run(raising(Refused(NO)))[2] == "7 C: Row says no.\n"


def test_a_reader_that_has_enough_is_no_trouble() -> None:
    """`kheo … | head`: the pipe is closed while much is still to be said."""
    program = (
        "from kheo.base.command import plain_endings\n"
        "with plain_endings():\n"
        "    for line in range(200_000): print(line)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as talker:
        assert talker.stdout
        assert talker.stderr
        talker.stdout.readline()
        talker.stdout.close()
        assert talker.stderr.read() == b""
    assert talker.returncode == 0
