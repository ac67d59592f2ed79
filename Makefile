# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON ?= python3
ARGS ?=
TAG ?=
# CORE=2.16: sanity, unit and integration with the newest ansible-core of this line, in an environment of its own.
CORE ?=
VENV := build/venv$(if $(CORE),-$(CORE))
export PYTHON CORE VENV
ifneq ($(CORE),)
ifneq ($(filter-out sanity unit integration venv,$(MAKECMDGOALS)),)
$(error CORE=$(CORE) is for sanity, unit and integration)
endif
endif
# Where this is set, each of the many short programs started here would compile all of Ansible anew.
unexport PYTHONDONTWRITEBYTECODE

stages := lint sanity unit integration package

.DEFAULT_GOAL := help
.PHONY: help demo test $(stages) build docs pictures release-check matrix coverage eda chaos compare benchmark simulator clean venv venv-demo

help:  ## this list
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: venv-demo  ## a rollout against the simulator; ARGS="--fleet 200": a larger fleet
	@build/venv-demo/bin/python tests/demo/demo.py $(ARGS)

test:  ## every stage below, as CI runs them
	@tests/run all

lint: venv  ## YAML, roles, Python, types, shell, changelog, documentation
	@tests/run lint

sanity: venv  ## ansible-test sanity
	@tests/run sanity

unit: venv  ## unit tests; ARGS="-k wait" goes to pytest
	@tests/run unit $(ARGS)

integration: venv  ## real playbooks against the simulator; ARGS as above
	@tests/run integration $(ARGS)

matrix: venv  ## the tests on each supported ansible-core and Python, as a table; ARGS="--help"
	@tests/run matrix $(ARGS)

coverage: venv  ## lines and branches of plugins that the tests run, as a table; ARGS as above
	@tests/run coverage $(ARGS)

package: venv  ## build, install, and check what Galaxy would import
	@tests/run package

build: venv  ## the collection tarball, in build/dist
	@tests/run build

docs: venv  ## the documentation as HTML, in build/docs
	@tests/run docs

pictures: venv  ## the pictures of README and guides, from real runs, in docs/docsite/images
	@build/venv/bin/python -m tests.docsite.pictures $(ARGS)

eda: venv  ## the rulebooks by ansible-rulebook, which needs Java 17
	@CORE= tests/venv build/venv-eda tests/requirements-eda.txt tests/requirements-demo.txt
	@tests/run integration -k rulebook $(ARGS)

chaos: venv  ## random runs with faults at every request, judged; ARGS="--help"
	@build/venv/bin/python -m tests.chaos $(ARGS)

compare: venv  ## the same faults for uri, a script on the vendor's SDK, and ours, judged; ARGS="--only 429"
	@build/venv/bin/python -m tests.compare $(ARGS)

benchmark: venv  ## what things cost, beside uri and the vendor's SDK; ARGS="--help"
	@build/venv/bin/python -m tests.benchmark $(ARGS)

release-check: venv  ## version, changelog, tarball, Galaxy's importer, documentation; TAG=v1.0.0: as the release has to be
	@tests/run release-check $(TAG)

simulator: venv-demo  ## the stand-in for the API; ARGS="--help" lists its options
	@build/venv-demo/bin/python -m tests.simulator $(ARGS)

clean:  ## remove everything made here
	rm -rf build .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
ifeq ($(CORE),)
	@tests/venv $(VENV) tests/requirements.txt tests/requirements-docs.txt tests/requirements-tests.txt tests/requirements-demo.txt tests/requirements-simulator.txt
else
	@tests/venv $(VENV) tests/requirements-tests.txt tests/requirements-simulator.txt
endif

venv-demo:
	@CORE= tests/venv build/venv-demo tests/requirements-demo.txt tests/requirements-simulator.txt
