#!/usr/bin/env bash
# Style, types, import layers, missing migrations, templates. Every check runs, then the sum of them is the answer.
set -uo pipefail
export KHEO_VAR=$(mktemp -d)
export DJANGO_SETTINGS_MODULE=kheo.config.settings PATH="$PWD/.venv/bin:$PATH"
status=0
step() { echo "== $1"; shift; "$@" || status=1; }
step "ruff" ruff check .
step "format" ruff format --check .
step "mypy" mypy
step "layers" lint-imports
step "migrations" python -m django makemigrations --check --dry-run
step "django" python -m django check --fail-level WARNING
step "templates" djlint --quiet --lint src/kheo --extension html
exit $status
