"""Leads browsers to this machine, whatever name they ask for, so that sites have their real names and ports.

A browser's CONNECT www.example.com:443 ends at a site of the lab. Every other name and port is refused, so nothing
leaves the machine.
"""

import socket
import threading


class Proxy:
    def __init__(self, routes):
        """`routes` maps a (host, port) to a loopback port."""
        self.routes = routes
        self.refused = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(65536)
                if not more:
                    return
                head += more
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            if method == "CONNECT":
                host, port = target.rsplit(":", 1)
            else:
                host, _, port = target.removeprefix("http://").split("/", 1)[0].partition(":")
            to = self.routes.get((host.strip("[]").lower(), int(port or 80)))
            if to is None:
                self.refused.append(target)
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", to)) as site:
                if method == "CONNECT":
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    # One request a connection: in origin form, without keep-alive.
                    path = "/" + target.removeprefix("http://").partition("/")[2]
                    line, rest = head.split(b"\r\n", 1)
                    site.sendall(f"{method} {path} HTTP/1.1\r\nConnection: close\r\n".encode() + rest)
                back = threading.Thread(target=pour, args=(site, client), daemon=True)
                back.start()
                pour(client, site)
                back.join()

    def close(self):
        self.listener.close()


def pour(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
