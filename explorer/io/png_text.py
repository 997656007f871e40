"""PNG files whose notes are larger than Pillow unpacks: the picture is read without them."""

import struct
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NOTES = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")


def is_too_much_text(error: BaseException | None) -> bool:
    """True for what Pillow raises when a chunk of text is larger than it takes."""
    return isinstance(error, ValueError) and "MAX_TEXT_" in str(error)


def without_text(stream: BinaryIO) -> bytes:
    """Return the PNG without its chunks of text (and colour profile), which are never unpacked here."""
    stream.seek(0)
    data = stream.read()
    parts, place = [SIGNATURE], len(SIGNATURE)
    while place + 12 <= len(data):
        length = struct.unpack(">I", data[place : place + 4])[0]
        end = place + 12 + length
        if data[place + 4 : place + 8] not in NOTES:
            parts.append(data[place:end])
        place = end
    return b"".join(parts)
