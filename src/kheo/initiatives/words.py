"""Words of the registry of models: fields, kinds, novelty, states and the table of moves (domain reference 1.2-1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.audit.words import Act

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise
    from kheo.people.models import Organisation


class Field(TextChoices):
    """The four fields; a model has exactly one, so that totals add up. The order never changes."""

    ECONOMY = "economy", _("Economy")
    CULTURE_SOCIETY = "culture_society", _("Culture and society")
    DEFENCE_SECURITY = "defence_security", _("Defence and security")
    POLITICAL_SYSTEM = "political_system", _("Political system")


class Kind(TextChoices):
    """Who carries a model: a collective (tập thể) or one person (cá nhân)."""

    COLLECTIVE = "collective", _("Collective")
    INDIVIDUAL = "individual", _("Individual")


class Novelty(TextChoices):
    """New in this period, kept from the last one, or replicated from another model."""

    NEW = "new", pgettext_lazy("novelty of a model", "New")  # Vietnamese: not the "new" of an imported row
    KEPT = "kept", _("Kept")
    REPLICATED = "replicated", _("Replicated")


class State(TextChoices):
    """Where a model stands in its life; codes are permanent, the moves between them are `MOVES`."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Registered")
    RETURNED = "returned", _("Returned for completion")
    ACCEPTED = "accepted", _("In the list")
    LAUNCHED = "launched", _("Launched")
    RUNNING = "running", _("Running")
    REVIEWED = "reviewed", _("Surveyed and reviewed")
    RECOGNISED = "recognised", _("Recognised")
    REMOVED = "removed", _("Removed from the list")


class Mark(TextChoices):
    """What a review left on a model that goes on."""

    NONE = "", _("No mark")
    KEPT = "kept", _("Kept")
    SPREADING = "spreading", _("Spreading")


class RemovalReason(TextChoices):
    """Why a model leaves the list (domain 1.5); it stays readable for ever."""

    ACHIEVED = "achieved", _("Its aim is reached")
    UNFITTING = "unfitting", _("It no longer fits")
    INEFFECTIVE = "ineffective", _("It has no effect")
    DUPLICATE = "duplicate", _("It repeats another model")
    DISSOLVED = "dissolved", _("Its unit was dissolved or merged")
    VIOLATION = "violation", _("Rules were broken")


class RecognisedBy(TextChoices):
    """At which level a model was recognised (domain 1.5: "Công nhận (cấp …)")."""

    COMMUNE = "commune", _("By the commune")
    PROVINCE = "province", _("By the province")
    NATION = "nation", _("By a body of the country")


class ResultKind(TextChoices):
    """What a model brings about, each summed in its own unit and never with another."""

    HOUSEHOLDS = "households", _("Households taking part")
    LAND = "land", _("Land given")
    WORKDAYS = "workdays", _("Workdays")
    MONEY = "money", _("Money raised")
    WORKS = "works", _("Works built")
    CARDS = "cards", _("Cards given")


# How many of the stored amount make one of the unit people write: m² and workdays are kept in hundredths.
RESULT_SCALE: Mapping[str, int] = {
    ResultKind.HOUSEHOLDS: 1,
    ResultKind.LAND: 100,
    ResultKind.WORKDAYS: 100,
    ResultKind.MONEY: 1,
    ResultKind.WORKS: 1,
    ResultKind.CARDS: 1,
}


# What an amount is of; each kind is a measure of its own and never added to another.
RESULT_UNIT: Mapping[str, StrOrPromise] = {
    ResultKind.HOUSEHOLDS: _("households"),
    ResultKind.LAND: _("m²"),
    ResultKind.WORKDAYS: _("workdays"),
    ResultKind.MONEY: _("VND"),
    ResultKind.WORKS: _("works"),
    ResultKind.CARDS: _("cards"),
}
# Kinds whose name does not say what is counted: the unit stands beside it.
MEASURED = frozenset({ResultKind.LAND, ResultKind.MONEY})
# The most one telling may say, in the unit people write: beyond it somebody mistook the unit or leant on a key.
RESULT_MOST: Mapping[str, int] = {
    ResultKind.HOUSEHOLDS: 1_000_000,
    ResultKind.LAND: 1_000_000_000,
    ResultKind.WORKDAYS: 10_000_000,
    ResultKind.MONEY: 1_000_000_000_000,
    ResultKind.WORKS: 100_000,
    ResultKind.CARDS: 10_000_000,
}

# The life cycle as a table anyone can read (domain 1.5). "Transferred" is shown from unit succession, never a state.
MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.ACCEPTED, State.RETURNED}),
    State.RETURNED: frozenset({State.SUBMITTED}),
    State.ACCEPTED: frozenset({State.LAUNCHED, State.RUNNING, State.REMOVED}),
    State.LAUNCHED: frozenset({State.RUNNING, State.REMOVED}),
    State.RUNNING: frozenset({State.REVIEWED, State.REMOVED}),
    State.REVIEWED: frozenset({State.RUNNING, State.RECOGNISED, State.REMOVED}),
    State.RECOGNISED: frozenset({State.REVIEWED, State.REMOVED}),
    State.REMOVED: frozenset(),
}

