"""A program that asks a fork server for a job, which uses this program's input and output.

Any Python can run it, because it imports the standard library alone:
`python fork_client.py PATH FUNCTION ARGUMENT...`. The program ends when the job ends, with the
job's exit code; if the program is ended first, the job is ended, too.
"""

import json
import os
import socket
import struct
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def near(path: str) -> "Generator[str]":
    """Yield a short path to a socket, because its own may exceed the 107 bytes that are allowed."""
    folder = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY)  # noqa: PTH120  # quick
    try:
        yield f"/proc/self/fd/{folder}/{os.path.basename(path)}"  # noqa: PTH119
    finally:
        os.close(folder)


def main(path: str, function: str, *arguments: str) -> int:
    """Ask for a job, and return its exit code when it has ended; 1: its warden was killed."""
    request = json.dumps({"function": function, "arguments": arguments, "files": 3}).encode()
    with socket.socket(socket.AF_UNIX) as link:
        with near(path) as reached:
            link.connect(reached)
        link.sendall(struct.pack("!i", len(request)) + request)
        socket.send_fds(link, [b"f"], [0, 1, 2])
        with link.makefile("rb") as answers:
            size = answers.read(4)
            message = answers.read(*struct.unpack("!i", size)) if size else b"{}"
    code = int(json.loads(message).get("exit", 1))
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
