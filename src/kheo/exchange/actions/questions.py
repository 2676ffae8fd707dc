"""Questions about the whole file, and where each kept answer belongs: to the reader, to the file, or to a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.exchange.reader import Table
from kheo.exchange.words import Question

HEADING = "heading:"  # heading:<key of the heading> -> its meaning, "-" for none
COLUMN_OF = "column_of:"  # column_of:<meaning> -> key of the heading that is meant
YES = "yes"
TOTAL = "exchange.total_mismatch"


def answers_by_row(answers: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """{"12:unit": "u1", "13": "same"} -> {12: {"unit": "u1"}, 13: {"": "same"}}; an answer without a key fits any."""
    found: dict[int, dict[str, str]] = {}
    for key, value in answers.items():
        row, _colon, local = key.partition(":")
        if row.isdecimal():
            found.setdefault(int(row), {})[local] = value
    return found


def reading_of(options: Mapping[str, Any], answers: Mapping[str, str]) -> tuple[str | None, bool, dict[str, str]]:
    """What the reader is told: the sheet, consent to convert old letters, and meanings of headings by their key."""
    consent = bool(options.get("consent_encoding")) or answers.get("encoding") == YES
    sheet = answers.get("sheet") or options.get("sheet") or None
    meanings: dict[str, str] = {}
    for key, value in answers.items():
        if key.startswith(COLUMN_OF):
            meanings[value] = key.removeprefix(COLUMN_OF)
    for key, value in answers.items():
        if key.startswith(HEADING):
            meanings[key.removeprefix(HEADING)] = "" if value == "-" else value
    return sheet, consent, meanings


def file_questions(table: Table, answers: Mapping[str, str]) -> list[Question]:
    """What stops the saving of the whole file until the person says which: doubts of the reader, totals that differ."""
    totals: dict[int, list[Refusal]] = {}
    found: list[Question] = []
    for at, refusal in enumerate(table.asked):
        if refusal.code == TOTAL and refusal.row is not None:
            totals.setdefault(refusal.row, []).append(refusal)
        else:
            found.append(_asked(refusal, at))
    found += [_total(row, said) for row, said in totals.items()]
    return [question for question in found if not answered(question, answers)]


def answered(question: Question, answers: Mapping[str, str]) -> bool:
    """Whether one of the offered choices was taken."""
    return answers.get(question.key, "") in {value for value, _text in question.choices}


def _asked(refusal: Refusal, at: int) -> Question:
    if refusal.code == "exchange.encoding_asked":
        return Question("encoding", refusal, ((YES, _("Yes, the converted text reads well")),))
    columns = refusal.facts.get("columns")
    if refusal.code == "exchange.heading_twice" and isinstance(columns, Sequence):
        keys = tuple((str(key), str(key)) for key in columns)
        return Question(f"{COLUMN_OF}{refusal.facts.get('meaning')}", refusal, keys)
    sheets = refusal.facts.get("sheets")
    if isinstance(sheets, Sequence) and not isinstance(sheets, str):
        return Question("sheet", refusal, tuple((str(name), str(name)) for name in sheets))
    return Question(f"{refusal.code}:{refusal.row or at}", refusal, ((YES, _("Go on as it was read")),))


def _total(row: int, said: Sequence[Refusal]) -> Question:
    """One question for a row of sums, however many of its columns differ."""
    text = " ".join(str(refusal.text) for refusal in said)
    refusal = Refusal(TOTAL, text, row, said[0].column)
    return Question(f"total:{row}", refusal, (("rows", _("The rows are right, the sum is not")),))
