# Every way to run, test and check Baton. Each target first sets itself up in .venv/ from the locked requirements.

VENV ?= .venv
# An interpreter to use instead of the newest one found; for a second one: make test PYTHON=python3.13 VENV=.venv-3.13
PYTHON ?=
# How many processes the tests run in, and further words for pytest: make test JOBS=1 ARGS="-k claim"
JOBS ?= auto
ARGS ?=

PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header $(if $(UPGRADE),--upgrade)
NODE_PATH := PATH="$(abspath $(VENV))/bin:$$PATH"
JS := tests/e2e/js
TEAMS_JS := tests/e2e_teams/js
# Every folder with a package-lock.json there is set up for the tests on networks.
NETWORKS_JS := $(patsubst %/package-lock.json,%,$(wildcard tests/e2e_networks/*/package-lock.json))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo storm install test check e2e e2e-teams e2e-networks e2e-gated e2e-crm e2e-storm fuzz chaos pictures bench bench-record bench-digest bench-forecast bench-triage recount docs catalogues fmt lock clean

help:  ## Show these lines
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp  ## Start Baton with a workspace to try it in (FEED=none: without the sample posts)
	@$(PY) app.py demo

storm: $(VENV)/run.stamp  ## Send 10,000 posts within a minute to the demo that is running (ARGS="--posts 500 --seconds 10 --seed 3")
	@$(PY) -m playground.storm $(ARGS)

install: $(VENV)/run.stamp  ## Install what Baton runs on into .venv/, to run it in earnest (docs/install-on-slack.md, docs/install-on-teams.md)

test: $(VENV)/dev.stamp  ## Run every test but the end-to-end ones and the benchmarks (SEED=random: with other examples)
	$(PY) -m pytest -n $(JOBS) $(ARGS)

check: $(VENV)/dev.stamp  ## Lint, formatting, types, import rules, the tree
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy .ci/check_tree.py
	$(VENV)/bin/lint-imports
	$(PY) .ci/check_tree.py

e2e: $(VENV)/dev.stamp $(JS)/node_modules/.package-lock.json  ## Run the end-to-end tests with Chromium and the official JavaScript clients
	@sh .ci/need_chromium
	$(NODE_PATH) $(PY) -m pytest tests/e2e $(ARGS)

e2e-teams: $(VENV)/dev.stamp $(TEAMS_JS)/node_modules/.package-lock.json  ## Run the end-to-end tests on Teams, with Chromium and the local Teams client
	@sh .ci/need_chromium
	$(NODE_PATH) $(PY) -m pytest tests/e2e_teams $(ARGS)

e2e-networks: $(VENV)/dev.stamp $(NETWORKS_JS:%=%/node_modules/.package-lock.json)  ## Run the end-to-end tests on networks, against real servers
	@$(NODE_PATH) sh .ci/need_network_servers $(VENV)/servers
	$(NODE_PATH) NETWORK_SERVERS="$(abspath $(VENV))/servers" $(PY) -m pytest tests/e2e_networks $(ARGS)

e2e-gated: $(VENV)/dev.stamp  ## Run the end-to-end tests on networks that an API must be applied for, against pretended servers
	$(PY) -m pytest tests/e2e_gated $(ARGS)

fuzz: $(VENV)/dev.stamp  ## Try every parser with 10,000 changed payloads (FUZZ=200: so many; SEED=random: with others)
	FUZZ=$(FUZZ) SEED=$(SEED) $(PY) -m pytest tests/fuzz -n $(JOBS) $(ARGS)

chaos: $(VENV)/dev.stamp  ## Kill Baton 50 times while 5,000 posts from five networks come in and are answered (KILLS=5 EVENTS=500, DB=postgres)
	KILLS=$(KILLS) EVENTS=$(EVENTS) DB=$(DB) SEED=$(SEED) $(PY) -m pytest tests/chaos -s $(ARGS)

e2e-crm: $(VENV)/dev.stamp  ## Run the end-to-end tests on customer records, against a real Tryton
	@sh .ci/need_tryton $(PY) $(VENV)/tryton
	TRYTON="$(abspath $(VENV))/tryton" $(PY) -m pytest tests/e2e_crm $(ARGS)

e2e-storm: $(VENV)/dev.stamp  ## Run the end-to-end tests with a storm of 10,000 posts in a minute (STORM_PICTURES=FOLDER: with pictures of it)
	@sh .ci/need_chromium
	$(PY) -m pytest tests/e2e_storm $(ARGS)

recount: $(VENV)/dev.stamp  ## Count every number of the digest of 200,000 conversations a second time, on both databases (ARGS="--conversations 2000")
	$(PY) -m tests.recount $(ARGS)

pictures: $(VENV)/dev.stamp  ## Take the pictures of the documentation anew, from the running demo
	@sh .ci/need_chromium
	$(PY) -m docs.pictures.take $(ARGS)

bench: $(VENV)/dev.stamp  ## Measure each figure and its floor; writes bench.json
	$(PY) -m tests.benchmarks $(ARGS)

bench-record: $(VENV)/dev.stamp  ## Measure look-ups of whole records and imports, on both databases (ARGS=--full: a million customers, ten million posts)
	$(PY) -m tests.benchmarks.record $(ARGS)

bench-digest: $(VENV)/dev.stamp  ## Measure the digest of a week over long histories, on both databases (ARGS=--full: a million conversations, too)
	$(PY) -m tests.benchmarks.digest $(ARGS)

bench-forecast: $(VENV)/dev.stamp  ## Measure how wrong the forecast is over a made-up history, beside last week's value (ARGS="--weeks 26")
	$(PY) -m tests.benchmarks.forecast $(ARGS)

bench-triage: $(VENV)/dev.stamp  ## Measure triage on the data in a folder, beside its goals (DATA=FOLDER, ARGS="--only sentiment")
	@$(PY) -m tests.triage "$(or $(DATA),$(error say where the data is: make bench-triage DATA=FOLDER))" $(ARGS)

docs: $(VENV)/dev.stamp  ## Write the pages that are made from the code anew
	$(PY) -m tests.docs

catalogues: $(VENV)/dev.stamp  ## Bring what Baton says up to date in the catalogues of its languages
	$(PY) -m tests.languages

fmt: $(VENV)/dev.stamp  ## Format the code and mend what can be mended by itself
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

lock: $(VENV)/dev.stamp  ## Bring the locks up to date with pyproject.toml (UPGRADE=1: to the newest versions)
	$(LOCK) --extra dev pyproject.toml --output-file requirements/dev.lock
	$(LOCK) --constraint requirements/dev.lock pyproject.toml --output-file requirements/run.lock
	$(LOCK) --group node --output-file requirements/node.lock
	$(LOCK) --group tryton --output-file requirements/tryton.lock
	cd $(JS) && $(NODE_PATH) npm install --package-lock-only
	cd $(TEAMS_JS) && $(NODE_PATH) npm install --package-lock-only
	for folder in $(NETWORKS_JS); do (cd $$folder && $(NODE_PATH) npm install --package-lock-only) || exit 1; done

clean:  ## Remove what the targets made, but no data
	rm -rf $(VENV) $(JS)/node_modules $(TEAMS_JS)/node_modules $(NETWORKS_JS:%=%/node_modules) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(PY):
	@sh .ci/make_venv $(VENV) $(PYTHON)

$(VENV)/run.stamp: requirements/run.lock | $(PY)
	@echo "Installing what Baton runs on into $(VENV) …"
	@$(PIP_INSTALL) --requirement $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock | $(PY)
	@echo "Installing what Baton is developed with into $(VENV) …"
	@$(PIP_INSTALL) --requirement $<
	@touch $@

# Node of the machine where it is new enough, otherwise the locked one that pip brings.
$(VENV)/node.stamp: requirements/node.lock | $(PY)
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1; \
	then echo "Using Node $$(node --version)"; \
	else echo "Installing Node into $(VENV) …" && $(PIP_INSTALL) --requirement $<; fi
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json $(VENV)/node.stamp
	cd $* && $(NODE_PATH) npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