# Counted by the measure `initiatives`; removed is counted apart, states before acceptance not at all.
COUNTED = frozenset({State.ACCEPTED, State.LAUNCHED, State.RUNNING, State.REVIEWED, State.RECOGNISED})
PUBLIC = COUNTED

REGISTERED = Act("initiatives.register", frozenset({"period", "field", "kind", "novelty", "state"}), _("registered"))
REGISTERED_MANY = Act(
    "initiatives.register_many", frozenset({"import", "new", "changed", "period", "state"}), _("registered a list")
)
ACCEPTED = Act("initiatives.accept", frozenset({"list_number"}), _("accepted into the list"))
RETURNED = Act("initiatives.return", frozenset({"reason"}), _("returned for completion"))
DRAFTED = Act("initiatives.draft", frozenset(), _("kept as a draft"))
DISCARDED = Act("initiatives.discard_draft", frozenset(), _("threw the draft away"))
RESUBMITTED = Act("initiatives.resubmit", frozenset(), _("sent again after completion"))
CHANGED = Act("initiatives.change", frozenset({"before", "after", "mistake"}), _("changed"))
CHANGED_MANY = Act("initiatives.change_many", frozenset({"import", "changed"}), _("changed by a list"))
VOIDED_MANY = Act("initiatives.void_many", frozenset({"import", "voided", "restored"}), _("undid an imported list"))
LAUNCHED = Act("initiatives.launch", frozenset({"document", "note"}), _("launched"))
STARTED = Act("initiatives.start", frozenset({"document", "note"}), _("set running"))
REVIEWED = Act("initiatives.review", frozenset({"document", "note"}), _("surveyed and reviewed"))
RECOGNISED = Act("initiatives.recognise", frozenset({"level", "document", "note"}), _("recognised"))
SETTLED = Act("initiatives.settle", frozenset({"mark", "document", "note"}), _("settled after the review"))
REMOVED = Act("initiatives.remove", frozenset({"reason", "document", "note"}), _("removed from the list"))
CONFIRMED = Act("initiatives.confirm", frozenset({"year"}), _("confirmed for the year"))
TOLD = Act("initiatives.tell", frozenset({"results", "files"}), _("told of its progress"))
TOLD_WRONG = Act("initiatives.void_progress", frozenset({"day", "reason"}), _("took back what was told"))
ACTS = (
    DRAFTED,
    DISCARDED,
    *(REGISTERED, REGISTERED_MANY, ACCEPTED, RETURNED, RESUBMITTED, CHANGED, CHANGED_MANY, VOIDED_MANY),
    *(LAUNCHED, STARTED, REVIEWED, RECOGNISED, SETTLED, REMOVED, CONFIRMED, TOLD, TOLD_WRONG),
)
# Acts that are moves: a model's page tells them from its moves, with their documents.
MOVING = frozenset(
    act.code
    for act in (REGISTERED, ACCEPTED, RETURNED, RESUBMITTED, LAUNCHED, STARTED, REVIEWED, RECOGNISED, SETTLED, REMOVED)
)

SUBJECT = "initiative"  # kind of subject in the audit trail

# How long the texts of a model may be, in characters; checked before anything is written.
TITLE_LENGTH, CODE_LENGTH, LIST_NUMBER_LENGTH, REASON_LENGTH, TAG_LENGTH = 300, 60, 60, 500, 60
DOCUMENT_LENGTH = 200
LONG_TEXT_LENGTH, MOST_TAGS, MOST_HOUSEHOLDS = 5000, 10, 1_000_000
CAPTION_LENGTH, MOST_FILES = 300, 10  # of evidence; files of one telling

