# Needs Python 3.11 or later, make and a package index. `make` alone lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo run test check-style check-types pytest coverage test-all faults bench bench-scale bench-rules bench-alerts extraction relevance lock oracle clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.installed ## see it work: sample sites, mail and webhook on this machine
	@$(BIN)/monitor demo

run: $(VENV)/.installed ## start the service on config/
	@$(BIN)/monitor run

test: check-style check-types pytest ## everything that CI checks

check-style: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(VENV)/.tested
	$(BIN)/mypy

pytest: $(VENV)/.tested
	$(BIN)/pytest --numprocesses=$(JOBS) --dist=worksteal

coverage: $(VENV)/.tested ## which lines the tests run, 90 % at least; takes twice as long as they do
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --numprocesses=$(JOBS) --dist=worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

oracle: $(VENV)/.tested ## 200,000 random rules and stories: the engine beside a naive evaluator
	@$(BIN)/python -m tests.match.oracle 200000

faults: $(VENV)/.tested ## prove the promise: kill -9, outages, full disks; what was lost, what came twice (half an hour)
	@$(BIN)/python -m tests.faults.run

test-all: ## the tests on every Python from 3.11 to 3.13 that is here
	@for version in 3.11 3.12 3.13; do \
	  if command -v python$$version >/dev/null && python$$version -c '' 2>/dev/null; then \
	    echo "--- Python $$version"; \
	    $(MAKE) pytest PYTHON=python$$version VENV=.venv-$$version || exit 1; \
	  else echo "--- Python $$version is not here: skipped"; fi; done

bench: $(VENV)/.benched ## measure feeds and polling beside other readers (nginx, newsboat: see tests/bench)
	@$(BIN)/python -m tests.bench.feeds
	@$(BIN)/python -m tests.bench.polling

bench-scale: $(VENV)/.benched ## measure polling of 200, 2,000 and 20,000 sources
	@$(BIN)/python -m tests.bench.polling --scale

bench-rules: $(VENV)/.benched ## hold 1,000 to 100,000 rules against stories, beside other engines (half an hour)
	@$(BIN)/python -m tests.bench.rulechange
	@$(BIN)/python -m tests.bench.ruleextras
	@$(BIN)/python -m tests.bench.rules

bench-alerts: $(VENV)/.tested ## deliveries a second, and from publication to webhook
	@$(BIN)/python -m tests.bench.outbox
	@$(BIN)/python -m tests.bench.latency

extraction: $(VENV)/.benched ## the parser's accuracy, speed and bounds (see tests/bench)
	@$(BIN)/python -m tests.bench.hostile
	@$(BIN)/python -m tests.bench.extraction

relevance: $(VENV)/.tested ## precision and recall of the topic and the rules that ship (see tests/bench)
	@$(BIN)/python -m tests.bench.relevance

lock: $(VENV)/.installed ## pin the newest versions in constraints.txt
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --all-extras \
	  --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml -o constraints.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-3.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) …"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[chat,demo,postgres]'
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[chat,demo,postgres,test]'
	@touch $@

$(VENV)/.benched: $(VENV)/.tested
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[chat,demo,postgres,test,bench]'
	@touch $@
