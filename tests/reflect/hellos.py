"""ClientHello messages made by hand."""


def block(size: int, text: bytes) -> bytes:
    return len(text).to_bytes(size, "big") + text


def numbers(*values: int) -> bytes:
    return b"".join(one.to_bytes(2, "big") for one in values)


def hello(suites: bytes, extensions: bytes | None, version: int = 0x0303) -> bytes:
    body = numbers(version) + bytes(32) + block(1, b"") + block(2, suites) + block(1, b"\0")
    body += b"" if extensions is None else block(2, extensions)
    return b"\x01" + block(3, body)


def extension(kind: int, body: bytes = b"") -> bytes:
    return numbers(kind) + block(2, body)


def alpn(*names: bytes) -> bytes:
    return extension(0x0010, block(2, b"".join(block(1, one) for one in names)))


def server_name(name: bytes) -> bytes:
    return extension(0x0000, block(2, b"\0" + block(2, name)))


def versions(*values: int) -> bytes:
    return extension(0x002B, block(1, numbers(*values)))


def signatures(*values: int) -> bytes:
    return extension(0x000D, block(2, numbers(*values)))


def records(message: bytes, size: int = 16384) -> bytes:
    pieces = [message[at : at + size] for at in range(0, len(message), size)]
    return b"".join(b"\x16\x03\x01" + block(2, one) for one in pieces)


GREASE = 0x2A2A
BROWSER = hello(
    numbers(
        GREASE, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D,
        0x002F, 0x0035,
    ),
    b"".join(
        (
            extension(GREASE),
            extension(0x001B),
            server_name(b"www.example.com"),
            extension(0x0033),
            alpn(b"h2", b"http/1.1"),
            extension(0x4469),
            extension(0x0017),
            extension(0x002D),
            signatures(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
            extension(0x0005),
            extension(0x0023),
            extension(0x0012),
            versions(GREASE, 0x0304, 0x0303),
            extension(0xFF01),
            extension(0x000B),
            extension(0x000A),
            extension(0x0015),
        )
    ),
)  # fmt: skip
"""The example of the published description of JA4."""
