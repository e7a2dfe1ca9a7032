# make run: the app. make test: all that CI runs. Both set up what they need.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
RECORDING := sample_footage/maple-ridge-eight-oclock

.PHONY: run test check coverage machine footage

run: $(VENV)/.run-ready
	@$(BIN)/python -m sim serve --port $(PORT)

test: $(VENV)/.test-ready
	@$(BIN)/python tests/system_packages.py
	@$(BIN)/python tests/check.py

check: $(VENV)/.test-ready
	@$(BIN)/python tests/check.py --quick

# All tests again, with the share of lines that they run: about twice the time of `make test`.
coverage: $(VENV)/.test-ready
	@$(BIN)/python tests/system_packages.py
	@$(BIN)/python tests/check.py --coverage

# The wheel, real proxies, a container, and docs/operations.md pasted on a fresh Debian under systemd: root, Debian's debootstrap and systemd-container, the network, four minutes of processor time.
machine: $(VENV)/.test-ready
	@SIGHTLINE_CLEAN_MACHINE=1 $(BIN)/python -m pytest -q -p no:xdist -m machine

# Builds the shipped recording again: about half an hour on two cores.
footage: $(VENV)/.run-ready
	@$(BIN)/python -m sim footage build scenarios/morning-arrival.yaml --out $(RECORDING) --crf 39 --force
	@$(BIN)/python -m sim footage verify $(RECORDING)
	@$(BIN)/python -m sim footage sheet $(RECORDING) --out docs/maple-ridge.webp

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found. What to do: install one from python.org or your package manager, then run again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "error: Python could not make an environment. What to do: on Debian or Ubuntu run 'apt install python3-venv', then again." >&2; exit 1; }

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Sightline needs (once, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt $(VENV)/.run-ready
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
