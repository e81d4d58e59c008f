"""Frames of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, section 2), as far as kubectl tunnels them to forward ports."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_CONTROL = 0x8000
_VERSION = 3
_SYN_STREAM, _SYN_REPLY, _PING = 1, 2, 6
_FIN = 0x01
_HEAD = 8
"""Bytes before what a frame holds."""
_STREAM = 0x7FFFFFFF
_NAMES = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie "
    "keep-alive origin"
)
_VALUES = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative "
    "Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 "
    "Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec "
    "00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8"
    "charset=iso-8859-1,utf-,*,enq=0."
)


def dictionary() -> bytes:
    """Give what both ends know before the first header (section 2.6.10.1)."""
    names = (name.replace("_", " ").encode() for name in _NAMES.split())
    return b"".join(struct.pack(">I", len(name)) + name for name in names) + _VALUES.encode()


class Opened(NamedTuple):
    """The far end opens a stream."""

    stream: int
    headers: Mapping[str, str]


class Received(NamedTuple):
    """The far end sends something on a stream."""

    stream: int
    data: bytes
    is_last: bool


class Pinged(NamedTuple):
    """The far end wants the same frame back."""

    frame: bytes


class FrameReader:
    """Takes frames out of the bytes of one connection."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._inflate = zlib.decompressobj(zdict=dictionary())

    def feed(self, data: bytes) -> Iterator[Opened | Received | Pinged]:
        """Give the frames that are complete now; those that forwarding does not need are left out."""
        self._bytes += data
        while len(self._bytes) >= _HEAD:
            end = _HEAD + int.from_bytes(self._bytes[5:_HEAD], "big")
            if len(self._bytes) < end:
                return
            frame = bytes(self._bytes[:end])
            del self._bytes[:end]
            read = self._read(frame)
            if read is not None:
                yield read

    def _read(self, frame: bytes) -> Opened | Received | Pinged | None:
        first, second, flags = struct.unpack_from(">HHB", frame)
        if not first & _CONTROL:
            return Received(first << 16 | second, frame[_HEAD:], bool(flags & _FIN))
        if second == _SYN_STREAM:
            stream = int.from_bytes(frame[_HEAD : _HEAD + 4], "big") & _STREAM
            return Opened(stream, _headers(self._inflate.decompress(frame[_HEAD + 10 :])))
        return Pinged(frame) if second == _PING else None


class FrameWriter:
    """Makes the frames of one connection."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(zdict=dictionary())

    def reply(self, stream: int) -> bytes:
        """Accept a stream; there are no headers to be told."""
        block = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        held = struct.pack(">I", stream) + block
        return struct.pack(">HHI", _CONTROL | _VERSION, _SYN_REPLY, len(held)) + held

    def data(self, stream: int, data: bytes) -> bytes:
        """Send something on a stream, and end it."""
        return struct.pack(">II", stream, _FIN << 24 | len(data)) + data


def _headers(block: bytes) -> Mapping[str, str]:
    """Read names and values, each with its length before it."""
    texts, at = list[str](), 4
    while at < len(block):
        length = int.from_bytes(block[at : at + 4], "big")
        texts.append(block[at + 4 : at + 4 + length].decode(errors="replace"))
        at += 4 + length
    return dict(zip(texts[::2], texts[1::2], strict=False))
