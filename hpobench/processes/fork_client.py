"""A program that has a fork server do a job with this program's own input and output.

It is run by itself, under any Python, and so stands on the standard library alone:
`python fork_client.py PATH FUNCTION ARGUMENT...`. It ends when the job does, with its exit code;
the job ends when it does.
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
    """Give another path to a socket, for its own may be longer than the 107 bytes it may have."""
    folder = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY)  # noqa: PTH120  # quick
    try:
        yield f"/proc/self/fd/{folder}/{os.path.basename(path)}"  # noqa: PTH119
    finally:
        os.close(folder)


def main(path: str, function: str, *arguments: str) -> int:
    """Return the exit code of a job, 1 where it was killed."""
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
