"""A proxy that grants every way, and leads nowhere: it hangs up a moment after it has said yes.

granting.py PORT SECONDS
"""

import socket
import sys
import threading
import time

_HEAD = 4096


def main(port: int, after_s: float) -> None:
    """Serve until killed."""
    with socket.create_server(("0.0.0.0", port), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=grant, args=(connection, after_s), daemon=True).start()


def grant(connection: socket.socket, after_s: float) -> None:
    """Hear a request, grant it, and end the connection after a while."""
    with connection:
        if connection.recv(_HEAD):
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            time.sleep(after_s)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
