"""The program's commands, each in a file of its own, and how they print."""
