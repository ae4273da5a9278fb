# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Everything is installed into .venv from the locks in requirements/; the system is never touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
ROOMS := base mappings engine records indexer query circulation strategies demo commands
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: help demo test unit drill circulation language lint lock clean

help: ## show these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

demo: $(RUN_STAMP) ## set up, index the sample catalogue on a real Elasticsearch, run a few searches
	@$(BIN)/hkall demo

test: $(DEV_STAMP) ## set up, run all tests (a real Elasticsearch node is started for them)
	@$(BIN)/python -m pytest

unit: $(DEV_STAMP) ## only the tests that need no server
	@$(BIN)/python -m pytest -m "not es and not docker"

drill: $(DEV_STAMP) ## runs and the node are killed 30 times at random points; about half an hour
	@DRILL_KILLS=30 $(BIN)/python -m pytest tests/indexer/test_faults.py -s

circulation: $(DEV_STAMP) ## 20,000 random acts and 200 requests at once, on SQLite and on PostgreSQL
	@CIRCULATION_STEPS=20000 $(BIN)/python -m pytest tests/circulation/test_random.py \
		tests/circulation/test_races.py -s

language: $(DEV_STAMP) ## 100,000 random queries of all scripts are read, as many trees printed, in every language; 3,000 against an oracle
	@QUERY_EXAMPLES=100000 QUERY_ORACLE=3000 QUERY_LIMITS=1000 $(BIN)/python -m pytest \
		tests/query/test_roundtrip.py tests/query/dialects/test_roundtrip.py \
		tests/query/test_limits_search.py tests/query/test_oracle.py -s

lint: $(DEV_STAMP) ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: $(DEV_STAMP) ## write the locks anew from pyproject.toml
	@$(BIN)/python tools/lock.py

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: Python 3.11 or later is needed; name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 3; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "make: installing what HKALL runs on into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q cli.py $(ROOMS)
	@touch $@

$(DEV_STAMP): requirements/dev.txt $(RUN_STAMP)
	@echo "make: installing what the tests need into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
