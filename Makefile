# Everything a newcomer or CI runs. `make` lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run-installed
DEV := .venv/.dev-installed

help: ## list what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(RUN): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(RUN)

demo: $(RUN) ## the bot beside a small Slack to click in: no account, token or network
	$(BIN)/python -m bot demo $(ARGS)

test: $(DEV) ## the tests, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not browser" $(ARGS)

check: $(DEV) ## formatting, lint, strict types, import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser-test: $(DEV) ## the demo's page in headless Chromium
	$(BIN)/python -m pytest -n 2 --dist worksteal -m browser $(ARGS)

bench: $(DEV) ## side by side with a bare listener and a bolt-js hello
	$(BIN)/python -m tests.bench $(ARGS)

format: $(DEV) ## rewrite the formatting
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin every dependency with hashes (needs uv)
	uv pip compile --quiet --universal --no-annotate --python-version 3.11 --generate-hashes pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --no-annotate --python-version 3.11 --generate-hashes pyproject.toml --group dev -o requirements-dev.txt -c requirements.txt

.PHONY: help demo test check browser-test bench format lock
