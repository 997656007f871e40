"""A PostgreSQL server of the tests' own, from Debian's packages: in a temporary folder, gone at the end."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

USER, PASSWORD = "judge", "well kept"
QUICK = "-c fsync=off -c max_connections=60 -c shared_buffers=32MB"
RULES = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where no PostgreSQL is installed."""
    known = shutil.which("initdb")
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    last = known or (found[-1] if found else None)
    return Path(last).parent if last else None


@dataclass(frozen=True)
class Server:
    """A running server. address: by a socket, which takes anybody; port: of this machine, which asks for PASSWORD."""

    bin: Path
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql://{USER}@/judgments?host={self.folder}&port={self.port}"

    @property
    def by_port(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/judgments"

    def run(self, *words: str) -> None:
        """Run one of PostgreSQL's programs as the owner of the server, which root may not be."""
        owner = pwd.getpwnam("nobody").pw_name if os.getuid() == 0 else None
        command = [str(self.bin / words[0]), *words[1:]]
        done = subprocess.run(command, user=owner, cwd=self.folder, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start it, or start it again."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {QUICK}"
        self.run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, as if it had lost its power."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stop it and remove all it has written."""
        self.stop()
        shutil.rmtree(self.folder)


def new_server(found: Path) -> Server:
    """A server that runs, with one database."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(found, folder, port)
    server.run(
        "initdb", "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync", "-A", "trust"
    )
    (folder / "data" / "pg_hba.conf").write_text(RULES)
    server.start()
    with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}&port={port}", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        connection.execute(f"CREATE DATABASE judgments OWNER {USER}")
    return server
