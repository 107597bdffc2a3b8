"""A program that has a fork server do a job with this program's own input and output.

It is run by itself, under any Python, and so stands on the standard library alone:
`python fork_client.py PATH FUNCTION ARGUMENT...`. It ends when the job does, with its exit code;
the job ends when it does.
"""

import json
import socket
import struct
import sys


def main(path: str, function: str, *arguments: str) -> int:
    """Return the exit code of a job, 1 where it was killed."""
    request = json.dumps({"function": function, "arguments": arguments, "files": 3}).encode()
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        link.sendall(struct.pack("!i", len(request)) + request)
        socket.send_fds(link, [b"f"], [0, 1, 2])
        with link.makefile("rb") as answers:
            size = answers.read(4)
            message = answers.read(*struct.unpack("!i", size)) if size else b"{}"
    code = int(json.loads(message).get("exit", 1))
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
