"""Unpacking: the body of an answer, bit by bit, never further than it is allowed to go."""

from __future__ import annotations

import zlib

PACKINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""What a Content-Encoding may say; others are not asked for."""


class PackedWronglyError(ValueError):
    """The bytes are not what their Content-Encoding says."""


class TooLargeError(ValueError):
    """There is more than the body may have."""


class Unpacker:
    """Unpacks one body.

    Args:
        packing: Its Content-Encoding, one of `PACKINGS`.
        most: Bytes that it may have, unpacked.
    """

    def __init__(self, packing: str, most: int) -> None:
        self._packed = packing not in ("", "identity")
        self._raw_allowed = packing == "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False
        self._left = most

    def take(self, part: bytes) -> bytes:
        """What the next bytes of the body hold.

        Raises:
            TooLargeError: More than is allowed; nothing beyond was unpacked.
            PackedWronglyError: Something else than the packing says.
        """
        unpacked = self._unpacked(part) if self._packed else part
        self._left -= len(unpacked)
        if self._left < 0:
            raise TooLargeError
        return unpacked

    def end(self) -> None:
        """The body is through.

        Raises:
            PackedWronglyError: It was cut off.
        """
        if self._packed and self._begun and not self._zlib.eof:
            raise PackedWronglyError

    def _unpacked(self, part: bytes) -> bytes:
        found: list[bytes] = []
        room = self._left + 1
        while part and room > 0:
            found.append(self._some(part, room))
            room -= len(found[-1])
            part = self._zlib.unconsumed_tail
            if self._zlib.eof and self._zlib.unused_data:  # gzip may have several members
                part, self._zlib = self._zlib.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 32)
        return b"".join(found)

    def _some(self, part: bytes, room: int) -> bytes:
        first, self._begun = not self._begun, True
        try:
            return self._zlib.decompress(part, room)
        except zlib.error:
            if not (first and self._raw_allowed):
                raise PackedWronglyError from None
        # Some servers call a bare deflate stream `deflate`, without the frame that belongs to it.
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._zlib.decompress(part, room)
        except zlib.error:
            raise PackedWronglyError from None
