# The two commands: `make run` (with DATA=folder-or-table for your own data) and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DATA ?=
TESTS ?= tests
# As many processes of each kind of tests; each takes about a gigabyte.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores < 2 ? 2 : cores > 4 ? 4 : cores)))

.DEFAULT_GOAL := help
.PHONY: help install run test bench check mutants cluster fuzz kills chaos clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)."; \
		echo "Install it, then say which one to use: make PYTHON=python3.12 run"; exit 1; }
	@command -v $${CXX:-c++} >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || { \
		echo "A C++ compiler is needed to build the search index (hnswlib)."; \
		echo "Debian or Ubuntu: sudo apt-get install g++ python3-dev;  macOS: xcode-select --install"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		echo "The virtual environment could not be made. Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv: about a minute with a good connection, longer where torch comes with CUDA."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(STAMP) ## set up .venv with everything pinned

run: $(STAMP) ## open the app on the demo, or on your own data: make run DATA=path
	@$(BIN)/explorer serve $(if $(DATA),--data "$(DATA)",--demo)

check: $(STAMP) ## format, lint, types, import directions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The browser tests stand in one folder: looking for them elsewhere imports every other test, in two processes more.
BROWSER_TESTS := $(patsubst tests,tests/browser,$(filter tests tests/browser%,$(patsubst %/,%,$(TESTS))))

# pytest ends with 5 where TESTS names none of a kind. The checks and the other tests run beside the browser tests at a
# lower priority, so that a browser hardly waits for them; what they say comes at the end. Browser tests wait more than
# they work: two processes of them as well. Processes on few cores with a thread a core each would mostly wait for
# each other, at full load: each takes one. What failed in a browser at that load runs once more, alone, and decides.
# What Python compiles is kept, also where the environment says otherwise: tests start hundreds of processes, and compiling
# the package again in each takes longer than what most of them do.
test: export OMP_NUM_THREADS = 1
test: export PYTHONDONTWRITEBYTECODE =
test: $(STAMP) ## everything: check, and all tests (browser tests where a Chromium is found)
	@said=$$(mktemp -d); \
	nice -n 10 $(MAKE) --no-print-directory check >$$said/check 2>&1 & checks=$$!; \
	{ nice -n 10 $(BIN)/python -m pytest -m "not browser and not external and not alone" \
		-n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS) || test $$? -eq 5; } >$$said/others 2>&1 & others=$$!; \
	browser="$(BIN)/python -m pytest -o cache_dir=.pytest_cache/browser"; \
	test -z "$(BROWSER_TESTS)" || { $$browser -m "browser and not external" \
		-n $(WORKERS) --dist loadfile --no-loadscope-reorder $(BROWSER_TESTS) || test $$? -eq 5; }; failed=$$?; \
	wait $$checks; checks=$$?; cat $$said/check; \
	wait $$others; others=$$?; cat $$said/others; rm -rf $$said; \
	test $$failed -eq 0 || { echo "Browser tests failed, see above. Once more, without other work:"; \
		$$browser -m "browser and not external" --last-failed --last-failed-no-failures none $(BROWSER_TESTS); failed=$$?; }; \
	test $$failed -eq 0 || echo "The browser tests failed: see above."; \
	test $$checks -eq 0 || echo "make check failed: see above."; \
	test $$failed -eq 0 -a $$checks -eq 0 -a $$others -eq 0

bench: $(STAMP) ## measure speed as ratios, results in benchmarks/results/
	@$(BIN)/explorer bench

mutants: $(STAMP) ## plant small faults one by one and see whether the tests notice (long; not in CI)
	@$(BIN)/python tools/mutants.py

# Ray gives a node half a minute to start, which no busy machine keeps, so these are no part of `make test`.
cluster: $(STAMP) ## install Ray and embed on a real cluster of two nodes, killing workers and a node (not in CI)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[ray,remote]'
	@$(BIN)/python -m pytest -m "alone and not external" tests/io/test_executors.py

fuzz: $(STAMP) ## import 1,000 odd tables, 1,000 odd folders, 3,000 damaged files, and 300 through the page in a browser
	@$(BIN)/python tools/fuzz_inputs.py 1000
	@$(BIN)/python tools/fuzz_folders.py 1000
	@$(BIN)/python tools/fuzz_files.py 3000
	@$(BIN)/python tools/fuzz_page.py 300

kills: $(STAMP) ## kill imports, updates, maps and tags at every step and 100 times at random, and see what is left
	@$(BIN)/python tools/kills.py 100

chaos: $(STAMP) ## let 20 people with two tabs each annotate through kills, closed tabs and dropped lines for 10 minutes
	@$(BIN)/python tools/chaos.py 10 20

clean: ## remove .venv and caches (your workspaces stay)
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
