"""A program that asks a fork server for a job, which uses this program's input and output.

Any Python can run it, because it imports the standard library alone:
`python fork_client.py PATH FUNCTION ARGUMENT...`. The program ends when the job ends, with the
job's exit code; if the program is ended first, the job is ended, too. The job has the limit of
memory that this program has.
"""

import json
import os
import socket
import struct
import sys
from collections.abc import Generator
from contextlib import contextmanager

KILLED = 128 + 9
"""The exit code where the job was killed, as shells have it."""


@contextmanager
def near(path: str) -> "Generator[str]":
    """Yield a short path to a socket, because its own may exceed the 107 bytes that are allowed."""
    folder = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY)  # noqa: PTH120  # quick
    try:
        yield f"/proc/self/fd/{folder}/{os.path.basename(path)}"  # noqa: PTH119
    finally:
        os.close(folder)


def main(path: str, function: str, *arguments: str) -> int:
    """Ask for a job, and return its exit code when it has ended.

    KILLED: the job was killed, or it can't be asked for any more.
    """
    memory = os.environ.get("HPOBENCH_MEMORY")
    asked = {"function": function, "arguments": arguments, "files": 3, "memory": memory}
    request = json.dumps(asked).encode()
    try:
        text = _answer(path, request)
    except OSError:  # the server or the warden was killed
        return KILLED
    message = json.loads(text)
    if "unwritable" in message:
        sys.stderr.write(message["unwritable"])
    code = int(message.get("exit", KILLED))
    return code if code >= 0 else 128 - code


def _answer(path: str, request: bytes) -> bytes:
    """Ask for a job and return the last message, {} if there is none; raises OSError."""
    with socket.socket(socket.AF_UNIX) as link:
        with near(path) as reached:
            link.connect(reached)
        link.sendall(struct.pack("!i", len(request)) + request)
        socket.send_fds(link, [b"f"], [0, 1, 2])
        with link.makefile("rb") as answers:
            size = answers.read(4)
            return answers.read(*struct.unpack("!i", size)) if size else b"{}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
