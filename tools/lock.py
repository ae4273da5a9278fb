"""Write requirements/*.txt: exact versions with hashes, for every platform, no registry named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "run.txt": ["--group", "build"],  # hatchling builds the editable install
    "dev.txt": [
        *["--group", "build", "--group", "test", "--group", "lint", "--group", "lock"],
        *["--constraint", "requirements/run.txt"],  # one version of everything
    ],
}


def main() -> None:
    """Compile every lock with uv."""
    for name, groups in LOCKS.items():
        subprocess.run(
            [
                *[sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"],
                *["--universal", "--generate-hashes", "--python-version", "3.11"],
                *["--no-emit-index-url", "--no-header", "--quiet", *groups],
                *["--output-file", f"requirements/{name}"],
            ],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
