"""What registration lists call their columns and their choices (domain reference 1.4; the export's own headings)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kheo.base.text import fold_tight
from kheo.initiatives.words import FILE_WORDS, HEADINGS, Field, Kind, Novelty

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise

_FIELDS: Mapping[str, Sequence[str]] = {
    Field.ECONOMY: ("Kinh tế", "KT", "Phát triển kinh tế", "Lĩnh vực kinh tế", "PTKT"),
    Field.CULTURE_SOCIETY: ("Văn hóa - xã hội", "VH-XH", "Văn hóa và xã hội", "Lĩnh vực văn hóa - xã hội"),
    Field.DEFENCE_SECURITY: (
        "Quốc phòng - an ninh",
        "QP-AN",
        "An ninh - quốc phòng",
        "AN-QP",
        "Quốc phòng và an ninh",
        "An ninh trật tự",
        "Lĩnh vực quốc phòng - an ninh",
    ),
    Field.POLITICAL_SYSTEM: (
        "Xây dựng hệ thống chính trị",
        "XD HTCT",
        "HTCT",
        "Xây dựng HTCT",
        "XD hệ thống chính trị",
        "Hệ thống chính trị",
        "Xây dựng Đảng, hệ thống chính trị",
        "Xây dựng Đảng và hệ thống chính trị",
        "Xây dựng Đảng, xây dựng hệ thống chính trị",
    ),
}
_KINDS: Mapping[str, Sequence[str]] = {Kind.COLLECTIVE: ("Tập thể",), Kind.INDIVIDUAL: ("Cá nhân",)}
_NOVELTIES: Mapping[str, Sequence[str]] = {
    Novelty.NEW: ("Đăng ký mới", "Mới", "ĐK mới", "Xây dựng mới", "Mô hình mới"),
    Novelty.KEPT: ("Duy trì", "Tiếp tục duy trì", "Tiếp tục thực hiện"),
    Novelty.REPLICATED: ("Nhân rộng", "Được nhân rộng", "Nhân rộng mô hình"),
}
# Written in cells only: as headings they mean other things (TT is also a running number, DT an area).
_IN_CELLS: Mapping[str, Sequence[str]] = {
    Kind.COLLECTIVE: ("TT", "T.thể", "TThể"),
    Kind.INDIVIDUAL: ("CN", "C.nhân", "CNhân"),
    Novelty.NEW: ("M", "ĐKM", "new"),
    Novelty.KEPT: ("DT", "Cũ", "kept"),
    Novelty.REPLICATED: ("NR", "replicated"),
}
CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = {"field": _FIELDS, "kind": _KINDS, "novelty": _NOVELTIES}

MEANINGS: Mapping[str, Sequence[str]] = {
    "title": (
        HEADINGS["title"],
        "Tên mô hình, điển hình",
        "Tên mô hình/điển hình",
        "Mô hình",
        "Tên gọi mô hình",
        "Tên mô hình Dân vận khéo",
        "Tên mô hình, công trình, phần việc",
        "Mô hình, điển hình",
    ),
    "code": (HEADINGS["code"], "Mã số mô hình", "Mã MH", "Mã số", "Mã"),
    "unit_code": (HEADINGS["unit_code"], "Mã ĐVHC", "Mã đơn vị hành chính", "Mã xã", "Mã xã, phường"),
    "unit": (
        HEADINGS["unit"],
        "Đơn vị đăng ký",
        "ĐV đăng ký",
        "Đơn vị / người đăng ký",
        "Đơn vị thực hiện",
        "Tên đơn vị",
        "Xã, phường",
        "Xã/phường",
        "Tên xã",
        "Địa phương",
        "Địa bàn",
    ),
    "parent": ("Huyện", "Quận/huyện", "Tỉnh", "Tỉnh/thành phố", "Trực thuộc", "Đơn vị cấp trên"),
    "field": (HEADINGS["field"], "Thuộc lĩnh vực", "Lĩnh vực (KT/VHXH/QPAN/HTCT)"),
    "kind": (HEADINGS["kind"], "TT/CN", "Loại mô hình", "Loại hình", "Hình thức"),
    "novelty": (
        HEADINGS["novelty"],
        "Loại đăng ký",
        "Mới/Duy trì/Nhân rộng",
        "Hình thức đăng ký",
        "Tình trạng đăng ký",
    ),
    "when": ("Thời gian thực hiện", "Thời gian", "Thời gian thực hiện (từ - đến)", "Thời hạn thực hiện"),
    "start": (HEADINGS["start"], "Bắt đầu", "Từ ngày", "Thời gian bắt đầu"),
    "end": (HEADINGS["end"], "Kết thúc", "Đến ngày", "Thời gian kết thúc"),
    "households": (HEADINGS["households"], "Hộ tham gia", "SL hộ", "Số hộ", "Số hộ dân tham gia", "Số lượng hộ"),
    "goal": (
        HEADINGS["goal"],
        "Nội dung, mục tiêu chính",
        "Nội dung, mục tiêu",
        "Mục tiêu, nội dung",
        "Nội dung",
        "Nội dung thực hiện",
        "Mục tiêu, tiêu chí",
    ),
    "note": (HEADINGS["note"],),
    # How a model stands, and who owns it in the register: an export says it, a list does not decide it.
    **{f"passed_{name}": (HEADINGS[name],) for name in ("period", "state", "list_number", "owner")},
    **{f"{meaning}={choice!s}": names for meaning, of in CHOICES.items() for choice, names in of.items()},
}

NAMES: Mapping[str, StrOrPromise] = {
    "title": _("Name of the model"),
    "code": _("Code of the model"),
    "unit_code": _("Code of the unit"),
    "unit": _("Unit"),
    "parent": _("District or province of the unit"),
    "field": _("Field"),
    "kind": _("Collective or individual"),
    "novelty": _("New, kept or replicated"),
    "when": _("From when to when"),
    "start": _("First day"),
    "end": _("Last day"),
    "households": _("Households"),
    "goal": _("Goal"),
    "note": _("Note"),
    **{
        f"{meaning}={choice.value}": choice.label
        for meaning, of in (("field", Field), ("kind", Kind), ("novelty", Novelty))
        for choice in of
    },
}


def _written() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for meaning, of in CHOICES.items():
        words = found.setdefault(meaning, {})
        for choice, names in of.items():
            said = (*names, *_IN_CELLS.get(choice, ()), FILE_WORDS[meaning][choice], choice)
            words |= {fold_tight(name): str(choice) for name in said}
    return found


# meaning -> what people write in a cell (folded, no spaces) -> the choice
WRITTEN: Mapping[str, Mapping[str, str]] = _written()


def choice_of(meaning: str, text: str) -> str | None:
    """The choice a written text names (`VH-XH` -> culture_society), None when it names none."""
    return WRITTEN[meaning].get(fold_tight(text))
