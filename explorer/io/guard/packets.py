"""What goes between the server and a worker: JSON values and bytes. Nothing is unpickled.

A packet: 4 bytes (length of the header), the header as JSON with the lengths of the blobs, then the blobs.
"""

import json
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

LENGTH = struct.Struct("!I")
MOST_HEADER, MOST_BYTES = 32 << 20, 256 << 20
BLOCK = 1 << 20
Values = dict[str, Any]


class Broken(Exception):
    """The other side has gone, or sends what is no packet."""


@dataclass(frozen=True)
class Packet:
    """values: what JSON can hold; blobs: bytes."""

    values: Values
    blobs: tuple[bytes, ...] = ()


def send(connection: socket.socket, packet: Packet) -> None:
    """Send a packet; Broken when the other side has gone, TimeoutError when the connection's time is over."""
    header = json.dumps([packet.values, [len(blob) for blob in packet.blobs]]).encode()
    try:
        connection.sendall(LENGTH.pack(len(header)) + header)
        for blob in packet.blobs:
            connection.sendall(blob)
    except TimeoutError:
        raise
    except OSError as error:
        raise Broken(str(error)) from error


def receive(connection: socket.socket, deadline: float | None = None) -> Packet | None:
    """Wait for a packet; None when the other side has ended instead of beginning one.

    deadline: of `time.monotonic`, TimeoutError after it. Raises Broken for what is no packet or larger than allowed.
    """
    start = _exactly(connection, LENGTH.size, deadline)
    if start is None:
        return None
    header = _exactly(connection, _checked(LENGTH.unpack(start)[0], MOST_HEADER), deadline)
    try:
        values, lengths = json.loads(header or b"")
        _checked(sum(lengths), MOST_BYTES)
    except (ValueError, TypeError) as error:
        raise Broken("no packet") from error
    blobs = [_exactly(connection, length, deadline) for length in lengths]
    if not isinstance(values, dict) or None in blobs:
        raise Broken("half a packet")
    return Packet(values, tuple(blob for blob in blobs if blob is not None))


def _checked(length: int, most: int) -> int:
    if not 0 <= length <= most:
        raise Broken(f"a packet of {length} bytes")
    return length


def _exactly(connection: socket.socket, length: int, deadline: float | None) -> bytes | None:
    """So many bytes; None when the connection ends before."""
    data = bytearray()
    while len(data) < length:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        try:
            part = connection.recv(min(BLOCK, length - len(data)))
        except TimeoutError:
            raise
        except OSError as error:
            raise Broken(str(error)) from error
        if not part:
            return None
        data += part
    return bytes(data)
