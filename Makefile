# Needs make and Python 3.11 or newer; everything else is installed from requirements/, by hash, into build/ and .venv.

PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done),python3)
PYTHON := $(PYTHON)
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)

# Each interpreter has its own: `make test PYTHON=python3.13` tests 3.13, whatever ran before.
BUILD   := build/py$(VERSION)
TOOLS   := $(BUILD)/tools
TEST    := $(BUILD)/venv-test
CLIENTS := $(BUILD)/clients
DEMO    := $(BUILD)/venv-demo
BENCH   := $(BUILD)/venv-bench
MUTANTS := $(BUILD)/venv-mutants
DEV     := .venv

PIP    = $(TOOLS)/bin/python -m pip -qq --disable-pip-version-check
SOURCE = pyproject.toml hatch_build.py $(wildcard README.md LICENSE) $(shell find src deploy -name __pycache__ -prune -o -name '*.mo' -o -print 2>/dev/null)
LOCK   = $(DEV)/bin/uv pip compile --no-config --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
EXTRAS = $(addprefix --extra ,postgres client grpc otel)
NPM    = --ignore-scripts --no-audit --no-fund --loglevel=error
WORDS  = $(wildcard src/chaveiro/words/locale/*/LC_MESSAGES/*.po)
# As many at once as there are processors, each file's tests in one process.
SIDE_BY_SIDE = -n logical --dist loadfile
say    = @printf '==> %s\n'

.DEFAULT_GOAL := help
.PHONY: help demo test promises planted mutants fuzz screens clients check bench bench-diagnosis catalogue docs dev lock clean

help:
	@echo 'make demo    a wrong pair meets a real gateway, and is told why (ARGS="--lang pt --keep")'
	@echo 'make test    the tests, on the built wheel (ARGS="-k mistyped")'
	@echo 'make promises  each promise, the tests that prove it, their dose, figure and time (DOSE=fast, merge or night)'
	@echo 'make planted  bugs planted, each in a copy of its own, where it must turn the test red that it names (ARGS=no-lease)'
	@echo 'make mutants  the code that decides changed in 700 ways, one by one: how many a test notices, and which none does'
	@echo 'make fuzz    requests made up from /openapi.json, every answer compared with it (ARGS="--examples 50 --seed 2")'
	@echo 'make screens  a picture of every page of the console, in build/screens (ARGS=keys)'
	@echo 'make check   ruff, mypy, import-linter'
	@echo 'make bench   what everything costs, beside floors, ceilings and others; build/bench/report.md (ARGS=quick)'
	@echo 'make bench-diagnosis  how often the doctor is right (ARGS="rates --dose 1000")'
	@echo 'make catalogue  the packaged catalogue of VTEX anew, from facts beside the checkout (ARGS=FOLDER)'
	@echo 'make docs    the documentation, in build/docs'
	@echo 'make clients  real clients of VTEX for the tests, as published'
	@echo 'make dev     .venv for working on Chaveiro: every tool, editable install'
	@echo 'make lock    requirements/*.txt anew from their .in files (UPGRADE=--upgrade)'
	@echo 'make clean   remove what make made'

# --------------------------------------------------------------------------------------------------- what people run

demo: $(DEMO)/.wheel
	@$(DEMO)/bin/chaveiro demo $(ARGS)

test: $(TEST)/.wheel clients
	$(say) 'testing the wheel on Python $(VERSION)'
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" $(TEST)/bin/python -m pytest -q $(SIDE_BY_SIDE) --cov --cov-report= --durations=5 $(ARGS)
	@$(if $(ARGS),,$(TEST)/bin/coverage report --fail-under=100)

promises: $(TEST)/.wheel clients $(if $(filter night,$(DOSE)),$(MUTANTS)/.ready)
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" CHAVEIRO_DOSE=$(or $(DOSE),merge) $(TEST)/bin/python -m pytest -q --promises $(ARGS)

planted: $(TEST)/.wheel
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" $(TEST)/bin/python -m tests.planted $(ARGS)

mutants: $(MUTANTS)/.ready
	@$(MUTANTS)/bin/python -m tests.mutants $(ARGS)

fuzz: $(TEST)/.wheel $(CLIENTS)/openapi/.ready
	@$(TEST)/bin/python -m tests.doors.openapi.fuzz $(ARGS)

screens: $(TEST)/.wheel
	@$(TEST)/bin/python -m tests.browser.screens $(ARGS)

clients: $(CLIENTS)/vtexpy/.ready $(CLIENTS)/vtex/.ready $(CLIENTS)/npm/.ready $(CLIENTS)/openapi/.ready

check: $(DEV)/.ready
	$(say) 'ruff'
	@$(DEV)/bin/ruff check --quiet --output-format=concise
	@$(DEV)/bin/ruff format --check --quiet
	$(say) 'mypy'
	@$(DEV)/bin/mypy --no-error-summary src tests bench corpus facts
	$(say) 'import-linter'
	@$(DEV)/bin/lint-imports --no-logo

bench: $(BENCH)/.wheel $(CLIENTS)/bench/.ready
	@PATH="$(CURDIR)/$(BENCH)/bin:$$PATH" $(BENCH)/bin/python -m bench $(ARGS)

bench-diagnosis: $(TEST)/.wheel
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" $(TEST)/bin/python -m corpus $(ARGS)

catalogue: $(DEV)/.ready
	@$(DEV)/bin/python -m facts $(ARGS)

docs: $(DEV)/.docs
	$(say) 'building the documentation'
	@$(DEV)/bin/sphinx-build -W --keep-going -q -b html docs build/docs
	@echo 'build/docs/index.html'

dev: $(DEV)/.ready $(DEV)/.docs clients
	@echo '$(DEV) is ready: $(DEV)/bin/pytest, $(DEV)/bin/chaveiro'

clean:
	rm -rf build $(DEV) .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find src -name '*.mo' -delete

lock: $(DEV)/.ready $(CLIENTS)/node/.ready
	$(say) 'resolving requirements/'
	@$(LOCK) requirements/build.in -o requirements/build.txt
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) -c requirements/run.txt pyproject.toml --extra postgres -o requirements/postgres.txt
	@$(LOCK) -c requirements/run.txt pyproject.toml --extra demo -o requirements/demo.txt
	@$(LOCK) -c requirements/demo.txt pyproject.toml $(EXTRAS) requirements/test.in -o requirements/test.txt
	@$(LOCK) -c requirements/build.txt -c requirements/test.txt pyproject.toml $(EXTRAS) requirements/test.in requirements/check.in -o requirements/check.txt
	@$(LOCK) -c requirements/test.txt pyproject.toml $(EXTRAS) requirements/test.in requirements/bench.in -o requirements/bench.txt
	@$(LOCK) -c requirements/test.txt pyproject.toml $(EXTRAS) requirements/test.in requirements/mutants.in -o requirements/mutants.txt
	@$(LOCK) -c requirements/check.txt requirements/docs.in -o requirements/docs.txt
	@for name in openapi vtexpy vtex node; do $(LOCK) requirements/clients/$$name.in -o requirements/clients/$$name.txt; done
	@for folder in clients clients/bench; do (cd requirements/$$folder && \
		'$(abspath $(CLIENTS)/node/bin/npm)' $(if $(UPGRADE),update,install) $(NPM) --package-lock-only --omit-lockfile-registry-resolved >/dev/null) || exit 1; done

# ----------------------------------------------------------------------------------------------------- what it takes

$(TOOLS)/.ready: requirements/build.txt
	@test -n '$(VERSION)' || { echo 'no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '$(PYTHON) is Python $(VERSION), Chaveiro needs 3.11 or newer'; exit 1; }
	$(say) 'preparing the build tools (Python $(VERSION))'
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(BUILD)/.wheel: $(TOOLS)/.ready $(SOURCE)
	$(say) 'building the wheel'
	@rm -rf $(BUILD)/dist
	@$(PIP) wheel --no-build-isolation --no-deps --wheel-dir $(BUILD)/dist .
	@touch $@

$(TEST)/.ready: requirements/test.txt
$(DEMO)/.ready: requirements/demo.txt
$(BENCH)/.ready: requirements/bench.txt
$(MUTANTS)/.ready: requirements/mutants.txt
$(TEST)/.ready $(DEMO)/.ready $(BENCH)/.ready $(MUTANTS)/.ready: $(TOOLS)/.ready
	$(say) 'installing $(filter requirements/%,$^)'
	@$(PYTHON) -m venv --clear --without-pip $(@D)
	@$(PIP) --python $(@D)/bin/python install --require-hashes -r $(filter requirements/%,$^)
	@touch $@

$(TEST)/.wheel $(DEMO)/.wheel $(BENCH)/.wheel: %/.wheel: %/.ready $(BUILD)/.wheel
	$(say) 'installing the wheel'
	@$(PIP) --python $(@D)/bin/python install --no-deps --no-index --force-reinstall $(BUILD)/dist/*.whl
	@touch $@

# Programs that the tests have talk to Chaveiro, clients of VTEX as they are published among them. Node comes as a wheel, so
# that nothing else has to be here before.
$(CLIENTS)/%/.ready: requirements/clients/%.txt $(TOOLS)/.ready
	$(say) 'installing $<'
	@$(PYTHON) -m venv --clear --without-pip $(@D)
	@$(PIP) --python $(@D)/bin/python install --require-hashes -r $<
	@touch $@

$(CLIENTS)/npm/.ready: requirements/clients/package.json requirements/clients/package-lock.json $(CLIENTS)/node/.ready
	$(say) 'installing requirements/clients/package-lock.json'
	@mkdir -p $(@D) && cp requirements/clients/*.json $(@D)
	@cd $(@D) && '$(abspath $(CLIENTS)/node/bin/npm)' ci $(NPM) >/dev/null
	@touch $@

# Peers of the bench that npm has; one of them is a program for Linux.
$(CLIENTS)/bench/.ready: requirements/clients/bench/package.json requirements/clients/bench/package-lock.json $(CLIENTS)/node/.ready
	$(say) 'installing requirements/clients/bench/package-lock.json'
	@mkdir -p $(@D) && cp requirements/clients/bench/*.json $(@D)
	@cd $(@D) && '$(abspath $(CLIENTS)/node/bin/npm)' ci $(NPM) >/dev/null
	@touch $@

$(DEV)/.ready: $(TOOLS)/.ready requirements/check.txt pyproject.toml hatch_build.py $(WORDS)
	$(say) 'installing requirements/check.txt and Chaveiro, editable'
	@test -x $(DEV)/bin/pip || $(PYTHON) -m venv $(DEV)
	@$(DEV)/bin/pip -qq --disable-pip-version-check install --require-hashes -r requirements/build.txt -r requirements/check.txt
	@$(DEV)/bin/pip -qq --disable-pip-version-check install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV)/.docs: requirements/docs.txt $(DEV)/.ready
	$(say) 'installing requirements/docs.txt'
	@$(DEV)/bin/pip -qq --disable-pip-version-check install --require-hashes -r $<
	@touch $@
