#!/usr/bin/env bash
# Make .venv hold exactly what a hashed lock names, then Kheo itself and its compiled translations.
set -euo pipefail
lock=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kheo needs Python 3.11 or newer; set PYTHON=..." >&2; exit 1; }
[ -x .venv/bin/python ] || "$python" -m venv .venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1
if [ -x .venv/bin/uv ] || .venv/bin/pip install --quiet uv 2>/dev/null; then
  VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install --quiet --require-hashes -r "$lock" 2> >(grep -v 'is ignored' >&2)
else
  .venv/bin/pip install --quiet --require-hashes -r "$lock"
fi
# Kheo itself from this folder: a path file does it, with no build step and no download.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$PWD/src" > "$site/kheo.pth"
cat > .venv/bin/kheo <<RUN
#!$PWD/.venv/bin/python
from kheo.config.cli import main

main()
RUN
chmod +x .venv/bin/kheo
[ ! -d src/kheo/locale ] || .venv/bin/pybabel --quiet compile --directory src/kheo/locale --domain django
