"""Gzip written by hand, since compressors differ in what they write."""

from __future__ import annotations

import struct
import zlib

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


def gzipped(octets: bytes) -> bytes:
    """One gzip member whose octets are stored as they are."""
    return HEADER + stored(octets, last=True) + trailer(octets)


def gzipped_with_spaces(octets: bytes, spaces: int) -> bytes:
    """One gzip member that unfolds to the octets and, about a thousand times longer than it, spaces behind them."""
    return HEADER + stored(octets, last=False) + folded_spaces(spaces) + trailer(octets + b" " * spaces)


def trailer(octets: bytes) -> bytes:
    return struct.pack("<II", zlib.crc32(octets), len(octets))


def stored(octets: bytes, last: bool) -> bytes:
    return struct.pack("<BHH", last, len(octets), len(octets) ^ 0xFFFF) + octets


def folded_spaces(spaces: int) -> bytes:
    """A last block with codes of its own (RFC 1951): 10 is a space, 00 repeats it 258 times, 11 is the end."""
    code_lengths = {18: 1, 1: 2, 2: 2}
    order = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1)
    one, two = "10", "11"
    repeats, singles = divmod(spaces - 1, 258)
    bits = number(1, 1) + number(2, 2) + number(286 - 257, 5) + number(2 - 1, 5) + number(len(order) - 4, 4)
    bits += "".join(number(code_lengths.get(symbol, 0), 3) for symbol in order)
    bits += unused(32) + two + unused(138) + unused(85) + two + unused(28) + one + one + one
    bits += "10" * (1 + singles) + "00" * repeats + "11"
    return packed(bits)


def number(value: int, width: int) -> str:
    """A number's bits, the lowest first."""
    return "".join(str(value >> bit & 1) for bit in range(width))


def unused(count: int) -> str:
    """As many symbols without a code."""
    return "0" + number(count - 11, 7)


def packed(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
