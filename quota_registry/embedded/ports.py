"""Ports of the loopback."""

import errno
import http.client
import socket


def free_port() -> int:
    """Ask the operating system for a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def hindrance(host: str, port: int) -> int:
    """Say by its number why nobody can listen there; nothing hinders when it is zero."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno or errno.EADDRNOTAVAIL
    return 0


def answers(host: str, port: int, path: str) -> bool:
    """Say whether a page answers there, be it only by sending one to the sign-in."""
    connection = http.client.HTTPConnection(host.strip("[]"), port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
