# floodeval: `make run` shows it, `make test` proves it. Both need Python 3.11+ and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
UNITS := $(addprefix --ignore=tests/, ui browser report correctness data/audit data/test_stress.py sam/test_weights.py) \
         $(addprefix --ignore=tests/, test_cli.py test_findings_cli.py test_report_cli.py test_experiments.py test_readme.py)
PORT ?= 8501

.DEFAULT_GOAL := help
.PHONY: help run demo test test-fast test-slow check bench screenshots clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: demo ## environment, weights, the demo evaluated, and the dashboard at http://localhost:8501
	$(BIN)/streamlit run dashboard.py --server.port $(PORT)

demo: $(VENV)/run.stamp ## environment, weights, both variants on drawn floods, the comparison printed
	$(BIN)/floodeval demo

test: $(VENV)/dev.stamp ## environment and the tests (what this machine lacks is skipped, and named)
	$(PYTEST) -m "not slow"

test-fast: $(VENV)/dev.stamp ## the units alone: no weights, real data, browser or dashboard; under 90 s on two cores
	$(PYTEST) -m "not slow and not weights and not real and not browser" $(UNITS)

test-slow: $(VENV)/dev.stamp ## what `make test` leaves out: simulations (FLOODEVAL_SLOW_SAMPLE=4 for four of them)
	$(PYTEST) -m slow

check: $(VENV)/dev.stamp ## format, lint, types, the rooms' contract, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not slow"

bench: $(VENV)/dev.stamp ## speed, side by side with what one would use instead
	$(BIN)/python benchmarks/bench_evaluation.py
	$(BIN)/python benchmarks/bench_metrics.py
	$(BIN)/python -m benchmarks.bench_compare
	$(BIN)/python benchmarks/bench_scenes.py --n 120
	$(BIN)/python -m benchmarks.bench_dashboard

screenshots: $(VENV)/dev.stamp demo ## the pictures of README and docs
	$(BIN)/python -m docs.make_screenshots

clean: ## remove the environment, the demo and the stress suite
	rm -rf $(VENV) data/demo results/runs/demo data/stress results/runs/stress

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "floodeval needs Python 3.11 or newer; give one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python requirements.txt constraints.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@
