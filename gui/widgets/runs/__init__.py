"""The table of runs: what it holds, and how it is drawn and used."""
