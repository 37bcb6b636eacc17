"""Words of far ends that only pretend to be a reflector."""

import contextlib
import json
import socket
from typing import Any

LINGER = b"\1\0\0\0\0\0\0\0"


def proving(*answers: dict[str, Any]) -> Any:
    """Proves like a reflector, gives one answer to each ask that follows."""

    def talk(sock: socket.socket) -> None:
        nonce = json.loads(sock.recv(4096))["nonce"]
        for answer in ({"prove": "p"}, {}, *answers):
            sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **answer}).encode() + b"\n")
            with contextlib.suppress(ConnectionResetError):  # a check that breaks off
                sock.recv(4096)

    return talk
