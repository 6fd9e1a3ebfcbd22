# A machine with python3 (3.11 or 3.12), its venv module and make is enough.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export UV_LINK_MODE ?= copy
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run dev test test-node bench soak reset chromium
.DEFAULT_GOAL := run

run: $(VENV)/.embedded
	@DEMO=1 exec $(PY) manage.py up

dev: $(VENV)/.embedded
	@DEBUG=1 exec $(PY) manage.py up

test: $(VENV)/.dev chromium
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	find . -path './$(VENV)' -prune -o -path '*/templates/*.html' -print0 | xargs -0 -r $(VENV)/bin/djade --check --target-version 5.2
	$(VENV)/bin/lint-imports
	SECRET_KEY=for-reading-settings-only $(VENV)/bin/mypy
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -n 3 --dist worksteal

# The listener before a client of another make, in another language: needs Node 20 with npm, hence apart.
test-node: $(VENV)/.dev
	@npm ci --silent --prefix tests/interop/mllp/node
	$(PY) -m pytest tests/interop/mllp/node/node_client.py

bench: $(VENV)/.dev
	@$(PY) -m benchmarks

# The campaigns of races: make soak ROUNDS=200 SEED=1, or one part on each processor: make soak PART=1/2
# The night of cuts and falls, which needs a Chromium: make soak NIGHT=1 SEED=1
# The feed whose receivers are killed: make soak FEED=1 RUNS=20 SEED=1
# HL7 messages of one's own, changed in every way: make soak MUTATIONS=folder SEED=1
soak: $(VENV)/$(if $(NIGHT),.dev,.embedded)
	@$(PY) manage.py soak $(if $(NIGHT),--night) $(if $(FEED),--feed) $(if $(MUTATIONS),--mutations $(MUTATIONS)) $(if $(RUNS),--runs $(RUNS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED)) $(if $(PART),--part $(PART))

reset:
	@if [ -x $(PY) ]; then $(PY) manage.py reset; fi
	@rm -rf var

chromium:
	@if command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium >/dev/null; then :; \
	else echo "Pas de Chromium : les essais dans le navigateur échoueront. Debian : apt install chromium."; fi

# The lock files carry hashes: uv installs them in seconds, and plain pip can when uv cannot be had.
$(VENV)/.%: requirements/%.txt | $(VENV)/.made
	@echo "Installation des dépendances ($*)…"
	@if $(PY) -m pip install --quiet --disable-pip-version-check uv && \
		$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes --requirement $<; then :; \
	else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<; fi
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 ou plus récent est nécessaire (PYTHON=python3.12 make …)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Le module venv de Python manque : apt install python3-venv"; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@
