# make run: Kheo on http://127.0.0.1:8000/ with the whole map and demonstration accounts. make test: everything, both databases.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check messages lock assets clean
VENV := .venv
KHEO := $(VENV)/bin/kheo
PORT ?= 8000
SAMPLES := tests/cases/main

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## The virtual environment and the translations; nothing else is needed
setup-dev: $(VENV)/.ready-dev ## The same and what the tests use

$(VENV)/.ready: requirements.lock pyproject.toml $(wildcard src/kheo/locale/*/LC_MESSAGES/django.po)
	@tools/install.sh requirements.lock
	@touch $@
$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml $(wildcard src/kheo/locale/*/LC_MESSAGES/django.po)
	@tools/install.sh requirements-dev.lock
	@touch $(VENV)/.ready $@

run: setup ## Set up, fill the map, show two real lists being read (the first time), serve on loopback
	@fresh=; [ -n "$$KHEO_DATABASE" ] || [ -e "$${KHEO_VAR:-var}/kheo.sqlite3" ] || fresh=yes; \
	$(KHEO) init --accounts --seed 1 && \
	if [ "$$fresh" = yes ]; then for list in $(SAMPLES)/dang-ky-lam-dong-2025.xlsx:p68 $(SAMPLES)/dang-ky-gia-lai-2025.xlsx:p52; do \
	  echo "$${list%%:*}"; \
	  $(KHEO) initiatives import "$${list%%:*}" --as "$${list##*:}" --period 2025-2030 --on 2025-11-05 --dry-run || true; done; fi
	@$(KHEO) summary
	@$(KHEO) serve --port $(PORT)

test: setup-dev ## The suite on SQLite and on PostgreSQL, with journeys in Chromium
	@tools/test.sh

check: setup-dev ## Style, types, layers, migrations, templates
	@tools/check.sh

messages: setup-dev ## Collect new strings into the four catalogues
	@$(VENV)/bin/python tools/messages.py

lock: setup-dev ## Renew the hashed locks from pyproject.toml
	@tools/lock.sh

assets: ## Rebuild the bundled styles, fonts and icons (maintainers; needs Node)
	@tools/assets.sh

clean: ## Remove the virtual environment and caches; var/ with its data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
