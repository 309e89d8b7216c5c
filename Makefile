# Everything a newcomer types. Each target does its whole set-up: Python 3.11+, pip and make are enough.

VENV   := .venv
BIN    := $(VENV)/bin
BASE   := $(shell sed -n 's/^FROM \([^ ]*\).*/\1/p' Dockerfile | head -1)
IMAGE  ?= pa-deploy:test
LABELS  = --label org.opencontainers.image.revision=$(shell git rev-parse HEAD 2>/dev/null)
# The first Python on PATH that runs and is new enough; a shim that names one may not have it.
FIND_PYTHON = for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  python=; \
	done

# Hundreds of processes start in the tests: each finds what another has compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo demo-open emulator test uwsgi soak mutants bench lint docs pictures check-docs lock image test-image try-image package need-docker base-image clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: $(VENV)/emulator ## Put a Django project live on a local PythonAnywhere, change it, break it, go back
	@$(BIN)/python examples/demo.py

demo-open: $(VENV)/emulator ## The same, and stay until Ctrl-C, so that you can look around in a browser
	@exec $(BIN)/python examples/demo.py --open

emulator: $(VENV)/emulator ## Start the local PythonAnywhere on port 8888, until Ctrl-C
	@exec $(BIN)/pa-emulator --port 8888

test: $(VENV)/dev ## Run the tests, but only some of those that are costly (4 minutes)
	$(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/container tests

uwsgi: $(VENV)/emulator ## Build the real uWSGI, for `pa-emulator --reload` and its tests (needs a C compiler)
	@$(BIN)/python -m pa_emulator.hosting.build

soak: $(VENV)/dev uwsgi ## Run all tests, and thousands of other examples and faults (an hour)
	SOAK=1 $(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/container tests
	$(BIN)/python -m pytest -n auto --dist worksteal --lazy-apps tests/pa_deploy/loader tests/pa_deploy/release

mutants: $(VENV)/mutants ## Break plan/ and settings/ in 4500 ways; tests must notice 96 % (20 minutes)
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results
	@$(BIN)/mutmut results --all true | awk -F '[.:] *' ' \
	  /__mutmut_/ { all[$$2]++; here[$$2, $$NF]++; total++; killed += $$NF == "killed" } \
	  END { for (package in all) printf "%s: %d mutants, %d killed, %d survived, %d timed out, %d without a test\n", \
	          package, all[package], here[package, "killed"], here[package, "survived"], \
	          here[package, "timeout"], here[package, "no tests"]; \
	        printf "%.1f %% of %d are killed\n", 100 * killed / total, total; exit killed < 0.96 * total }'

bench: $(VENV)/dev ## Measure pa-deploy beside what people use; writes docs/benchmarks.md (half an hour)
	$(BIN)/python -m bench

lint: $(VENV)/dev ## Check style, types, action metadata, workflows, examples, schemas, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	for system in win32 darwin; do \
	  $(BIN)/mypy --platform $$system --cache-dir .mypy_cache/$$system --exclude '^pa_deploy/loader/' pa_deploy || exit 1; \
	done
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows \
	  .github/workflows/*.yml examples/workflows/*.yml examples/ci/gitea.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci examples/ci/gitlab-ci.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.woodpecker-ci examples/ci/woodpecker.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.drone-ci examples/ci/drone.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.bitbucket-pipelines examples/ci/bitbucket-pipelines.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.azure-pipelines --data-transform azure-pipelines \
	  --regex-variant nonunicode examples/ci/azure-pipelines.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.circle-ci examples/ci/circleci.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.buildkite examples/ci/buildkite.yml
	$(BIN)/check-jsonschema --check-metaschema docs/schema/*.json
	$(BIN)/zizmor --offline --quiet --persona pedantic --config .github/zizmor.yml .github examples/workflows/*.yml action.yml
	$(BIN)/actionlint .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/hadolint Dockerfile

docs: $(VENV)/dev ## Write the generated parts of action.yml and the docs
	$(BIN)/python docs/generate.py

pictures: $(VENV)/dev ## Draw the terminal and the summary of a real deploy, for README
	$(BIN)/python docs/pictures.py

check-docs: $(VENV)/dev ## Fail if `make docs` would change anything
	$(BIN)/python docs/generate.py --check

lock: $(VENV)/dev ## Write requirements.txt, the image's locked dependencies, from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url \
	  --no-header --output-file requirements.txt pyproject.toml

image: ## Build the image (needs Docker)
	docker build $(DOCKER_BUILD_FLAGS) --tag $(IMAGE) $(LABELS) .

base-image: ## Say which image the Dockerfile builds on
	@echo $(BASE)

test-image: $(VENV)/dev need-docker image ## Build the image and run it as the runner and other CIs do (needs Docker)
	$(BIN)/python -m pytest -n auto --dist worksteal tests/container

try-image: $(VENV)/dev need-docker ## Run IMAGE, which is built already, as the runner and other CIs do
	@docker image inspect $(IMAGE) >/dev/null 2>&1 || docker pull $(IMAGE)
	IMAGE=$(IMAGE) $(BIN)/python -m pytest -n auto --dist worksteal tests/container

package: $(VENV)/dev ## Build what the package index gets, into dist/
	$(BIN)/uv build --quiet --out-dir dist

need-docker:
	@docker info >/dev/null 2>&1 || { \
	  echo "A running Docker Engine is needed. Install one (on Debian and Ubuntu: apt install docker.io) and start it;" >&2; \
	  echo "'docker info' says what is wrong with one that is there." >&2; exit 1; }

# A file in the virtualenv stands for what is installed in it.
$(VENV)/emulator: pyproject.toml
	@$(FIND_PYTHON); \
	test -n "$$python" || { echo "Python 3.11 or newer is needed; none was found on PATH." >&2; exit 1; }; \
	test -x $(BIN)/python || $$python -m venv $(VENV) || \
	  { echo "Python's venv module is needed (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --editable '.[emulator]'
	@touch $@

$(VENV)/dev: pyproject.toml $(VENV)/emulator
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(VENV)/mutants: pyproject.toml $(VENV)/dev
	@$(BIN)/python -m pip install --quiet --editable '.[mutants]'
	@touch $@

clean: ## Remove what make has made
	rm -rf $(VENV) .build dist mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
