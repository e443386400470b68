"""When the largest part of a page is painted on a slow phone, and what a first visit costs: python -m tests.bench_paint

The production server, a fresh browser each time, a line of 400 kbit/s with 400 ms to and fro (“slow 3G”), a processor
four times slower. Prints one line a page beside the targets; never fails.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.browser import ARGUMENTS

PAGES = ("/", "/sites/bone/", "/topics/bone/", "/when-to-call/", "/search/?q=spine", "/glossary/")
VISITS = 3
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SLOWER = 4
TARGET_SECONDS, TARGET_REQUESTS, TARGET_BYTES = 1.5, 3, 60_000
LARGEST = """new Promise(answer => new PerformanceObserver(list => answer(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""


class Visit(NamedTuple):
    seconds: float
    requests: int
    sent: int


@contextmanager
def production() -> Iterator[str]:
    """The site as `make run` serves it, with data of its own."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "VAR": folder, "SITE_URL": address}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run([sys.executable, "manage.py", "prepare"], env=environment, check=True, stdout=subprocess.DEVNULL)
        granian = [
            Path(sys.executable).parent / "granian",
            "--interface",
            "wsgi",
            "--port",
            port,
            "--no-ws",
            "--blocking-threads",
            "4",
        ]
        command = [*granian, "--log-level", "warning", "mbc_site.wsgi:application"]
        with subprocess.Popen(command, env=environment) as server:
            try:
                _wait_for(f"{address}/health/ready/")
                yield address
            finally:
                server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def visit(browser: Browser, url: str) -> Visit:
    sent: list[int] = []
    with browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2) as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.on("Network.loadingFinished", lambda event: sent.append(int(event["encodedDataLength"])))
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_3G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url, wait_until="networkidle")
        seconds = page.evaluate(LARGEST) / 1_000
    return Visit(seconds, len(sent), sum(sent))


def main() -> dict[str, Visit]:
    """The middle visit to each page, by its address."""
    with production() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        visits = {path: [visit(browser, address + path) for _ in range(VISITS)] for path in PAGES}
        browser.close()
    return {path: Visit(*(median(column) for column in zip(*rows, strict=True))) for path, rows in visits.items()}


if __name__ == "__main__":
    heads = ("page", "largest paint", "of 1.5 s", "requests", "of 3", "bytes", "of 60 kB")
    print("{:<20} {:>14} {:>9} {:>9} {:>6} {:>8} {:>9}".format(*heads))  # noqa: T201
    for path, (seconds, requests, sent) in main().items():
        times, asked, size = seconds / TARGET_SECONDS, requests / TARGET_REQUESTS, sent / TARGET_BYTES
        print(f"{path:<20} {seconds:>12.2f} s {times:>9.2f} {requests:>9.0f} {asked:>6.2f} {sent:>8,.0f} {size:>9.2f}")  # noqa: T201