# The columns of the list as a file. They are in Vietnamese whatever language the reader uses, because the file comes
# back: the importer reads these headings and words, and an export imported again changes nothing.
HEADINGS: Mapping[str, str] = {
    "code": "Mã mô hình",
    "title": "Tên mô hình",
    "unit_code": "Mã đơn vị",
    "unit": "Đơn vị",
    "field": "Lĩnh vực",
    "kind": "Tập thể/Cá nhân",
    "novelty": "Đăng ký mới/Duy trì/Nhân rộng",
    "start": "Ngày bắt đầu",
    "end": "Ngày kết thúc",
    "households": "Số hộ tham gia",
    "goal": "Mục tiêu",
    "note": "Ghi chú",
    "period": "Kỳ",
    "state": "Trạng thái",
    "list_number": "Số trong danh sách",
    "owner": "Tổ chức đăng ký",
}
FILE_WIDTHS = (12, 48, 10, 24, 26, 14, 18, 12, 12, 10, 40, 24, 11, 20, 12, 24)  # of the columns, in characters
# What the export says and a person need not: how a model stands, not what it is. The importer passes over them.
HEADINGS_PASSED_OVER = frozenset({"period", "state", "list_number", "owner"})
FILE_WORDS: Mapping[str, Mapping[str, str]] = {
    "field": {
        Field.ECONOMY: "Kinh tế",
        Field.CULTURE_SOCIETY: "Văn hóa - xã hội",
        Field.DEFENCE_SECURITY: "Quốc phòng - an ninh",
        Field.POLITICAL_SYSTEM: "Xây dựng hệ thống chính trị",
    },
    "kind": {Kind.COLLECTIVE: "Tập thể", Kind.INDIVIDUAL: "Cá nhân"},
    "novelty": {Novelty.NEW: "Đăng ký mới", Novelty.KEPT: "Duy trì", Novelty.REPLICATED: "Nhân rộng"},
    "state": {
        State.DRAFT: "Dự thảo",
        State.SUBMITTED: "Đã đăng ký",
        State.RETURNED: "Trả lại bổ sung",
        State.ACCEPTED: "Đưa vào danh sách",
        State.LAUNCHED: "Ra mắt",
        State.RUNNING: "Đang thực hiện",
        State.REVIEWED: "Đã khảo sát, đánh giá",
        State.RECOGNISED: "Công nhận",
        State.REMOVED: "Đưa ra khỏi danh sách",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What somebody registers, as typed: texts not yet cleaned, choices as codes, `unit_id` or the owner's place.

    `end` is the last day as people write it (inclusive). `replicates` is the id of the model it was copied from,
    `continues` of the model of an earlier term it keeps.
    """

    title: str
    field: str
    kind: str
    novelty: str
    unit_id: int | None = None
    owner: Organisation | None = None  # without `unit_id` the model lies where its owner lies
    replicates: int | None = None
    continues: int | None = None
    start: date | None = None
    end: date | None = None
    households: int | None = None
    code: str = ""
    goal: str = ""
    note: str = ""
    situation: str = ""
    content: str = ""
    site: str = ""
    audience: str = ""
    forces: str = ""
    resources: str = ""
    review_due: date | None = None
    outputs: str = ""
    tags: tuple[str, ...] = ()
    row: int | None = None  # the sheet row, for refusals


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it arrives with a telling: a photo, a scanned list, a decision. `is_public`: for everybody to see."""

    data: bytes
    filename: str
    caption: str = ""
    is_public: bool = False


# The long texts of a registration's nine items (domain reference 1.4) and its note.
ITEMS = ("situation", "content", "site", "audience", "forces", "resources", "outputs")
LONG_TEXTS = ("goal", "note", *ITEMS)
COMING = 0  # version of a model whose list is still being saved: nobody meets it yet (actions/ahead.py)

# What a change may touch; the period never (that is another registration).
CHANGEABLE = frozenset(
    {"title", "field", "kind", "novelty", "replicates", "unit_id", "start", "end", "households", "code", "review_due"}
    | {*LONG_TEXTS}
)


@dataclass(frozen=True, slots=True)
class Change:
    """New values for one model as it was seen (`version`); keys are of `CHANGEABLE`."""

    id: int
    version: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRow:
    """One model as lists, exports and neighbours read it. The unit is the one recorded, as it is called today."""

    id: int
    title: str
    unit_id: int
    unit_code: str
    unit_name: str
    field: str
    kind: str
    novelty: str
    state: str
    mark: str
    period: str
    households: int | None
    start: date | None
    end: date | None
    owner: str
    code: str
    list_number: str
    goal: str
    note: str
    registered_on: date
    state_on: date
    version: int
    source_named: bool  # false: replicated, and nobody said from what

    def as_json(self) -> dict[str, object]:
        """The row as the command line and other machines read it (design 9)."""
        return {
            "id": self.id,
            "title": self.title,
            "unit_code": self.unit_code,
            "unit": self.unit_name,
            "field": self.field,
            "kind": self.kind,
            "novelty": self.novelty,
            "state": self.state,
            "period": self.period,
            "households": self.households,
            "start": self.start,
            "end": self.end,
            "owner": self.owner,
            "code": self.code,
            "list_number": self.list_number,
            "registered_on": self.registered_on,
            "state_on": self.state_on,
            "version": self.version,
            "source_named": self.source_named,
        }


def file_cells(row: InitiativeRow) -> list[str | int | date | None]:
    """The row as the file holds it, in the order of `HEADINGS`."""
    return [
        row.code,
        row.title,
        row.unit_code,
        row.unit_name,
        *(FILE_WORDS[name].get(getattr(row, name), "") for name in ("field", "kind", "novelty")),  # drafts leave open
        row.start,
        row.end,
        row.households,
        row.goal,
        row.note,
        row.period,
        FILE_WORDS["state"][row.state],
        row.list_number,
        row.owner,
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRow:
    """One model as everybody may read it, after acceptance: what, which field, where, what for, which period."""

    id: int
    title: str
    field: str
    state: str
    mark: str
    unit_id: int
    unit_name: str
    province_id: int
    province_name: str
    goal: str
    period: str
    state_on: date  # the day of its last move
    is_demo: bool
