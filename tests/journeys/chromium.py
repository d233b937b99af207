"""Find a Chromium for the tests in a browser, or bring one: ``python tests/journeys/chromium.py``."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
WITHOUT = (
    "no Chromium was found, so the tests in a browser are skipped. Install chromium, or set CHROMIUM to where one is."
)


def find_chromium() -> str | None:
    """Return a Chromium that starts: the one that CHROMIUM names, one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if _starts(named) else None
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if os.path.exists(own) and _starts(own) else None  # noqa: PTH110


def install_chromium() -> None:
    """Try the system's package manager where we may, then Playwright's installer."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _try(["apt-get", "update", "-qq"], quiet)
        _try(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet)
    if find_chromium() is None:
        _try([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _try(command: list[str], environment: dict[str, str]) -> None:
    try:
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {type(error).__name__}", file=sys.stderr)


def main() -> int:
    """Say which Chromium the tests will use; where there is none that is a failure in CI."""
    found = find_chromium()
    if found is None and not os.environ.get("CHROMIUM"):
        print("Bringing Chromium for the tests in a browser…", flush=True)
        install_chromium()
        found = find_chromium()
    if found is None:
        print(f"consult: {WITHOUT}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    print(f"Tests in a browser use {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
