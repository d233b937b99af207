# Consult: `make demo` to see it work, `make test` to check it.

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)

# The tests start many processes: what one has compiled serves the others, whatever the shell says of it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow format words clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: .venv/installed .venv/catalogues ## analyse the sample answers, then serve the sample until Ctrl-C
	@$(BIN)/consult demo

test: .venv/tests .venv/catalogues ## run every check but the long tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/python tests/journeys/chromium.py
	@# four at once on two processors, since many tests wait for processes of their own; the types are checked meanwhile
	@$(BIN)/mypy > .venv/types.txt 2>&1 & types=$$!; \
	$(BIN)/python -m pytest -m "not slow" --numprocesses 4 --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$types; types=$$?; cat .venv/types.txt; exit $$((tests + types))

test-slow: .venv/tests .venv/catalogues ## run the long tests that “test” leaves out
	@$(BIN)/python tests/journeys/chromium.py
	$(BIN)/python -m pytest -m slow --numprocesses 2 --dist loadfile

format: .venv/tests ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: .venv/tests ## bring both catalogues up to date with the code and the pages
	$(BIN)/python translations/catalogues.py

clean: ## remove what was made
	rm -rf .venv demo dist

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Consult needs Python 3.11 or later: make PYTHON=python3.12 demo"; exit 1; }
	@echo "Making the virtual environment (.venv)…"
	@$(PYTHON) -m venv --clear .venv \
	  || { echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PIP_INSTALL) pip
	@touch $@

.venv/installed: .venv/python pyproject.toml constraints.txt
	@echo "Installing Consult and what it stands on (a minute or two the first time)…"
	@$(PIP_INSTALL) --build-constraint constraints.txt -e .
	@touch $@

.venv/tests: .venv/installed
	@echo "Installing what the tests need…"
	@$(PIP_INSTALL) --group test
	@touch $@

.venv/catalogues: .venv/installed $(CATALOGUES) translations/catalogues.py
	@$(BIN)/python -c "import sys; sys.path.insert(0, 'translations'); import catalogues; catalogues.compile_all()"
	@touch $@
