"""What the resolver answers: one unit, or why not and what may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.base.errors import Refusal
from kheo.base.text import apart, day_text
from kheo.units.resolver.gazetteer import Gazetteer
from kheo.units.words import UnitView

NAMED_AT_MOST = 4  # units named in one sentence


@dataclass(frozen=True, slots=True)
class Resolution:
    """One unit, or a refusal with the units to ask about. Never both; `how` says what the unit was told by (words.How).

    Codes: units.unknown, units.ambiguous, units.closed (candidates: what it became), units.not_yet (candidates: what
    stood there), units.code_name_mismatch, units.changes_within. Names agree with `on` of the resolver.
    """

    unit: UnitView | None
    candidates: tuple[UnitView, ...] = ()
    how: str = ""
    refusal: Refusal | None = None

    @property
    def asked(self) -> bool:
        """Whether a person can settle it by choosing one of the candidates."""
        return self.unit is None and bool(self.candidates)


class Answers:
    """Puts resolutions into words, in the language active now, for one day."""

    def __init__(self, known: Gazetteer, on: date) -> None:
        self._known, self._on = known, on

    def found(self, unit: int, how: str) -> Resolution:
        return Resolution(self._known.view(unit, self._on), (), how)

    def unknown(self, written: str, near: Iterable[int] = (), elsewhere: Iterable[int] = ()) -> Resolution:
        candidates = self._views(near)
        others = self._views(elsewhere)
        if candidates:
            text = _("No unit is named %(name)s; perhaps %(units)s is meant.")
        elif others:
            text = _("No unit here is named %(name)s; elsewhere there is %(units)s.")
        else:
            text = _("No unit is named %(name)s.")
        said = text % {"name": _quoted(written), "units": self._list(candidates or others)}
        return Resolution(None, candidates, "", Refusal("units.unknown", said))

    def empty(self) -> Resolution:
        return Resolution(None, (), "", Refusal("units.unknown", _("No unit is named here.")))

    def ambiguous(self, written: str, units: Iterable[int]) -> Resolution:
        candidates = self._views(units)
        if len(candidates) == 1:
            text = _("%(name)s is not quite the name of a unit; is %(units)s meant?")
        else:
            text = _("%(name)s fits several units: %(units)s. Say which.")
        said = text % {"name": _quoted(written), "units": self._list(candidates)}
        return Resolution(None, candidates, "", Refusal("units.ambiguous", said))

    def parent_unknown(self, written: str, parent: str, units: Iterable[int]) -> Resolution:
        candidates = self._views(units)
        text = _("%(parent)s is not a unit above any %(name)s; is %(units)s meant?")
        said = text % {"name": _quoted(written), "parent": _quoted(parent), "units": self._list(candidates)}
        return Resolution(None, candidates, "", Refusal("units.ambiguous", said))

    def closed(self, written: str, units: Sequence[int], became: Iterable[int]) -> Resolution:
        """Units that ended by the day, with what their ground is now."""
        candidates = self._views(became)
        ends = sorted({end for unit in units if (end := self._known.versions[unit][-1].valid_to) and end <= self._on})
        facts = {
            "name": _quoted(written),
            "old": self._list(self._views(units)),
            "day": day_text(ends[-1]) if ends else "",
            "units": self._list(candidates),
        }
        if not ends:
            text = _("%(name)s had already gone into %(units)s.")
        elif len(units) == 1:
            text = _("%(old)s ended on %(day)s; its ground is now in %(units)s.")
        else:
            text = _("The units named %(name)s have ended (%(old)s); their ground is now in %(units)s.")
        return Resolution(None, candidates, "", Refusal("units.closed", text % facts, facts={"units": list(units)}))

    def not_yet(self, units: Sequence[int], stood: Iterable[int]) -> Resolution:
        """Units that begin after the day, with what stood on their ground."""
        candidates = self._views(stood)
        first = self._known.versions[units[0]][0]
        facts = {
            "unit": self._list(self._views(units)),
            "day": day_text(first.valid_from or self._on),
            "units": self._list(candidates),
        }
        text = _("%(unit)s begins on %(day)s; before that day there was %(units)s.")
        if not candidates:
            text = _("%(unit)s begins on %(day)s.")
        return Resolution(None, candidates, "", Refusal("units.not_yet", text % facts, facts={"units": list(units)}))

    def mismatch(self, code: str, written: str, by_code: Iterable[int], by_name: Iterable[int]) -> Resolution:
        holders, named = self._views(by_code), self._views(by_name)
        facts = {
            "code": code,
            "name": _quoted(written),
            "holder": self._list(holders),
            "units": self._list(named),
        }
        if holders and named:
            text = _("Code %(code)s is %(holder)s, but the name %(name)s is %(units)s. Say which is meant.")
        elif holders:
            text = _("Code %(code)s is %(holder)s, not %(name)s. Is it meant?")
        else:
            text = _("No unit has the code %(code)s; by the name, %(units)s may be meant.")
        candidates = tuple(dict.fromkeys((*holders, *named)))
        return Resolution(None, candidates, "", Refusal("units.code_name_mismatch", text % facts))

    def changes_within(self, written: str, units: Iterable[UnitView]) -> Resolution:
        candidates = tuple(dict.fromkeys(units))
        text = _("The time asked about goes across a change of the map; is %(units)s meant for all of %(name)s?")
        said = text % {"name": _quoted(written), "units": self._list(candidates)}
        return Resolution(None, candidates, "", Refusal("units.changes_within", said))

    def _views(self, units: Iterable[int]) -> tuple[UnitView, ...]:
        found = [self._known.view(unit, self._on) for unit in dict.fromkeys(units)]
        return tuple(sorted(found, key=lambda u: (u.sort_key, u.code, u.id)))

    def _list(self, units: Sequence[UnitView]) -> str:
        named = ", ".join(self._label(unit) for unit in units[:NAMED_AT_MOST])
        more = len(units) - NAMED_AT_MOST
        if more <= 0:
            return named
        return ngettext("%(units)s and %(n)s more", "%(units)s and %(n)s more", more) % {"units": named, "n": more}

    def _label(self, unit: UnitView) -> str:
        """Type and name, what it lies in, and its code: two of one name can be told apart."""
        if unit.parent_id is None:
            return apart(f"{unit.full_name} ({unit.code})")
        parent = self._known.view(unit.parent_id, unit.valid_from or date.min)
        return apart(f"{unit.full_name} ({parent.full_name}, {unit.code})")


def _quoted(text: str) -> str:
    return apart(f"“{text[:80]}”")
