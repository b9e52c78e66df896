"""How fast, how small, how good: figures measured on this machine, with every peer measured in the same run.

Each ``bench_NAME.py`` is a program of its own. ``python -m tests.benchmarks.bench_NAME DATA`` measures with a folder
that holds mnist_train.csv and mnist_test.csv, and prints one JSON object. ``python -m tests.benchmarks`` runs them all
and writes build/bench.json.
"""
