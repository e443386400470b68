"""A hospital portal on an origin of its own: a second server, on a port of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.html.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def portal():
    """`portal.html` is what every address of `portal.origin` shows, sent with `portal.headers`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.html, server.headers = "", {}
    server.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
