"""Cutting a row of things into parts of about one size, as pages and columns need it."""

from collections.abc import Sequence


def evenly(sizes: Sequence[float], room: float) -> list[tuple[int, int]]:
    """Cut a row of things into as few parts as possible that have room for them.

    A part is its beginning and its end (exclusive). Of several ways to cut, it is the one that
    leaves the fewest things alone and, then, the one with the evenest parts. A thing larger than
    the room is alone in its part.

    >>> evenly([1, 1, 1, 1, 1], 4)
    [(0, 3), (3, 5)]
    """
    best: list[tuple[int, int, float]] = [(0, 0, 0.0)]
    starts = [0]
    for end in range(1, len(sizes) + 1):
        costs, taken = list[tuple[tuple[int, int, float], int]](), 0.0
        for start in range(end - 1, -1, -1):
            taken += sizes[start]
            if taken > room and start < end - 1:
                break
            parts, alone, squares = best[start]
            costs.append(((parts + 1, alone + (start == end - 1), squares + taken**2), start))
        cost, start = min(costs, key=lambda each: (each[0], -each[1]))
        best.append(cost)
        starts.append(start)
    found: list[tuple[int, int]] = []
    end = len(sizes)
    while end:
        found.append((starts[end], end))
        end = starts[end]
    return found[::-1]
