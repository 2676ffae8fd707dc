"""Pages under the strict content policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.house import Complaint, House

_ADDRESSES = frozenset({"href", "src", "action", "formaction", "srcset", "hx-get", "hx-post"})
_LOADS = frozenset({"script", "link", "img", "source", "iframe", "video", "audio", "use", "image"})


def check_inline(house: House) -> Iterator[Complaint]:
    """No <style>, no style=, no inline script, no on...= handler, nothing loaded from another host."""
    for template in house.templates:
        for piece in template.html:
            if piece.text:
                if piece.tag == "script":
                    yield template.at(piece.line, "no inline script: link a file of src/kheo/static/")
                continue
            attrs = dict(piece.attrs)
            if piece.tag == "style":
                yield template.at(piece.line, "no <style>: write a class in kheo.css")
            for name, value in attrs.items():
                if name == "style":
                    yield template.at(piece.line, "no style=: write a class in kheo.css")
                elif re.fullmatch(r"on[a-z]+", name) or name.startswith(("hx-on", "hx-vars")):
                    yield template.at(piece.line, f"no {name}=: the policy blocks it; use a link or a form")
                elif value.strip().casefold().startswith(("javascript:", "js:")):
                    yield template.at(piece.line, f"no script in {name}=")
                elif name in _ADDRESSES and piece.tag in _LOADS and re.match(r"(https?:)?//", value):
                    yield template.at(piece.line, "another host: put the file under static/kheo/")
    for source in house.code:
        for text in source.strings():
            if re.search(r"<\w[^>]*\sstyle\s*=", str(text.value)):
                yield source.at(text, "no style= in markup made by Python: use a class")
