# Two commands for a newcomer: `make demo` and `make test`. Both set up .venv from the lock file first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests of pure rooms, which must try every branch of them; the rooms stand in pyproject.toml.
PURE := tests/catalog tests/diagnose tests/model tests/plan tests/render tests/redact tests/reflect \
	tests/page/test_columns.py tests/page/test_removed.py tests/allowlist/test_corners.py \
	tests/allowlist/test_dialects.py tests/allowlist/test_command.py tests/allowlist/verify/test_[cins]*.py \
	tests/allowlist/test_hostile.py::test_near_misses_are_refused_too \
	tests/allowlist/test_hostile.py::test_a_port_that_is_none_is_refused

.PHONY: demo test check lint types imports coverage bench lab accuracy clean

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What the program itself needs: enough for the demo.
$(VENV)/.runs: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --constraint requirements.lock hatchling editables
	$(PIP) --constraint requirements.lock --no-build-isolation --editable .
	touch $@

# And what its tests need besides.
$(VENV)/.ready: $(VENV)/.runs
	$(PIP) --requirement requirements.lock
	touch $@

demo: $(VENV)/.runs
	$(BIN)/python -m lineclear.simulate.demo

test: $(VENV)/.ready
	$(BIN)/python -m pytest

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy

imports: $(VENV)/.ready
	$(BIN)/lint-imports

# Root on Linux. Everything happens in namespaces that end with it.
lab: $(VENV)/.ready
	$(BIN)/python -m lab --jobs 3 --again 2

# The same beside other tools, which takes an hour.
accuracy: $(VENV)/.ready
	$(BIN)/python -m lab --jobs 3 --again 2 --peers --draw 60 --accuracy docs/accuracy.md

coverage: $(VENV)/.ready
	$(BIN)/python -m coverage run -m pytest --quiet $(PURE)
	$(BIN)/python -m coverage report

check: lint types imports coverage test

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
