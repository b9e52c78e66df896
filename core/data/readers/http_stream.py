"""Reading a file from a web server so that neither a dead nor a creeping server can hold the reader up.

Looking up a name, connecting and waiting for bytes all block, some of them for longer than any time limit that can be
set. So a thread of its own does them and hands over what arrives, while the reader gets control back ten times a
second, whatever the network does, and may stop at any time. The thread is a daemon and ends by itself when its current
wait does.
"""

import queue
import threading
import time
from collections.abc import Generator

PIECE_BYTES = 64 * 1024
MAX_PIECES_AHEAD = 32
WAKE_SECONDS = 0.1

STALL_BYTES = 16 * 1024
"""A server must send this much, or all that remains, within each stretch of ``stall_seconds``."""


class ServerError(Exception):
    """A server could not be reached or did not send the file; says what it did: ``"answered 404"``."""


def read_url(url: str, *, stall_seconds: float) -> Generator[bytes, None, None]:
    """Yield the body of what is at ``url``, piece by piece.

    While nothing arrives, an empty piece is yielded every tenth of a second. Closing the generator ends the transfer.
    Proxies are taken from the system's settings.

    Parameters
    ----------
    url : str
        An address that begins with ``http://`` or ``https://``.
    stall_seconds : float
        How long the server may send next to nothing, from the look-up of its name on.

    Raises
    ------
    ServerError
        If it cannot be reached, answers with an error, breaks off, or sends less than `STALL_BYTES` in that time.
    """
    arrived: queue.Queue[bytes | ServerError] = queue.Queue(MAX_PIECES_AHEAD)
    stopped = threading.Event()
    threading.Thread(
        target=_transfer, args=(url, stall_seconds, arrived, stopped), name="MNIST download", daemon=True
    ).start()
    try:
        stretch_start, stretch_bytes = time.monotonic(), 0
        while True:
            try:
                piece = arrived.get(timeout=WAKE_SECONDS)
            except queue.Empty:
                yield b""
            else:
                if isinstance(piece, ServerError):
                    raise piece
                if not piece:
                    return
                yield piece
                stretch_bytes += len(piece)
            if stretch_bytes >= STALL_BYTES:
                stretch_start, stretch_bytes = time.monotonic(), 0
            elif time.monotonic() - stretch_start > stall_seconds:
                found = f"{stretch_bytes:,} bytes in" if stretch_bytes else "nothing for"
                raise ServerError(f"sent {found} {stall_seconds:g} s")
    finally:
        stopped.set()


def _transfer(url: str, timeout: float, arrived: "queue.Queue[bytes | ServerError]", stopped: threading.Event) -> None:
    """Put what the server sends into the queue, then an empty piece, or the error that ended it."""
    # Imported here, as few starts of the program download anything: HTTP and TLS take 50 ms to import.
    import http.client
    import urllib.error
    import urllib.request

    def hand_over(piece: bytes | ServerError) -> None:
        while not stopped.is_set():
            try:
                arrived.put(piece, timeout=WAKE_SECONDS)
            except queue.Full:
                continue
            return

    try:
        request = urllib.request.Request(url, headers={"User-Agent": "mnist-ann"})
        with urllib.request.urlopen(request, timeout=timeout) as response:
            while not stopped.is_set():
                piece = response.read1(PIECE_BYTES)
                hand_over(piece)
                if not piece:
                    break
    except urllib.error.HTTPError as error:
        with error:
            hand_over(ServerError(f"answered {error.code}"))
    except TimeoutError:
        hand_over(ServerError(f"sent nothing for {timeout:g} s"))
    except urllib.error.URLError as error:
        hand_over(ServerError(f"could not be reached ({getattr(error.reason, 'strerror', None) or error.reason})"))
    except (OSError, ValueError) as error:
        hand_over(ServerError(f"broke off ({error or type(error).__name__})"))
    except http.client.IncompleteRead:
        hand_over(ServerError("broke off"))
    except http.client.HTTPException:
        hand_over(ServerError("gave an answer that is not HTTP"))
