# Everything a person does with a checkout. Plain `make` lists it.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps

.PHONY: help run test check bench millions soak types lock pictures clean faces

help: ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(STAMPS)/run faces ## start everything, databases included, until Ctrl-C
	@$(BIN)/frontdesk up

test: check ## check, then every test
	@rm -f .pytest_cache/v/cache/lastfailed
	$(BIN)/python -m pytest -n 2 --dist loadfile || { test $$? -eq 1 && $(BIN)/python -m tests.again; }
	$(MAKE) --no-print-directory test-client

.PHONY: test-client
test-client: $(STAMPS)/dev
	$(BIN)/python build_faces.py test

check: $(STAMPS)/dev faces ## lint, formats, types, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/frontdesk types --check
	$(BIN)/python build_faces.py check

bench: $(STAMPS)/dev ## measure against the floor of the same run; results in bench/results
	$(BIN)/python -m bench
	$(BIN)/python -m bench.rates
	$(BIN)/python -m bench.bots
	$(BIN)/python -m bench.knowledge
	$(BIN)/python -m bench.understanding
	$(BIN)/python -m bench.limits

millions: $(STAMPS)/dev ## load ten million messages, and measure what people ask of them; an hour or two, and 20 GB
	$(BIN)/python -m bench.millions

soak: $(STAMPS)/dev ## the long runs: replay of everything, every naughty string everywhere, minutes of made-up requests and frames, many storms
	$(BIN)/python -m bench.replay --all
	SOAK=1 $(BIN)/python -m pytest tests/api/test_naughty.py tests/api/test_schemathesis.py tests/gateway/test_fuzz.py tests/weather tests/cluster

pictures: $(STAMPS)/dev faces ## take a picture of every screen, from a fresh demo, into pictures/; the README's are made anew of them
	@PATH="$$($(BIN)/python -c 'from build_faces import node_environment; print(node_environment()["PATH"])')" \
	  sh -c 'node tests/faces/pictures/main.js && node tests/faces/pictures/readme.js'

types: $(STAMPS)/dev ## write anew what is made from the code: protocol.ts, tables in docs/ and README
	$(BIN)/frontdesk types

faces: $(STAMPS)/run ## build the pages that browsers load
	@$(BIN)/python build_faces.py

lock: $(STAMPS)/dev ## resolve the Python locks anew
	$(BIN)/pip install --quiet uv
	for each in "run:" "dev:--extra dev --extra otel"; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header $${each#*:} pyproject.toml -o requirements/$${each%%:*}.txt; done
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements/build.in -o requirements/build.txt

clean: ## remove what was built; the data folder stays
	rm -rf .venv node_modules server/faces dist

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Frontdesk needs Python 3.11 or newer; say which with make PYTHON=...")'
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.txt $(STAMPS)/venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@printf '%s\n' "$(CURDIR)" "$(CURDIR)/bots/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/frontdesk.pth"
	@printf '#!/bin/sh\nexec "%s" -m server "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/frontdesk && chmod +x $(BIN)/frontdesk
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
