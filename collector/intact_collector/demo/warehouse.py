"""Process two: shipping, an agent behind an HTTP server of the standard library.

It prints the port that it listens on and ends when its standard input does, so that it can never
outlive whoever started it.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import intact

Context = dict[str, Any]


@intact.agent("shipping")
def shipping(case: Context) -> Context:
    """Send the customer a return label."""
    return {"label": f"RET-{case['order']['id']}", "refund": case["refund"]}


class Desk(BaseHTTPRequestHandler):
    """Takes a case and answers with a label."""

    def do_POST(self) -> None:
        case = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        # The headers say which handoff this is; what arrived is fingerprinted here.
        with intact.received(case, dict(self.headers)):
            label = shipping(case)
        body = json.dumps(label).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: what the demo has to say comes from the collector."""


def main() -> None:
    """Serve until standard input ends."""
    intact.configure(service="warehouse")
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()
    intact.flush(10.0)


if __name__ == "__main__":
    main()
