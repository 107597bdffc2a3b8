"""The program's commands, a room each, and how they speak in a terminal."""
