"""The program's version, which ``--version``, Help → About and ``pyproject.toml`` all tell."""

VERSION = "0.1.0"
