"""One request at a time over a WebSocket that also carries events, for the DevTools protocol and WebDriver BiDi."""

import json
import time

import websocket


class Failed(Exception):
    """The browser refused a command."""


class Socket:
    def __init__(self, url, timeout=40):
        self.socket = websocket.create_connection(url, timeout=timeout, suppress_origin=True, max_size=None)
        self.timeout = timeout
        self.last = 0
        self.events = []

    def call(self, method, params=None, **more):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params or {}, **more}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") != self.last:
                self.events.append(message)
                continue
            if "error" in message:
                raise Failed(f"{method}: {message.get('message') or message['error']}")
            return message.get("result", {})

    def wait_for(self, wanted):
        """The first event that `wanted` accepts; earlier ones are dropped."""
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            while self.events:
                event = self.events.pop(0)
                if wanted(event):
                    return event
            self.events.append(json.loads(self.socket.recv()))
        raise Failed("the event did not come")

    def close(self):
        self.socket.close()
