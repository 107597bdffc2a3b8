"""The program: `python -m hpobench`."""

from .cli import main

if __name__ == "__main__":
    main()
