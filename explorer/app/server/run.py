"""Starting the web server: a free port, the address to open, uvicorn."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from explorer.app.server.pages import Pages
from explorer.base.errors import InputError

TRIES = 20
STOP_S = 10
"""How long requests that are being answered keep the server from stopping."""


@contextmanager
def pages_running() -> Iterator[Pages]:
    """The process of the pages until the end of the block. It loads while this one still loads other things."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that a server that is told to stop tidies up
    pages = Pages()
    try:
        yield pages
    except KeyboardInterrupt:
        pass
    finally:
        pages.close()


def run_server(pages: Pages, address: str, port: int, *, open_browser: bool, start: str = "") -> None:
    """Serve the app until it is stopped; InputError when no port is free.

    start: what the browser opens, from the page's name on; "" for the home page.
    """
    from explorer.app.access.links import key_links

    free = free_port(address, port)
    if free != port:
        print(f"\n  Port {port} is in use; {free} is taken instead.", flush=True)
    shown = "localhost" if address in ("0.0.0.0", "127.0.0.1", "::") else address
    url = f"http://{shown}:{free}"
    print(f"\n  Similarity Explorer is at {url}   (stop with Ctrl+C)\n", flush=True)
    if start:
        print(f"  The tour starts at {url}/{start}\n", flush=True)
    for line in key_links(url):
        print(f"  {line}", flush=True)
    if open_browser and has_desktop():
        Thread(target=_open_when_ready, args=(address, free, f"{url}/{start}" if start else url), daemon=True).start()
    _serve(pages, address, free)
    if pages.died.is_set():
        raise InputError("The pages could not be kept running; the messages above say why.")


def _serve(pages: Pages, address: str, port: int) -> None:
    """Serve what people talk to until it is stopped, or until the pages cannot be kept running."""
    import uvicorn

    from explorer.app.server.asgi import front
    from explorer.app.server.passing import PassedSocket

    server = uvicorn.Server(
        uvicorn.Config(
            front(pages.address),
            host=address,
            port=port,
            http="h11",
            ws=PassedSocket,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=STOP_S,
        )
    )

    def end() -> None:
        pages.died.wait()
        server.should_exit = True

    Thread(target=end, daemon=True).start()
    server.run()


def free_port(address: str, port: int) -> int:
    """The first free port from `port` on; InputError after twenty."""
    for candidate in range(port, port + TRIES):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, candidate))
            except OSError:
                continue
            return candidate
    raise InputError(
        f"Expected a free port on {address} from {port} to {port + TRIES - 1}; all are in use. Give --port."
    )


def has_desktop() -> bool:
    """Whether a web browser can be opened here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_when_ready(address: str, port: int, url: str) -> None:
    import time
    import webbrowser

    target = "127.0.0.1" if address == "0.0.0.0" else address
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex((target, port)) == 0:
                webbrowser.open(url)
                return
        time.sleep(0.1)
