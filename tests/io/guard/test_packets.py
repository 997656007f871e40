"""What is no packet ends the conversation; it is never taken for one."""

import socket
import time

import pytest

from explorer.io.guard.packets import LENGTH, MOST_BYTES, MOST_HEADER, Broken, Packet, receive, send


@pytest.mark.parametrize(
    "data",
    [
        LENGTH.pack(MOST_HEADER + 1),
        LENGTH.pack(5) + b"[1,2]",
        LENGTH.pack(4) + b"nope",
        LENGTH.pack(9) + b"[{}, [3]]" + b"x",
        LENGTH.pack(10) + b"[{}, [-3]]",
        LENGTH.pack(9) + b"[[], [0]]",
        LENGTH.pack(len(f"[{{}}, [{MOST_BYTES + 1}]]")) + f"[{{}}, [{MOST_BYTES + 1}]]".encode(),
        LENGTH.pack(100) + b"[{",
    ],
)
def test_what_is_no_packet_is_broken(data: bytes) -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(data)
        there.close()
        with pytest.raises(Broken):
            receive(here)


def test_an_end_is_no_packet_and_silence_is_not_waited_for() -> None:
    here, there = socket.socketpair()
    with here:
        with pytest.raises(TimeoutError):
            receive(here, time.monotonic() + 0.05)
        there.close()
        assert receive(here) is None
        with pytest.raises(Broken):
            send(here, Packet({}, (b"x",)))
