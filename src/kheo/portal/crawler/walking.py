"""From the front page and the site map to every page of a language; each is asked for once and looked over."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from kheo.portal.crawler.asking import Answer, Ask, host, in_process
from kheo.portal.crawler.reading import Read, read
from kheo.portal.crawler.sentences import untranslated

KINDS = ("broken", "untranslated", "third_party", "no_alt", "language", "cookie")
MOST_STEPS = 5  # redirects one after the other
MOST_QUESTIONS = 12  # addresses of one page that differ in their filters
# Behind these begins the office: the door itself is looked at, nothing is sent.
OFFICE = re.compile(r"^/\w+/(account|desk|initiatives|imports|people|audit)/")
RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: of what kind, on which page, what."""

    kind: str
    page: str
    what: str


@dataclass
class Walk:
    """What was seen in one language."""

    lang: str
    pages: int = 0
    links: int = 0
    outside: int = 0  # links to other hosts that a reader may follow; nothing is loaded from them
    faults: list[Fault] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(fault.kind == kind for fault in self.faults)


def walk(lang: str, *, limit: int | None = None, ask: Ask | None = None, say: Callable[[int], object] = int) -> Walk:
    """Every public page of a language, or the first `limit` of them. `say` is told how many were seen, now and then."""
    return _Walker(lang, ask or in_process(), limit).go(say)


class _Walker:
    def __init__(self, lang: str, ask: Ask, limit: int | None) -> None:
        self.seen, self.lang, self.ask, self.limit = Walk(lang), lang, ask, limit
        self.site = f"http://{host()}"
        self.known: dict[str, str] = {}  # address -> the page that leads there first
        self.waiting: deque[str] = deque()
        self.questions: Counter[str] = Counter()
        self.loaded: set[str] = set()

    def go(self, say: Callable[[int], object]) -> Walk:
        self._lead(f"/{self.lang}/", "/")
        for address in self._mapped():
            self._lead(address, "/sitemap.xml")
            self._work(say)
        self._work(say)
        return self.seen

    def _work(self, say: Callable[[int], object]) -> None:
        while self.waiting and not self._enough():
            address = self.waiting.popleft()
            self._look(address, self._followed(address))
            if self.seen.pages % 100 == 0:
                say(self.seen.pages)

    def _enough(self) -> bool:
        return self.limit is not None and self.seen.pages >= self.limit

    def _mapped(self) -> Iterator[str]:
        """The addresses of the site map in this language, a part at a time."""
        index = self.ask("/sitemap.xml")
        for part in re.findall(rb"<loc>([^<]+)</loc>", index.body):
            path = urlsplit(part.decode()).path
            if path.startswith(f"/sitemap/{self.lang}/") and not self._enough():
                answer = self.ask(path)
                if answer.status != 200:
                    self._fault("broken", "/sitemap.xml", f"{path}: {answer.status}")
                for found in re.findall(rb"<loc>([^<]+)</loc>", answer.body):
                    yield urlsplit(found.decode()).path

    def _lead(self, link: str, page: str) -> None:
        """Note where a link leads; each address is asked for once, in the language walked or in none."""
        target = urldefrag(urljoin(f"{self.site}{page}", link))[0]
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https"):
            return
        self.seen.links += 1
        if parts.netloc != host():
            self.seen.outside += 1
            return
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        other = re.match(r"/(vi|en|ar|pt)/", parts.path)
        if address in self.known or (other and other[1] != self.lang):
            return
        if parts.query:
            self.questions[parts.path] += 1
            if self.questions[parts.path] > MOST_QUESTIONS:
                return
        self.known[address] = page
        self.waiting.append(address)

    def _followed(self, address: str) -> Answer:
        answer = self.ask(address)
        for _step in range(MOST_STEPS):
            if answer.status not in (301, 302, 303, 307, 308):
                break
            answer = self.ask(urljoin(f"{self.site}{address}", answer.location).removeprefix(self.site))
        return answer

    def _look(self, address: str, answer: Answer) -> None:
        self.seen.pages += 1
        if answer.status != 200:
            self._fault("broken", self.known[address], f"{address}: {answer.status}")
            return
        if OFFICE.match(address):
            return
        if answer.cookies:
            self._fault("cookie", address, str(answer.cookies))
        if answer.kind == "text/html":
            self._page(address, read(answer.body.decode("utf-8", "replace")))

    def _page(self, address: str, page: Read) -> None:
        wanted = "rtl" if self.lang in RIGHT_TO_LEFT else "ltr"
        if (page.lang, page.dir) != (self.lang, wanted):
            self._fault("language", address, f"lang={page.lang} dir={page.dir}")
        if page.silent:
            self._fault("no_alt", address, str(page.silent))
        for text in untranslated(self.lang, page.texts):
            self._fault("untranslated", address, text)
        for load in page.loads:
            self._load(load, address)
        for link in page.links:
            self._lead(link, address)

    def _load(self, load: str, page: str) -> None:
        target = urldefrag(urljoin(f"{self.site}{page}", load))[0]
        parts = urlsplit(target)
        if parts.scheme == "data" or target in self.loaded:
            return
        self.loaded.add(target)
        if parts.netloc != host():
            self._fault("third_party", page, target)
        elif (answer := self._followed(target.removeprefix(self.site))).status != 200:
            self._fault("broken", page, f"{parts.path}: {answer.status}")

    def _fault(self, kind: str, page: str, what: str) -> None:
        self.seen.faults.append(Fault(kind, page, what))
