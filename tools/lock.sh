#!/usr/bin/env bash
# Renew both hashed locks. They hold versions and hashes only, never the address of a registry.
set -euo pipefail
options=(--quiet --generate-hashes --universal --no-header --no-emit-index-url --python-version 3.11)
.venv/bin/uv pip compile "${options[@]}" pyproject.toml -o requirements.lock
.venv/bin/uv pip compile "${options[@]}" --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
! grep -nE 'https?://' requirements.lock requirements-dev.lock
