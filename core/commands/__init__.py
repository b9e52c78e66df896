"""The command line: train, evaluate, predict and try lessons out, without a window.

Each command is a function of the parsed arguments that returns what it found out; `core.commands.session` runs it,
prints the result and turns whatever goes wrong into a sentence and an exit code.
"""
