"""What a page says and leads to: its language and texts, its links, what a browser loads for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# What a browser asks for by itself, by tag: the attributes that name it.
LOADS = {
    "script": ("src",),
    "img": ("src",),
    "iframe": ("src",),
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
LINKED = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest"})
WORDS = ("alt", "title", "placeholder", "aria-label", "aria-description")
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr path rect circle use".split()
)  # never closed, or drawn without an end tag


@dataclass
class Read:
    """One page as it was read."""

    lang: str = ""
    dir: str = ""
    links: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)
    silent: int = 0  # pictures without alt
    texts: list[str] = field(default_factory=list)  # in the language of the page


def read(html: str) -> Read:
    """The page, read once from top to end."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Read()
        self.open: list[tuple[str, str]] = []  # (tag, language in force)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        lang = given.get("lang") or (self.open[-1][1] if self.open else "")
        if tag == "html":
            self.page.lang, self.page.dir = given.get("lang", ""), given.get("dir", "")
        if tag in ("a", "area") and "href" in given:
            self.page.links.append(given["href"])
        elif tag == "form" and given.get("method", "get").casefold() == "get" and given.get("action"):
            self.page.links.append(given["action"])
        elif tag == "link":
            self._linked(given)
        for name in LOADS.get(tag, ()):
            if given.get(name):
                self.page.loads.append(given[name])
        if tag == "img" and "alt" not in given:
            self.page.silent += 1
        if lang == self.page.lang:
            self.page.texts += [given[name] for name in WORDS if given.get(name)]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _lang in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in ("script", "style") and self.open[-1][1] == self.page.lang:
            text = " ".join(data.split())
            if text:
                self.page.texts.append(text)

    def _linked(self, given: dict[str, str]) -> None:
        kinds, href = set(given.get("rel", "").split()), given.get("href", "")
        if kinds & LINKED:
            self.page.loads.append(href)
        elif "alternate" in kinds and given.get("hreflang"):
            self.page.alternates[given["hreflang"]] = href
        elif kinds & {"alternate", "canonical"}:
            self.page.links.append(href)
