# The verbs of this repository. `make` alone lists them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PY := .venv/bin/python
PROJECTS := core/pyproject.toml $(wildcard modules/*/pyproject.toml)
# `find`, since a new, changed or deleted file anywhere in the widget must lead to a new build.
CONSOLE_SOURCES := $(shell find ui/apps/console ui/packages -type d \( -name node_modules -o -name generated -o -name tests \) -prune -o \( -type f -o -type d \) -print)
WIDGET_SOURCES := $(shell find ui/apps/widget -type d \( -name node_modules -o -name dist -o -name tests \) -prune -o \( -type f -o -type d \) -print)

##@ Use it
demo: .make/run .make/widget .make/console ## serve the examples with the web chat and the console (PORT=3000, else the next free one)
	@.venv/bin/gutenbot demo $(if $(PORT),--port $(PORT)) $(ARGS)

##@ Work on it
install: .make/dev .make/ui ## make .venv with everything for development, and the npm packages
test: .make/dev .make/widget .make/console ## run all tests: Python in random order, the user interfaces, the browser (ARGS="-k name")
	@scripts/chromium
	@scripts/test $(ARGS)
lint: .make/dev .make/ui ## check style and the layers of the architecture
	@scripts/lint
format: .make/dev ## put Python code in shape, mend what can be mended without asking
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
types: .make/dev .make/ui ## check types: mypy, pyright, TypeScript
	@scripts/types
reference: .make/dev ## write docs/reference anew from the code (errors, public names)
	$(PY) -m scripts.reference
docs: .make/dev ## build the documentation into site/
	.venv/bin/zensical build --clean --strict
bench: .make/dev .make/widget ## measure load and size, against a floor measured in the same run
	$(PY) -m bench.run $(ARGS)
crash: .make/dev ## kill the server at every point of a turn and check the promises
	$(PY) -m tests.crash.run $(ARGS)
cluster-crash: .make/dev ## kill, freeze and cut off workers that share one PostgreSQL, and check the promises (ARGS="--seed 2")
	$(PY) -m tests.crash.cluster $(ARGS)
simulate: .make/dev ## run turns in thousands of simulated worlds where everything goes wrong, and check the promises
	$(PY) -m tests.simulation.run $(if $(ARGS),$(ARGS),--seeds 4500)
	$(if $(ARGS),,$(PY) -m tests.simulation.run --storm --seeds 500)
rolling: .make/dev ## deploy this tree over FROM=commit under load, server by server, on PostgreSQL (options: ARGS)
	$(PY) -m tests.crash.rolling $(FROM) $(ARGS)
widget: .make/widget ## build the web chat when its sources changed
console: .make/console ## build the console when its sources changed

##@ Keep it
lock: .make/run ## renew the locks (ARGS=--upgrade takes newer releases)
	scripts/lock $(ARGS)
dist: .make/dev .make/widget .make/console ## build sdists and wheels into dist/
	for project in $(dir $(PROJECTS)); do $(PY) -m build --no-isolation --outdir dist $$project || exit 1; done
clean: ## remove everything that was built or installed
	rm -rf .venv .make site dist ui/node_modules ui/*/*/node_modules ui/apps/*/dist modules/*/src/*/ui
	rm -rf core/src/gutenbot/console_ui ui/packages/api/src/generated
	rm -rf .mypy_cache .ruff_cache .hypothesis .import_linter_cache .cache
help: ## list the verbs
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

# What is installed or built leaves a stamp, so that the second time needs neither time nor network.
.make/run: requirements/install.txt requirements/run.txt $(PROJECTS)
	@scripts/install run
	@mkdir -p .make && touch $@
.make/dev: .make/run requirements/dev.txt
	@scripts/install dev
	@touch $@
.make/ui: ui/package-lock.json ui/.npmrc | .make/run
	@echo "Installing ui/package-lock.json ..."
	@cd ui && ../scripts/with-node npm ci --silent
	@touch $@
.make/widget: $(WIDGET_SOURCES) .make/ui
	@echo "Building the web chat ..."
	@scripts/widget
	@touch $@

.make/console: $(CONSOLE_SOURCES) .make/ui
	@echo "Building the console ..."
	@scripts/console
	@touch $@

.PHONY: demo install test lint format types reference docs bench crash simulate cluster-crash rolling widget console lock dist clean help
