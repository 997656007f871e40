"""The process that reads one file after the other for a server: `python -m explorer.io.guard.worker FD MIB MODULES`.

It may use so much memory, writes no files and ends with its server. On Linux the limit counts what a process can write
to (RLIMIT_DATA); elsewhere the system does not enforce it and only the time is limited.
"""

import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from importlib import import_module

from explorer.base import errors
from explorer.base.errors import ExplorerError
from explorer.io.guard.packets import Packet, receive, send

Task = Callable[[Packet], Packet]
MIB = 1 << 20
ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Pools of memory and of threads would be counted before they are used."""


def limit_memory(size: int) -> None:
    """Let this process have at most `size` bytes of memory; what asks for more gets MemoryError. For Linux."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def answer(request: Packet) -> Packet:
    """What the task that `request` names returns, or its error: {"error": name of the class, "message", "trace"}."""
    try:
        done = _task(request.values["task"])(Packet(request.values["values"], request.blobs))
        return Packet({"done": done.values}, done.blobs)
    except ExplorerError as error:
        return Packet({"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        return Packet({"error": "MemoryError", "message": ""})
    except Exception as error:  # a reader raised what it should not
        message = f"It cannot be read ({type(error).__name__}: {error})."
        return Packet({"error": "InputError", "message": message, "trace": traceback.format_exc()})


def error_of(values: dict[str, str]) -> ExplorerError:
    """The error that a worker sent, as it was raised there."""
    kind = getattr(errors, values["error"], None)
    if isinstance(kind, type) and issubclass(kind, ExplorerError):
        return kind(values["message"])
    return ExplorerError(values["message"])


def _task(name: str) -> Task:
    module, _, function = name.partition(":")
    task: Task = getattr(import_module(module), function)
    return task


def serve(connection: socket.socket) -> None:
    """Say that all is ready, then answer one request after the other until the server closes or memory ran out."""
    send(connection, Packet({"ready": True}))
    while (request := receive(connection)) is not None:
        reply = answer(request)
        send(connection, reply)
        if reply.values.get("error") == "MemoryError":
            return


def main(descriptor: int, size: int, modules: list[str]) -> None:
    """Set the limits, import what will be needed, and serve."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    connection = socket.socket(fileno=descriptor)
    for module in modules:
        import_module(module)
    limit_memory(size)
    serve(connection)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) * MIB, sys.argv[3:])
    os._exit(0)  # threads of libraries are not waited for
