"""What the component page shows, in Vietnamese and Arabic: a faulty form, a matrix with gaps, rows in every state."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Bag
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from kheo.base.access import Actor
from kheo.base.errors import Refusal
from kheo.base.web import Page
from kheo.initiatives.words import Field, State

FIELDS = tuple(Field.values)
STATES = (*State.values, "kept", "transferred")
WORDS = {
    "vi": {
        "unit": "Xã Biển Hồ, bản đồ hiện nay",
        "period": "tồn đến 12/11/2026",
        "source": "Báo cáo tổng kết tháng 8 năm 2025",
        "caption": "Mô hình đang thực hiện (tồn) đến 31/10/2026, bản đồ hiện nay. Số liệu trình diễn.",
        "question": "Hai nơi cùng khớp “Ia Krai”. Chọn:",
        "fields": ("Kinh tế", "Văn hóa – xã hội", "Quốc phòng – an ninh", "Hệ thống chính trị"),
        "titles": (
            "Đường hoa thay bãi rác tự phát",
            "Ngân hàng bò sinh sản",
            "Tiếng kẻng an ninh",
            "Một cửa thân thiện",
        ),
        "units": ("Xã Kông Chro", "Xã Đức Cơ", "Phường An Khê", "Phường Hội Phú"),
        "form": (
            "Tên mô hình",
            "Lĩnh vực",
            "Ai thực hiện",
            "Mức độ mới",
            "Thực trạng, lý do",
            "Ngày ra mắt",
            "Ảnh",
            "Làm theo mô hình khác",
        ),
        "help": "Ngắn, nói rõ việc làm, dưới 120 ký tự.",
        "kinds": ("Tập thể", "Cá nhân"),
        "refusal": "Còn 2 dòng cần trả lời.",
    },
    "ar": {
        "unit": "بلدية بيان هو، الخريطة الحالية",
        "period": "رصيد حتى ١٢/١١/٢٠٢٦",
        "source": "تقرير المراجعة النهائية، ٨/٢٠٢٥",
        "caption": "نماذج قيد التنفيذ (رصيد) حتى ٣١/١٠/٢٠٢٦، الخريطة الحالية. بيانات عرض تجريبية.",
        "question": "مكانان يطابقان الاسم. اختر:",
        "fields": ("الاقتصاد", "الثقافة والمجتمع", "الدفاع والأمن", "النظام السياسي"),
        "titles": ("طريق الزهور بدل مكب النفايات", "بنك الأبقار الولود", "جرس السلام في كل تجمع", "نافذة واحدة ودودة"),
        "units": ("بلدية كونغ تشرو", "بلدية دوك كو", "حي آن خي", "حي هوي فو"),
        "form": (
            "اسم النموذج",
            "المجال",
            "من ينفذ",
            "الجدة",
            "الوضع والسبب",
            "يوم الإطلاق",
            "صورة",
            "على مثال نموذج آخر",
        ),
        "help": "قصير وواضح، أقل من ١٢٠ حرفًا.",
        "kinds": ("جماعي", "فردي"),
        "refusal": "بقي سطران بلا جواب.",
    },
}


def words() -> dict[str, Any]:
    return WORDS["ar" if (translation.get_language() or "vi").startswith("ar") else "vi"]


def sample_form() -> forms.Form:
    """A bound form with one good value, faults of several kinds and every sort of control."""
    text = words()
    names = text["form"]

    class Sample(forms.Form):
        words = forms.CharField(label=names[0], required=False)
        unit = forms.ChoiceField(
            label=text["units"][0], choices=list(zip("abcd", text["units"], strict=True)), required=False
        )
        title = forms.CharField(label=names[0], help_text=text["help"])
        field = forms.ChoiceField(
            label=names[1], choices=list(zip(FIELDS, text["fields"], strict=True)), widget=forms.RadioSelect
        )
        kind = forms.ChoiceField(
            label=names[2],
            choices=list(zip(("collective", "individual"), text["kinds"], strict=True)),
            widget=forms.RadioSelect,
        )
        novelty = forms.ChoiceField(
            label=names[3], choices=[("new", text["titles"][1]), ("kept", text["titles"][2])], widget=forms.RadioSelect
        )
        reason = forms.CharField(label=names[4], widget=forms.Textarea(attrs={"rows": 3}), required=False)
        launch = forms.DateField(label=names[5], input_formats=["%d/%m/%Y"])
        file = forms.FileField(label=names[6], required=False, help_text=text["help"])
        consent = forms.BooleanField(label=names[7], required=False)

    return Sample(
        {"title": text["titles"][0], "kind": "collective", "novelty": "new", "launch": "31/02/2026", "consent": "on"}
    )


def sample() -> Bag:
    text = words()
    counts = ((3, 0, 2, 0), (0, 12, 5, 1), (11, 26, 18, 6), (18, 52, 21, 9))
    states = ("submitted", "running", "removed", "recognised")
    days = (date(2026, 11, 10), date(2026, 10, 31), date(2026, 6, 30), date(2026, 2, 12))
    return Bag(
        **{key: text[key] for key in ("unit", "period", "source", "caption", "question")},
        fields=FIELDS,
        states=STATES,
        fates=(("new", 118), ("changed", 14), ("unchanged", 52), ("asked", 2), ("refused", 3)),
        shares=tuple(zip(FIELDS, (1526, 2791, 1124, 372), strict=True)),
        refusal=Refusal("sample", text["refusal"]),
        members=tuple(zip(FIELDS, text["fields"], strict=True)),
        coverage=[
            Bag(unit_code=f"u{n}", unit_name=name, cells=dict(zip(FIELDS, cells, strict=True)), total=sum(cells))
            for n, (name, cells) in enumerate(zip(text["units"], counts, strict=True))
        ],
        steps=[
            {"label": text["titles"][n], "note": text["units"][n], "state": state, "icon": sign}
            for n, (state, sign) in enumerate((("done", ""), ("done", "cert"), ("now", "pencil"), ("", "")))
        ],
        events=[
            {"when": text["period"], "text": text["titles"][0], "icon": "spread", "state": "jade"},
            {"when": text["period"], "text": text["titles"][1], "icon": "", "state": ""},
        ],
        rows=[
            Bag(title=title, unit=unit, field=field, state=state, households=households, updated=day)
            for title, unit, field, state, households, day in zip(
                text["titles"], text["units"], FIELDS, states, (274, 1041, None, 12), days, strict=True
            )
        ],
        page=Page(rows=[], number=3, count=6204, size=50),
        choices=list(zip("abcd", text["units"], strict=True)),
    )


def context(frame: str) -> dict[str, Any]:
    return {"frame": f"frame/{frame}.html", "sample": sample(), "form": sample_form()}


def styleguide(request: HttpRequest) -> HttpResponse:
    """The component page as a citizen sees it; only the tests give it an address."""
    return render(request, "styleguide.html", context("public"))


def workbench(request: HttpRequest) -> HttpResponse:
    """The same page as an officer of a demonstration installation sees it, after two deeds."""
    text = words()
    request.actor = Actor(id=1, name="c22945", label=text["units"][0], posts=(text["units"][1], text["units"][2]))  # type: ignore[attr-defined]
    said = [Message(constants.SUCCESS, text["source"]), Message(constants.ERROR, text["refusal"])]
    return render(request, "styleguide.html", {**context("office"), "messages": said})
