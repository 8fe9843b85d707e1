# Two commands: `make demo` and `make test`. Each needs only Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test slow chaos chaos-short lint types contracts wheel unpinned bench clean

help:
	@echo "make demo       two quarters on the sandbox, through Prefect: a playground"
	@echo "make test       the tests"
	@echo "make slow       tests that need a Prefect server, processes or minutes"
	@echo "make chaos      kills servers, workers and runs in the middle of syncs; chaos-short does less"
	@echo "make lint types contracts wheel unpinned bench"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "prefect-okr needs Python 3.11 or newer; name it: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.bench: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,bench]'
	@touch $@ $(VENV)/.dev $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/okr demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m slow -n 2 --dist loadfile

chaos: $(VENV)/.dev
	$(BIN)/python tests/chaos

chaos-short: $(VENV)/.dev
	$(BIN)/python tests/chaos --short

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

wheel: $(VENV)/.dev
	tests/wheel.sh $(BIN)/python

unpinned: $(VENV)/.dev
	tests/unpinned.sh $(BIN)/python

bench: $(VENV)/.bench
	$(BIN)/python benchmarks/standing.py
	$(BIN)/python benchmarks/forecast.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/store.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/sync.py
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/dates.py
	$(BIN)/python benchmarks/web.py

clean:
	rm -rf $(VENV) build dist demo
