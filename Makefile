# The two commands that matter are `make demo` and `make test`. See README.md.

DEMO_PORT ?= 8443
DEMO_DIR ?= .demo
PYTHON3 ?= python3
TEST_PROCESSES ?= 2
SECONDS ?= 60
SEED ?= 1
export DEMO_PORT DEMO_DIR PYTHON3

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install -qq --disable-pip-version-check --no-input
COMPLETE = $(PYTHON) -m pip --disable-pip-version-check check > .venv/check.log || { cat .venv/check.log >&2; exit 1; }
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3
BROWSER_PACKAGES := chromium firefox-esr webkit2gtk-driver libnss3-tools xvfb xauth fonts-dejavu-core
# A test that starts browsers or servers mostly waits: two at a time keep two cores busy.
SIDE_BY_SIDE := -n $(TEST_PROCESSES)
BROWSER_PROGRAMS := chromium firefox-esr WebKitWebDriver certutil Xvfb xauth

.PHONY: demo test full lint bench conformance hostile fuzz runtime clean test-node runtime-tests browsers need-node need-npm

demo: runtime
	@exec .venv/bin/diascope demo --port="$$DEMO_PORT" --dir="$$DEMO_DIR"

test: lint runtime-tests browsers
	@$(PYTHON) -m pytest -q $(SIDE_BY_SIDE)

full: lint runtime-tests browsers
	@$(PYTHON) -m pytest -q $(SIDE_BY_SIDE) --cov --cov-report=term
	@$(PYTHON) -m tests.conformance --write

# Every file in every runtime; docs/conformance.md and its JSON, dated, to be committed.
conformance: need-node .venv/dev.stamp runtime browsers
	@exec $(PYTHON) -m tests.conformance --write

lint: need-node .venv/dev.stamp
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@find web tests -name '*.js' -print -o -name '*.mjs' -print | while read -r file; do \
	  node --input-type=module --check < "$$file" || { echo "$$file"; exit 1; }; done

bench: .venv/dev.stamp runtime browsers
	@exec $(PYTHON) -m tests.bench

hostile: .venv/dev.stamp runtime browsers
	@exec $(PYTHON) -m tests.hostile $(if $(ENGINES),--engines "$(ENGINES)")

fuzz: .venv/dev.stamp
	@exec $(PYTHON) -m tests.hostile.fuzz --seconds "$(SECONDS)" --seed "$(SEED)"

runtime: need-npm .venv/run.stamp
	@$(PYTHON) -m diascope_server.runtime

# Internal: what the tests need besides.

runtime-tests: need-npm .venv/dev.stamp
	@$(PYTHON) -m diascope_server.runtime --tests

test-node: need-node runtime-tests
	@node tests/node/run.mjs

browsers:
	@for program in $(BROWSER_PROGRAMS); do command -v $$program > /dev/null || missing=1; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then \
	  echo "The tests need these Debian packages: $(BROWSER_PACKAGES)" >&2; exit 1; fi; \
	echo "Installing the browsers that the tests drive"; mkdir -p build; \
	{ $(APT) update && $(APT) install -y --no-install-recommends $(BROWSER_PACKAGES); } \
	  > build/apt.log 2>&1 || { tail -n 5 build/apt.log >&2; exit 1; }

# What only the machine can give is said in one line, before anything is downloaded.
need-node:
	@command -v node > /dev/null || { \
	  echo "The tests need Node 20 or newer: install nodejs." >&2; exit 1; }

need-npm:
	@test -f build/runtime/bundle.json || command -v npm > /dev/null || { \
	  echo "Diascope needs npm to fetch what the browser runs: install nodejs and npm." >&2; exit 1; }

# The locks name every package. `--no-deps`: pip would look for a newer release of one that another asks
# for with an extra, and then refuse it as unpinned.
.venv/run.stamp: requirements/run.txt pyproject.toml
	@"$$PYTHON3" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "Diascope needs Python 3.11 or newer; $$PYTHON3 is" \
	    "$$("$$PYTHON3" -V 2> /dev/null || echo missing). Name another: make PYTHON3=..." >&2; exit 1; }
	@"$$PYTHON3" -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "Diascope needs Python's venv module: install python3-venv." >&2; exit 1; }
	@echo "Installing Python packages"
	@"$$PYTHON3" -m venv .venv
	@$(PIP) --require-hashes --no-deps --only-binary=:all: -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(COMPLETE)
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes --no-deps --only-binary=:all: -r requirements/dev.txt
	@$(COMPLETE)
	@touch $@

# The demo's data stay: they hold keys, and a record that nothing else has.
clean:
	@rm -rf .venv .cache build .mypy_cache .pytest_cache .ruff_cache .hypothesis diascope.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
