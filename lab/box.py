"""A box on the office router that takes connections meant for others: what products do that none of ours is.

    box.py PORT [--waits S] [--says TEXT] [--resets] [--opens PEM [--days N] [--key-each] [--self-signed]
        [--spares-nameless]]

It accepts first and then goes on to where the connection was meant to go.

- `--waits`: only after a while
- `--says`: speaks up at once instead, and goes nowhere
- `--resets`: cuts at the first words instead
- `--opens`: ends TLS with certificates it signs by an authority (its certificate, more of the chain, its key), all of
  one key unless `--key-each`; `--self-signed`: each signed by itself; `--spares-nameless`: TLS that asks for no name
  passes unopened; `--days`: how far the box's clock is ahead
"""

import argparse
import contextlib
import datetime as dt
import socket
import ssl
import struct
import tempfile
import threading
import time
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from lab.inline import is_tls, server_name

_ORIGINAL = 80
"""SO_ORIGINAL_DST, of either family."""
_PATIENCE_S = 20.0
_MOST = 65536


def main(args: argparse.Namespace) -> None:
    """Take connections for ever, each in a thread of its own."""
    forger = Forger(args) if args.opens else None
    with socket.create_server(("::", args.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256) as door:
        while True:
            client, _ = door.accept()
            threading.Thread(target=_take, args=(client, args, forger), daemon=True).start()


def _take(client: socket.socket, args: argparse.Namespace, forger: "Forger | None") -> None:
    with contextlib.suppress(OSError), client:
        if args.says or args.resets:
            _rebuff(client, args)
            return
        time.sleep(args.waits)
        said = client.recv(_MOST, socket.MSG_PEEK) if forger else b""
        with socket.create_connection(_meant(client), _PATIENCE_S) as server:
            named = server_name(said).decode("ascii", "replace")
            if forger and is_tls(said) and (named or not args.spares_nameless):
                _open(client, server, named, forger)
            else:
                _pass(client, server)


def _rebuff(client: socket.socket, args: argparse.Namespace) -> None:
    client.sendall(args.says.encode())
    client.settimeout(_PATIENCE_S)
    while client.recv(_MOST):
        if args.resets:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return


def _meant(client: socket.socket) -> tuple[str, int]:
    """Where a redirected connection was to go."""
    with contextlib.suppress(OSError):
        told = client.getsockopt(socket.SOL_IP, _ORIGINAL, 16)
        return socket.inet_ntoa(told[4:8]), int.from_bytes(told[2:4], "big")
    told = client.getsockopt(socket.IPPROTO_IPV6, _ORIGINAL, 28)
    return socket.inet_ntop(socket.AF_INET6, told[8:24]), int.from_bytes(told[2:4], "big")


def _open(client: socket.socket, server: socket.socket, named: str, forger: "Forger") -> None:
    """End TLS on either side, and pass on what is said."""
    believing = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
    with (
        believing.wrap_socket(server, server_hostname=named or None) as there,
        forger.context(named or "nobody.example").wrap_socket(client, server_side=True) as here,
    ):
        _pass(here, there)


def _pass(client: socket.socket, server: socket.socket) -> None:
    """Both ways until one end is done."""
    back = threading.Thread(target=_pour, args=(server, client), daemon=True)
    back.start()
    _pour(client, server)
    back.join()


def _pour(source: socket.socket, to: socket.socket) -> None:
    source.settimeout(_PATIENCE_S)
    with contextlib.suppress(OSError, ValueError):
        while said := source.recv(_MOST):
            to.sendall(said)
    for one in (source, to):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class Forger:
    """Makes a certificate for every name that is asked for."""

    def __init__(self, args: argparse.Namespace) -> None:
        pem = Path(args.opens).read_bytes()
        self._chain = x509.load_pem_x509_certificates(pem)
        self._signs = load_pem_private_key(pem, None)
        self._shared = None if args.key_each else _new_key()
        self._alone = args.self_signed
        self._ahead = dt.timedelta(days=args.days)
        self.context = cache(self._new_context)

    def _new_context(self, named: str) -> ssl.SSLContext:
        key = self._shared or _new_key()
        chain = [self._leaf(named, key), *(() if self._alone else self._chain[:1])]
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "shown.pem")
            path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain) + private)
            context.load_cert_chain(path)
        return context

    def _leaf(self, named: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC) + self._ahead
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
        builder = x509.CertificateBuilder(
            issuer_name=subject if self._alone else self._chain[0].subject,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - dt.timedelta(days=20),
            not_valid_after=now + dt.timedelta(days=70),
        )
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(named)]), critical=False)
        return builder.sign(key if self._alone else self._signs, hashes.SHA256())  # type: ignore[arg-type]


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--waits", type=float, default=0.0)
    parser.add_argument("--says", default="")
    parser.add_argument("--resets", action="store_true")
    parser.add_argument("--opens", default="")
    parser.add_argument("--days", type=float, default=0.0)
    parser.add_argument("--key-each", action="store_true")
    parser.add_argument("--self-signed", action="store_true")
    parser.add_argument("--spares-nameless", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main(_words())
