"""Rebuilds the committed bundle under src/kheo/static/kheo from the packages named in package.json (docs/look.md).

    python3 tools/assets.py          needs npm; everything else is fetched into a temporary folder and thrown away

Written by hand and left alone: kheo.css and LICENCES.md. The same versions give the same bytes, so `git diff` after a
run shows exactly what a new version changed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src/kheo/static/kheo"
SUBSETTER = ("fonttools==4.68.0", "brotli==1.2.1")
WEIGHTS = (400, 500, 600)
LIMIT = 1_000_000  # bytes of the whole bundle, unpacked

# Be Vietnam Pro has no tabular figures: Inter draws figures and codes only (look: k-num, k-code).
FIGURES = "U+0020,U+0025,U+002B-003A,U+0041-005A,U+00A0,U+2013,U+202F"
ARABIC = "U+0600-06FF,U+200C-200F,U+2010-2011,U+FD3E-FD3F,U+FDF2,U+FDFA-FDFC"

# Our short name = Tabler's name, or one word where both are the same. Ours alone (tools/shapes.svg): kt vh qp ht mark.
ICONS = """
    alert=alert-triangle archive arrow=arrow-right arrowr=arrow-narrow-right ban bell bulb cal=calendar-event
    cert=certificate chart=chart-bar check checks=checklist circle=circle-dashed clock copy db=database dl=download
    down=chevron-down equal ext=external-link eye file=file-text filter flag frozen=snowflake grid=layout-grid
    hall=building-community help=help-circle history home inbox info=info-circle key left=chevron-left link
    list=list-details lock logout map msg=message-circle pencil phone photo pin=map-pin play=player-play plus
    print=printer quote refresh repeat right=chevron-right rss save=device-floppy scale search send shield=shield-lock
    speaker=speakerphone spread=git-fork stop=alert-octagon sum ul=upload undo=arrow-back-up user users world x
"""


def run(*command: str | Path, cwd: Path) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def fetch(work: Path) -> tuple[Path, Path]:
    """The packages of package.json and the font subsetter, in a folder of their own."""
    shutil.copy(ROOT / "package.json", work)
    quiet = ("--no-package-lock", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund")
    run("npm", "install", *quiet, cwd=work)
    venv.create(work / "venv", with_pip=True)
    run(work / "venv/bin/pip", "install", "--quiet", *SUBSETTER, cwd=work)
    return work / "node_modules", work / "venv/bin/pyftsubset"


def stylesheets(packages: Path) -> None:
    """Bootstrap as it comes, left to right and right to left, without the pointer to a map that we do not ship."""
    for name in ("bootstrap.min.css", "bootstrap.rtl.min.css"):
        text = (packages / "bootstrap/dist/css" / name).read_text(encoding="utf-8")
        (OUT / name).write_text(re.sub(r"\s*/\*# sourceMappingURL=.*?\*/\s*", "\n", text), encoding="utf-8")
    shutil.copy(packages / "htmx.org/dist/htmx.min.js", OUT / "htmx.min.js")


def face(family: str, weight: int, file: str, span: str) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weight};font-display:swap;'
        f'src:url("fonts/{file}") format("woff2");unicode-range:{span}}}\n'
    )


def fonts(packages: Path, subset: Path) -> None:
    """The woff2 files and fonts.css with the range of each, so that a page fetches only what its language needs."""
    shutil.rmtree(OUT / "fonts", ignore_errors=True)
    (OUT / "fonts").mkdir()
    css = ["/* Made by tools/assets.py. */\n"]
    source = packages / "@fontsource"
    whole = source / "be-vietnam-pro"
    for weight in WEIGHTS:
        rules = (whole / f"{weight}.css").read_text(encoding="utf-8")
        for name, span in re.findall(r"/(be-vietnam-pro-[a-z-]+)-\d+-normal\.woff2.*?range:\s*([^;]+);", rules, re.S):
            file = f"{name}-{weight}.woff2"
            shutil.copy(whole / f"files/{name}-{weight}-normal.woff2", OUT / "fonts" / file)
            css.append(face("Be Vietnam Pro", weight, file, span))
    cuts = [("Inter", "inter", "latin", w, FIGURES, "tnum,kern,ccmp,case") for w in WEIGHTS]
    cuts += [("Noto Sans Arabic", "noto-sans-arabic", "arabic", w, ARABIC, "*") for w in WEIGHTS]
    cuts += [("Noto Naskh Arabic", "noto-naskh-arabic", "arabic", 600, ARABIC, "*")]
    for family, package, part, weight, span, features in cuts:
        file = f"{package}-{weight}.woff2"
        run(
            subset, source / f"{package}/files/{package}-{part}-{weight}-normal.woff2", f"--unicodes={span}",
            f"--layout-features={features}", "--flavor=woff2", f"--output-file={OUT / 'fonts' / file}", cwd=OUT,
        )  # fmt: skip
        css.append(face(family, weight, file, span))
    (OUT / "fonts.css").write_text("".join(css), encoding="utf-8")


def icons(packages: Path) -> None:
    """One sprite (symbols i-NAME), and the mark alone as the browser's tab icon."""
    nodes = json.loads((packages / "@tabler/icons/tabler-nodes-outline.json").read_text(encoding="utf-8"))
    symbols = []
    for pair in ICONS.split():
        ours, _, theirs = pair.partition("=")
        parts = [(tag, " ".join(f'{k}="{v}"' for k, v in attrs.items())) for tag, attrs in nodes[theirs or ours]]
        drawn = "".join(f"<{tag} {attrs}/>" for tag, attrs in parts)
        symbols.append(f'<symbol id="i-{ours}" viewBox="0 0 24 24">{drawn}</symbol>')
    shapes = re.findall(r"<symbol .*?</symbol>", (ROOT / "tools/shapes.svg").read_text(encoding="utf-8"), re.S)
    note = "<!-- Outline icons: Tabler Icons, MIT, see LICENCES.md. kt vh qp ht and the mark: drawn for Kheo. -->"
    sprite = ['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, *shapes, "</svg>\n"]
    (OUT / "icons.svg").write_text("\n".join(sprite), encoding="utf-8")
    mark = next(shape for shape in shapes if 'id="i-mark"' in shape)
    drawn = re.sub(r"^<symbol[^>]*>|</symbol>$", "", mark)
    (OUT / "icons").mkdir(exist_ok=True)
    (OUT / "icons/favicon.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">{drawn}</svg>\n', encoding="utf-8"
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        packages, subset = fetch(Path(folder))
        stylesheets(packages)
        fonts(packages, subset)
        icons(packages)
    size = sum(file.stat().st_size for file in OUT.rglob("*") if file.is_file())
    print(f"{OUT.relative_to(ROOT)}: {size:,} bytes of {LIMIT:,}")
    return int(size >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
