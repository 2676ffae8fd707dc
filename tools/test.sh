#!/usr/bin/env bash
# The whole suite: on SQLite with the journeys in a browser, then on PostgreSQL in a cluster of its own.
set -uo pipefail
export KHEO_VAR=${KHEO_TEST_VAR:-$(mktemp -d)} PYTHONDONTWRITEBYTECODE=1
unset KHEO_DATABASE
pytest=(.venv/bin/python -m pytest -q -n 2 --dist loadgroup)
[ $# = 0 ] || pytest=(.venv/bin/python -m pytest -q "$@")
journeys=()
tools/chromium.sh || journeys=(--ignore=tests/journeys)
status=0
echo "== SQLite"
"${pytest[@]}" "${journeys[@]}" || status=1
echo "== PostgreSQL"
.venv/bin/python tools/cluster.py -- "${pytest[@]}" --ignore=tests/journeys --ignore=tests/architecture --ignore=tests/language --ignore=tests/look
pg=$?
if [ $pg = 69 ]; then [ "${CI:-}" = true ] && status=1; elif [ $pg != 0 ]; then status=1; fi
exit $status
