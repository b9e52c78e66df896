"""Downloading from a real server on this computer that truncates, corrupts, stalls, creeps, answers 404 and refuses."""

import gzip
import hashlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.data.readers.mnist_download import MIRRORS, MNIST_FILES, RemoteFile, download_mnist
from core.errors import CancelledError, DownloadError
from core.progress import ignore_progress
from core.system.user_folders import mnist_folder
from tests.digit_files import as_ordinary_user, assert_same, idx_images, idx_labels, random_dataset, write

TRAIN, TEST = random_dataset(200, 1), random_dataset(20, 2)
CONTENTS = {
    "train-images-idx3-ubyte": idx_images(TRAIN),
    "train-labels-idx1-ubyte": idx_labels(TRAIN),
    "t10k-images-idx3-ubyte": idx_images(TEST),
    "t10k-labels-idx1-ubyte": idx_labels(TEST),
}
FILES = [RemoteFile(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in CONTENTS.items()]
PACKED = {name: gzip.compress(content) for name, content in CONTENTS.items()}
BOMB = gzip.compress(bytes(50_000_000))
IMAGES = FILES[0]
PATIENT, IMPATIENT = 30.0, 1.0

Behavior = Callable[[BaseHTTPRequestHandler, bytes], None]


def send(handler: BaseHTTPRequestHandler, body: bytes, claimed: int | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) if claimed is None else claimed))
    handler.end_headers()
    handler.wfile.write(body)


