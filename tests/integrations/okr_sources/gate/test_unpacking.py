"""A body is unpacked as far as it may go, and no byte further."""

import gzip
import tracemalloc
import zlib

import pytest

from okr_sources.gate.unpacking import PackedWronglyError, TooLargeError, Unpacker

TEXT = b'{"n": 7}' * 1000


def unpacked(packing: str, content: bytes, *, most: int = 100_000, step: int = 97) -> bytes:
    unpacker = Unpacker(packing, most)
    parts = [unpacker.take(content[at : at + step]) for at in range(0, len(content), step)]
    unpacker.end()
    return b"".join(parts)


def bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("packing", "content"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
    ],
)
def test_a_body_comes_out_as_it_was_whatever_its_packing(packing: str, content: bytes) -> None:
    assert unpacked(packing, content) == TEXT


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_what_is_not_packed_as_it_says_is_refused(packing: str) -> None:
    with pytest.raises(PackedWronglyError):
        unpacked(packing, TEXT)


@pytest.mark.parametrize(
    "content", [gzip.compress(TEXT, mtime=0)[:-9], gzip.compress(TEXT, mtime=0)[:30]]
)
def test_what_was_cut_off_is_no_body(content: bytes) -> None:
    with pytest.raises(PackedWronglyError):
        unpacked("gzip", content)


def test_nothing_at_all_is_an_empty_body() -> None:
    assert unpacked("gzip", b"") == b""


@pytest.mark.parametrize("most", [0, 1, 7999])
@pytest.mark.parametrize(("packing", "pack"), [("", bytes), ("gzip", gzip.compress)])
def test_a_body_that_is_one_byte_too_long_is_refused(packing: str, pack: object, most: int) -> None:
    assert callable(pack)
    with pytest.raises(TooLargeError):
        unpacked(packing, pack(TEXT), most=most)
    assert unpacked(packing, pack(TEXT), most=len(TEXT)) == TEXT


def test_a_bomb_is_not_unpacked_beyond_its_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    unpacker = Unpacker("gzip", 1000)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unpacker.take(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(bomb) < 100_000
    assert most < 1_000_000
