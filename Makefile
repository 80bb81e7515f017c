# Everything sets itself up in .venv: Python 3.11 or newer, make and a package index are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
NODE := tests/clients/node tests/contracts/functions tests/reports
NODE_READY := $(if $(shell command -v npm),$(NODE:=/node_modules/.ready))

.DEFAULT_GOAL := help

.PHONY: help
help: ## show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mockstudio needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@

%/node_modules/.ready: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: demo
demo: $(READY) ## see a flow take success, failure, timeout and overflow, twice
	$(BIN)/python fixtures/demo.py

.PHONY: test
test: $(READY) $(NODE_READY) ## run the tests; those with Twilio's packages for Node where npm is
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

.PHONY: lint
lint: $(READY) ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(READY) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: serve
serve: $(READY) ## serve the sample flow and its endpoints
	$(BIN)/mockstudio serve fixtures/order-status.flow.json fixtures/order-status.endpoints.yaml

.PHONY: bench
bench: $(READY) ## measure speed beside floors in the same run
	$(BIN)/python -m bench

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  $(NODE:=/node_modules)
