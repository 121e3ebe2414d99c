# floodeval: `make run` shows it, `make test` tests it. Both need Python 3.11+ and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
PORT ?= 8501

# torch is not locked (see requirements-torch.txt), nor is the CUDA that PyPI's torch brings on Linux.
CUDA := bindings pathfinder toolkit
NVIDIA := cublas cuda-cupti cuda-nvrtc cuda-runtime cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 \
          nccl-cu13 nvjitlink nvshmem-cu13 nvtx
UNLOCKED := torch torchvision triton $(addprefix cuda-,$(CUDA)) $(addprefix nvidia-,$(NVIDIA))
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
           $(addprefix --no-emit-package ,$(UNLOCKED)) --constraints requirements-torch.txt
LOWEST := build/lowest

.DEFAULT_GOAL := help
.PHONY: help run demo test test-fast test-slow test-browser test-viewer test-lowest doctest coverage check bench \
        screenshots docs wheel test-wheel lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: demo ## environment, weights, the demo evaluated, and the dashboard at http://localhost:8501
	$(BIN)/floodeval dashboard --port $(PORT)

demo: $(VENV)/run.stamp ## environment, weights, both variants on synthetic floods, the comparison printed
	$(BIN)/floodeval demo

test: $(VENV)/dev.stamp ## environment and the tests (what this machine lacks is skipped, and named)
	$(PYTEST) -m "not slow"

test-fast: $(VENV)/dev.stamp ## unit tests without weights, real data or heavy computation; under 90 s on two cores
	$(PYTEST) -m "not (slow or heavy or weights or real or browser)" tests/unit

test-slow: $(VENV)/dev.stamp ## what `make test` leaves out or samples (FLOODEVAL_SLOW_SAMPLE=4 for four of these)
	$(PYTEST) -m slow

test-browser: $(VENV)/dev.stamp ## the dashboard in Chromium
	$(PYTEST) -m "browser and not slow" tests/browser

test-viewer: ## the viewer's JavaScript alone; needs Node 18 or newer, and nothing else
	node --test tests/unit/dashboard/viewer/*.test.mjs

test-lowest: $(VENV)/dev.stamp ## the metrics and the analysis with the lowest versions that pyproject.toml allows
	$(BIN)/uv venv --quiet --clear $(LOWEST)
	VIRTUAL_ENV=$(LOWEST) $(BIN)/uv pip install --quiet --resolution lowest-direct -r pyproject.toml --extra report
	VIRTUAL_ENV=$(LOWEST) $(BIN)/uv pip install --quiet pytest hypothesis
	PYTHONPATH=. $(subst $(VENV),$(LOWEST),$(BIN))/python .ci/import_all.py
	PYTHONPATH=. $(subst $(VENV),$(LOWEST),$(BIN))/python -m pytest -m "not slow" tests/unit/metrics tests/unit/analysis

doctest: $(VENV)/dev.stamp ## the examples in docstrings
	$(BIN)/pytest --quiet --doctest-modules $(addprefix floodeval/, analysis datasets i18n metrics storage)

coverage: $(VENV)/dev.stamp ## which lines the unit and integration tests run, as a table and in build/coverage/
	$(PYTEST) -m "not (slow or browser)" --cov --cov-report term --cov-report html:build/coverage

check: $(VENV)/dev.stamp ## format, lint, types, the import contracts, doctests, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) doctest
	$(PYTEST) -m "not slow"

bench: $(VENV)/dev.stamp ## speed, side by side with what one would use instead
	$(BIN)/python benchmarks/bench_evaluation.py
	$(BIN)/python benchmarks/bench_metrics.py
	$(BIN)/python -m benchmarks.bench_compare
	$(BIN)/python benchmarks/bench_scenes.py --n 120
	$(BIN)/python -m benchmarks.bench_dashboard

screenshots: $(VENV)/dev.stamp demo ## the pictures of README and docs
	$(BIN)/python -m docs.make_screenshots

docs: $(VENV)/dev.stamp ## the documentation as a site, in site/
	$(BIN)/mkdocs build --strict

wheel: $(VENV)/dev.stamp ## dist/: the source archive, and the wheel that is built from it
	rm -rf dist
	$(BIN)/python -m build

test-wheel: wheel ## install the wheel in an empty environment, and run demo and dashboard in an empty folder
	$(BIN)/python .ci/test_wheel.py

lock: $(VENV)/dev.stamp ## the locks after a change of pyproject.toml; LOCK="--upgrade-package NAME" upgrades one
	$(COMPILE) $(LOCK) --extra report --output-file requirements.lock pyproject.toml
	$(COMPILE) $(LOCK) --all-extras --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove the environment, build outputs, the demo and the stress suite
	rm -rf $(VENV) build dist site data/demo results/runs/demo data/stress results/runs/stress

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "floodeval needs Python 3.11 or newer; give one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python requirements.lock requirements-torch.txt .ci/install_torch.py pyproject.toml
	$(PIP) --require-hashes --no-deps -r requirements.lock
	$(BIN)/python .ci/install_torch.py
	$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