def truncate(handler, body):
    send(handler, body[: len(body) // 2], len(body))


def end_early(handler, body):
    send(handler, body[: len(body) // 2])


def corrupt(handler, body):
    send(handler, body[:1000] + bytes([body[1000] ^ 0xFF]) + body[1001:])


def send_another_file(handler, body):
    content = bytearray(gzip.decompress(body))
    content[-1] ^= 1
    send(handler, gzip.compress(content))


def send_too_much(handler, body):
    send(handler, gzip.compress(gzip.decompress(body) + b"\0"))


def send_a_bomb(handler, body):
    send(handler, BOMB)


def send_a_page(handler, body):
    send(handler, b"<html>Please log in to this network</html>")


def send_nothing(handler, body):
    send(handler, b"")


def not_found(handler, body):
    handler.send_error(404)


def fail(handler, body):
    handler.send_error(503)


def stall(handler, body):
    send(handler, body[:5_000], len(body))
    handler.server.closing.wait(60)


def stall_before_answering(handler, body):
    handler.server.closing.wait(60)


def creep(handler, body):
    send(handler, b"", len(body))
    for byte in body:
        if handler.server.closing.wait(0.05):
            return
        handler.wfile.write(bytes([byte]))


def talk_nonsense(handler, body):
    handler.wfile.write(b"220 mail.example.org ESMTP\r\n")


def hang_up(handler, body):
    pass


def break_off_a_chunk(handler, body):
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n%b" % (len(body), body[:-1_000]))
    handler.close_connection = True


def chunked(handler, body):
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(body), 7_000):
        piece = body[start : start + 7_000]
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


class Mirror:
    """A server on a free port; ``behavior`` decides what it does, ``asked`` lists what it was asked for."""

    def __init__(self, behavior: Behavior) -> None:
        self.behavior = behavior
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/mnist/").removesuffix(".gz")
                mirror.asked.append(name)
                mirror.behavior(self, PACKED[name])

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that cancels closes the connection while we write."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.closing = threading.Event()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/mnist/"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.closing.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def start_mirror(monkeypatch) -> Iterator[Callable[[Behavior], Mirror]]:
    for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    mirrors: list[Mirror] = []

    def start(behavior: Behavior) -> Mirror:
        mirrors.append(Mirror(behavior))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache" / "mnist"


def download(folder, *mirrors, report=ignore_progress, stall_seconds=PATIENT):
    urls = [mirror if isinstance(mirror, str) else mirror.url for mirror in mirrors]
    return download_mnist(report, folder=folder, mirrors=urls, files=FILES, stall_seconds=stall_seconds)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def test_what_is_downloaded_is_checked_stored_and_loaded(start_mirror, folder):
    mirror = start_mirror(send)
    reports = []
    pair = download(folder, mirror, report=lambda fraction, text: reports.append((fraction, text)))
    assert_same(pair.train, TRAIN)
    assert_same(pair.test, TEST)
    assert (pair.name, pair.train.name, pair.test.name) == ("MNIST", "MNIST training", "MNIST test")
    assert {name: (folder / name).read_bytes() for name in names_in(folder)} == CONTENTS
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert f"downloading train-images-idx3-ubyte from {mirror.host}" in {text for _, text in reports}


def test_a_chunked_answer_is_read(start_mirror, folder):
    assert_same(download(folder, start_mirror(chunked)).train, TRAIN)


def test_what_is_there_is_not_fetched_again(start_mirror, folder):
    mirror = start_mirror(send)
    download(folder, mirror)
    download(folder, mirror)
    assert len(mirror.asked) == 4


def test_by_default_files_go_to_the_users_cache_folder(start_mirror):
    download_mnist(mirrors=[start_mirror(send).url], files=FILES)
    assert names_in(mnist_folder()) == set(CONTENTS)


@pytest.mark.parametrize(
    ("behavior", "reason"),
    [
        (truncate, r"sent only [\d,]+ of 156,816 bytes"),
        (end_early, r"sent only [\d,]+ of 156,816 bytes"),
        (corrupt, r"sent something else or damaged data"),
        (send_another_file, r"sent a file with other content"),
        (send_too_much, r"sent too long a file"),
        (send_a_bomb, r"sent too long a file"),
        (send_a_page, r"sent something else or damaged data"),
        (send_nothing, r"sent only 0 of 156,816 bytes"),
        (not_found, r"answered 404"),
        (fail, r"answered 503"),
        (stall, r"sent (5,000 bytes in|nothing for) 1 s"),
        (stall_before_answering, r"sent nothing for 1 s"),
        (creep, r"sent \d+ bytes in 1 s"),
        (break_off_a_chunk, r"broke off"),
        (hang_up, r"broke off \([\w ]+\)"),
        (talk_nonsense, r"gave an answer that is not HTTP"),
    ],
)
def test_a_bad_mirror_is_named_and_the_next_one_used(start_mirror, folder, behavior, reason):
    bad, good = start_mirror(behavior), start_mirror(send)
    patience = IMPATIENT if behavior in (stall, stall_before_answering, creep) else PATIENT
    sentence = (
        rf"train-images-idx3-ubyte could not be downloaded: {bad.host} {reason}\. "
        r"Check the network and try again, or fetch the files elsewhere and open their folder\."
    )
    with pytest.raises(DownloadError, match=f"^{sentence}$"):
        download(folder, bad, stall_seconds=patience)
    assert names_in(folder) == set()

    assert_same(download(folder, bad, good, stall_seconds=patience).train, TRAIN)
    assert names_in(folder) == set(CONTENTS)
    assert len(bad.asked) == 2, "after its first failure, a mirror is asked last"


def test_a_mirror_that_refuses_is_named_and_the_next_one_used(start_mirror, folder):
    refusing = closed_port()
    with pytest.raises(DownloadError, match=rf"{refusing} could not be reached \(Connection refused\)"):
        download(folder, f"http://{refusing}/mnist/")
    assert_same(download(folder, f"http://{refusing}/mnist/", start_mirror(send)).test, TEST)


def test_every_mirror_that_failed_is_named(start_mirror, folder):
    first, second = start_mirror(not_found), start_mirror(truncate)
    with pytest.raises(
        DownloadError, match=rf"{first.host} answered 404; {second.host} sent only [\d,]+ of 156,816 bytes"
    ):
        download(folder, first, second, "http://no-such-host.invalid/")


def test_a_name_that_cannot_be_looked_up_is_named(folder):
    with pytest.raises(DownloadError, match=r"no-such-host\.invalid could not be reached"):
        download(folder, "http://no-such-host.invalid/mnist/")


def test_a_download_that_failed_goes_on_where_it_stopped(start_mirror, folder):
    mirror = start_mirror(
        lambda handler, body: send(handler, body) if "train" in handler.path else not_found(handler, body)
    )
    with pytest.raises(DownloadError, match="t10k-images-idx3-ubyte could not be downloaded"):
        download(folder, mirror)
    assert names_in(folder) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    mirror.behavior = send
    mirror.asked.clear()
    assert_same(download(folder, mirror).train, TRAIN)
    assert mirror.asked == ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]


@pytest.mark.parametrize("content", [b"", CONTENTS[IMAGES.name][:-1] + b"\1", CONTENTS[IMAGES.name] + b"\1"])
def test_a_damaged_file_is_fetched_anew(start_mirror, folder, content):
    write(folder / IMAGES.name, content)
    mirror = start_mirror(send)
    assert_same(download(folder, mirror).train, TRAIN)
    assert IMAGES.name in mirror.asked


@pytest.mark.parametrize("behavior", [send, stall, stall_before_answering, creep])
def test_cancelling_midway_takes_effect_at_once_and_leaves_nothing_half_done(start_mirror, folder, behavior):
    """Were it not at once, the outcome would be a DownloadError, or the test would never end."""
    cancelled = threading.Event()
    timer = threading.Timer(0.15, cancelled.set)
    timer.start()

    def report(fraction: float, text: str) -> None:
        if cancelled.is_set() or (behavior is send and fraction > 0.3):
            raise CancelledError

    with pytest.raises(CancelledError):
        download(folder, start_mirror(behavior), report=report)
    timer.cancel()
    timer.join()
    assert names_in(folder) <= (set(CONTENTS) if behavior is send else set())
    for name in names_in(folder):
        assert (folder / name).read_bytes() == CONTENTS[name]


def test_a_folder_that_cannot_be_made(start_mirror, tmp_path):
    occupied = write(tmp_path / "occupied", b"a file where the folder should be")
    with pytest.raises(DownloadError) as caught:
        download(occupied / "mnist", start_mirror(send))
    assert str(caught.value) == (
        f"MNIST cannot be stored in {occupied / 'mnist'} (Not a directory); make room for 0 MB there, "
        "or name another folder in the environment variable MNIST_ANN_CACHE."
    )


def test_a_folder_that_cannot_be_written(start_mirror, folder, tmp_path):
    folder.mkdir(parents=True)
    for parent in (folder, folder.parent, tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o555 if parent == folder else 0o755)
    mirror = start_mirror(send)
    with as_ordinary_user(), pytest.raises(DownloadError, match=r"cannot be stored in .* \(Permission denied\)"):
        download(folder, mirror)


def test_a_disk_that_takes_no_more_stops_the_download_and_leaves_nothing(start_mirror, tmp_path):
    resource = pytest.importorskip("resource")
    folder = tmp_path / "mnist"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(DownloadError, match=r"cannot be stored in .* \(File too large\); make room"):
            download(folder, start_mirror(send))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, previous)
    assert names_in(folder) == set()


def test_what_a_killed_process_left_half_written_goes(start_mirror, folder):
    old, new = (write(folder / f".{IMAGES.name}.{number:08x}.part", b"half") for number in (0, 1))
    os.utime(old, (1e9, 1e9))
    download(folder, start_mirror(send))
    assert names_in(folder) == {*CONTENTS, new.name}


def test_the_real_list_is_that_of_mnist(shared_folder):
    assert {file.name for file in MNIST_FILES} == set(CONTENTS)
    for file in MNIST_FILES:
        content = gzip.decompress((shared_folder / "mnist" / f"{file.name}.gz").read_bytes())
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    assert all(mirror.startswith(("https://", "http://")) and mirror.endswith("/") for mirror in MIRRORS)
