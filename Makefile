.PHONY: run test faults browser check ui accuracy bench docs lock

# A python3.11, or a python3 that is one; bootstrap.py refuses any other.
PY := $(or $(shell command -v python3.11),python3) bootstrap.py

run:       ## set up, then analyse the demo video, or yours: make run VIDEO=path
	$(PY) -m tiktok_assets $(if $(VIDEO),analyze "$(VIDEO)",demo) --profile embedded

test:      ## set up, then run all tests
	$(PY) -m pytest -q

faults:    ## set up, then kill processes and break disks for some minutes
	$(PY) -m pytest -q -m faults

browser:   ## set up, then click through the UI in Chromium (apt install chromium)
	$(PY) -m pytest -q -m browser

check:     ## format, lint, types, architecture
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m pyright
	$(PY) -m pytest -q tests/test_architecture.py

ui:        ## set up, then open Dagster on http://localhost:3000
	$(PY) -m dagster dev -h 127.0.0.1

accuracy:  ## score every analyzer on the ground truth, into docs/accuracy.md
	$(PY) -m tests.truth.accuracy

bench:     ## ratios against peers and limits, into docs/performance.md
	$(PY) -m bench

docs:      ## regenerate docs/tables.md, models.md, queries.md and report.schema.json
	$(PY) -m tiktok_assets.commands.docs

lock:      ## rewrite requirements.lock (needs uv)
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	    --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock
