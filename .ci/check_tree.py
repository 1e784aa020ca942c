"""Checks of the tree that no other tool makes: files that grow too long, and package index addresses."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CODE = {".py", ".js", ".mjs", ".ts", ".css", ".html"}
LONG, TOO_LONG = 400, 600

# Put together here, so that this file does not hold what it looks for. A mirror's address is as unwelcome as the
# registry's own: what is installed from where is the business of the machine that installs.
_HOSTS = [
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
]
_OPTIONS = ["index" + "-url", "extra-index" + "-url", "find" + "-links", '"resolved": "' + "http"]
ADDRESS = re.compile(
    "|".join([*(re.escape(".".join(host)) for host in _HOSTS), *(rf"(?<!no-emit-){o}" for o in _OPTIONS)])
)


def main() -> int:
    """Print the findings; the answer is the exit code."""
    files = list(_files())
    warnings = [f"{path}: {length} lines, better under {LONG}" for path, length in _long(files) if length <= TOO_LONG]
    errors = [f"{path}: {length} lines, more than {TOO_LONG}" for path, length in _long(files) if length > TOO_LONG]
    errors += list(_addresses(files))
    for line in warnings:
        print(f"warning: {line}")
    for line in errors:
        print(f"error: {line}")
    print(f"The tree: {len(files)} files, {len(warnings)} warnings, {len(errors)} errors.")
    return 1 if errors else 0


def _files() -> Iterator[Path]:
    """What git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return (path for name in listed.split("\0") if name and (path := Path(name)).is_file())


def _long(files: list[Path]) -> Iterator[tuple[Path, int]]:
    for path in files:
        if path.suffix in CODE and (length := len(path.read_text(encoding="utf-8").splitlines())) > LONG:
            yield path, length


def _addresses(files: list[Path]) -> Iterator[str]:
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := ADDRESS.search(line):
                yield f"{path}:{number}: address of a package index ({found[0]})"


if __name__ == "__main__":
    sys.exit(main())
