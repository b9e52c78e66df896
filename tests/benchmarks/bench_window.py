"""The window while it trains: what it costs the trainer, how late it answers, how soon it is up, how much memory."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 4


def measure(mnist_csv_folder: Path) -> dict[str, object]:
    """Return the probe's figures; the window is started twice, so that the second start finds warm caches."""
    command = [sys.executable, "-m", "tests.benchmarks.window_probe", str(mnist_csv_folder)]
    subprocess.run([*command, "0.1"], cwd=ROOT, check=True, capture_output=True)
    done = subprocess.run([*command, str(SECONDS)], cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), indent=2))
