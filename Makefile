# Each of these does its whole set-up first, on a machine where nothing was installed by hand.
#
#   make run        open the window
#   make test       run the tests
#   make check      what a change has to pass besides the tests: ruff, mypy, the import contracts
#   make bench      measure speed and memory, beside scikit-learn and PyTorch; writes build/bench.json
#   make bundle     build a folder that runs on machines without Python: dist/MNIST_ANN
#   make packages   build .deb, .rpm, a package for Arch and an archive for a home folder out of it
#   make pictures   take the pictures in docs/ again
#   make models     train the models that ship again, from a folder with MNIST: make models MNIST=FOLDER
#
# On Windows, or without make: uv run main.py, uv run pytest.

UV := $(or $(shell command -v uv 2>/dev/null),build/uv/bin/uv)
TORCH := torch==2.13.0

# Slow networks: Qt alone is a download of 80 MB.
export UV_HTTP_TIMEOUT ?= 300
export UV_LINK_MODE ?= copy

# Compiled once at set-up, and not at the first start of the window; as a setting of the project, `uv run` would look
# through thousands of files at each start.
environment: export UV_COMPILE_BYTECODE := 1

# $(call install_group,GROUP): what pyproject.toml asks for; on CI in the versions that are known to work together.
ENVIRONMENT = $(or $(UV_PROJECT_ENVIRONMENT),.venv)
ifdef CI
install_group = $(UV) venv --quiet --allow-existing $(ENVIRONMENT) && $(UV) pip install --quiet \
  --python $(ENVIRONMENT) --constraints .ci/constraints.txt --requirements pyproject.toml --group $(1)
else
install_group = $(UV) sync --inexact --quiet --no-default-groups --group $(1)
endif

.DEFAULT_GOAL := help
.PHONY: help run test test-window check bench bundle packages test-packages pictures models environment qt-libraries

help:
	@sed -n '3,10s/^# *//p' Makefile

run: environment qt-libraries
	@test -e build/launcher-told || echo "To start it from the desktop's menu as well: $(UV) run main.py --install-launcher"
	@touch build/launcher-told 2>/dev/null; $(UV) run --no-sync main.py

test: environment qt-libraries
	$(UV) run --no-sync pytest --ignore=tests/real_window

# A real window on a virtual screen, real mouse and keyboard events.
test-window: environment qt-libraries
	@{ command -v Xvfb && command -v xdotool && command -v openbox; } >/dev/null || $(call install,xvfb xdotool openbox)
	$(UV) run --no-sync pytest tests/real_window

check: environment
	$(UV) run --no-sync ruff check
	$(UV) run --no-sync ruff format --check
	$(UV) run --no-sync mypy
	$(UV) run --no-sync lint-imports

bench: environment qt-libraries
	@$(UV) sync --inexact --quiet --group bench
	@$(UV) run --no-sync python -c "import torch" 2>/dev/null \
	  || $(UV) pip install --quiet --torch-backend=cpu $(TORCH) 2>/dev/null \
	  || $(UV) run --no-sync python -m pip install --quiet $(TORCH) \
	  || echo "PyTorch cannot be installed here; its figures are left out."
	$(UV) run --no-sync python -m tests.benchmarks

models: environment
	OPENBLAS_NUM_THREADS=1 $(UV) run --no-sync python -m core.files.shipped_models $(MNIST)
	OPENBLAS_NUM_THREADS=1 $(UV) run --no-sync python -m core.files.unlike $(MNIST)

pictures: environment qt-libraries
	@$(UV) run --no-sync python -m tests.pictures

# The bundle has to open its window and to train before it counts as built. What else lies in .venv must not get into it.
bundle packages: export UV_PROJECT_ENVIRONMENT := build/bundle-environment
bundle: $(UV)
	@$(call install_group,bundle)
	@$(install_qt_libraries)
	$(UV) run --no-sync pyinstaller --noconfirm --log-level ERROR --workpath build/pyinstaller .ci/bundle.spec
	cd build && env -u PYTHONPATH QT_QPA_PLATFORM=offscreen ../dist/MNIST_ANN/MNIST_ANN --screenshot bundle.png
	cd build && ../dist/MNIST_ANN/MNIST_ANN train --train-data builtin --iterations 100 --json
	@du -sh dist/MNIST_ANN

packages: bundle
	PYTHONPATH=. $(UV) run --no-sync python .ci/packages/build.py

# A bare Debian, in a folder: needs root.
test-packages:
	.ci/test-packages

environment: $(UV)
	@test -d .venv || echo "Installing the packages of the program into .venv, once; of these Qt alone is 80 MB."
	@$(call install_group,dev)

# Qt brings its own libraries, but not those that it shares with the desktop.
qt-libraries: environment
	@$(install_qt_libraries)

build/uv/bin/uv:
	@echo "Installing uv into build/uv, once."
	@python3 -m venv build/uv >/dev/null 2>&1 || $(call install,python3-venv)
	@test -x build/uv/bin/pip || python3 -m venv build/uv
	@build/uv/bin/python -m pip install --quiet "uv>=0.8"

install_qt_libraries = packages=$$($(UV) run --no-sync python -m gui.preflight); \
  test -z "$$packages" || $(call install,$$packages)

# On Debian as root, install; otherwise say what is missing and go on.
define install
{ packages="$(1)"; \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null; \
  else \
    echo "Missing: $$packages. On Debian or Ubuntu: sudo apt install $$packages"; \
  fi; }
endef
