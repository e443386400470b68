# One word each. `make run` and `make test` do all their own set-up on a bare machine with Python and make.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VAR ?= var
SITE_URL ?= http://$(HOST):$(PORT)
WORKERS ?= 1
export VAR SITE_URL
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

.PHONY: help run test check bench pictures format import export rebuild clean
help:
	@echo "make run       start the site on $(SITE_URL)"
	@echo "make test      run every test, browser tests included"
	@echo "make check     lint, types, templates, migrations, deployment settings"
	@echo "make bench     speed: codes, and the first paint on a slow phone"
	@echo "make pictures  make the pictures of docs/editing.md anew"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "MBC Pages needs Python 3.11 or newer.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.ready: requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.ready

run: $(VENV)/run.ready
	@$(MANAGE) prepare
	@echo "MBC Pages: $(SITE_URL)  (staff: $(SITE_URL)/admin/, stop with Ctrl+C)"
	@exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers $(WORKERS) --no-ws \
		--blocking-threads 4 --http1-header-read-timeout 10000 --log-level warning mbc_site.wsgi:application

test: $(VENV)/test.ready
	@sh .ci/needs
	$(BIN)/pytest -n $$(nproc) --dist loadgroup
	@sh .ci/on-postgres $(BIN)/pytest -n $$(nproc) -m both_databases

check: $(VENV)/test.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run
	SITE_URL=https://pages.example.org $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) check_content
	@$(BIN)/python -m tests.pictures --check

bench: $(VENV)/test.ready
	$(BIN)/python -m tests.bench_codes
	@sh .ci/needs
	$(BIN)/python -m tests.bench_paint

pictures: $(VENV)/test.ready
	@sh .ci/needs
	$(BIN)/python -m tests.pictures

format: $(VENV)/test.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

import export rebuild: $(VENV)/run.ready
	$(MANAGE) $(if $(filter rebuild,$@),rebuild,$@_content $(DIR))

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
