"""The process of the pages: Streamlit, started and watched over by the process that people talk to.

Page runs compute; in a process of their own, at a lower priority, they do not slow the answers of annotators and the
pictures. The two talk over a socket in a folder that nobody else may enter.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Lock, Thread

NICE = 5
MOST_DEATHS, MOST_DEATHS_IN_S, LONGEST_END_S = 3, 60.0, 3.0


class Pages:
    """The process, begun anew when it dies. `died`: it cannot be kept alive."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="explorer-pages-"))
        self.address = str(self._folder / "socket")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(self.address)
        self._listening.listen(2048)
        self._lock, self._ending, self.died = Lock(), False, Event()
        self._process = self._begin()
        self._watch = Thread(target=self._keep_alive, daemon=True, name="pages")
        self._watch.start()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._ending = True
        self._end(self._process)
        self._watch.join()
        self._listening.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self) -> "subprocess.Popen[bytes]":
        number = self._listening.fileno()
        return subprocess.Popen(
            [sys.executable, "-m", "explorer.app.server.pages", str(number)],
            stdin=subprocess.PIPE,
            pass_fds=(number,),
            start_new_session=True,  # Ctrl+C is for the process that people talk to; it ends this one
        )

    def _keep_alive(self) -> None:
        deaths: list[float] = []
        while True:
            code = self._process.wait()
            now = time.monotonic()
            deaths = [*(when for when in deaths if now - when < MOST_DEATHS_IN_S), now]
            if not self._begin_again(code, len(deaths)):
                return

    def _begin_again(self, code: int, deaths: int) -> bool:
        with self._lock:
            if self._ending:
                return False
            if deaths > MOST_DEATHS:
                print("The pages cannot be kept running; the server ends.", file=sys.stderr, flush=True)
                self.died.set()
                return False
            why = _reason(code)
            print(f"The process of the pages ended ({why}); it is started again.", file=sys.stderr, flush=True)
            self._end(self._process)
            self._process = self._begin()
            return True

    @staticmethod
    def _end(process: "subprocess.Popen[bytes]") -> None:
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def main(number: int) -> None:
    """Serve the pages on the listening socket of this number until standard input ends, that is the other process."""
    import uvicorn

    from explorer.app.server.asgi import application

    os.nice(NICE)
    config = uvicorn.Config(
        application,
        factory=True,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips="*",  # only the process that people talk to reaches this socket
        timeout_graceful_shutdown=1,
        ws_per_message_deflate=False,
    )
    server, listening = uvicorn.Server(config), socket.socket(fileno=number)
    folder = Path(listening.getsockname()).parent

    def end() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(LONGEST_END_S)
        os._exit(0)

    Thread(target=end, daemon=True).start()
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(int(sys.argv[1]))
