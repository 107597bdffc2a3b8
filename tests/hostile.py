"""Folders of results that somebody made to do harm: real ones that are altered, and sealed anew.

A seal shows damage, and no malice: whoever alters a file can seal it again. So these do, and what
reads them meets every text, number and shape that JSON can hold, in each place.
"""

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from hpobench.experiment.experiment import Experiment
from hpobench.experiment.one_run import perform_run
from hpobench.experiment.planning import plan
from hpobench.experiment.session_log import SessionLog
from hpobench.json_forms import run_from_json
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.store import Store
from hpobench.store.run_lines import Chain

CANARY = "HARMED"
"""The file that any code in these folders would make, in the current folder."""
CODE = f"__import__('os').system('touch {CANARY}')"
NAMES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "</script><script>alert(1)</script>", "javascript:alert(1)", "{{ 7*7 }}", "{% raw %}",
    "${jndi:ldap://x}", "\\write18{touch HARMED}", "\\input{/etc/passwd}", "}\\end{document}",
    "^^5cinput{x}", "$\\immediate$", "=cmd|'/C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\t=1+1",
    "\x1b]0;title\x07", "\x1b[2J\x1b[31m", "\x9b31m", "a\rb", "a\nb", "a\x00b", "\x7f", "\u202eabc",
    "\u200b", "\ufeff", "\ud800", "..", ".", "../../outside", "/etc/passwd", "C:\\Windows", "CON",
    "nul.txt", "COM1", "aux", "trailing.", "trailing ", " leading", "~root", "-rf", "", " ",
    "a/b/c", "a\\b", "%2e%2e%2f", "file:///etc/passwd", "é", "e\u0301", "ﬀ", "İ", "Random-Search",
    "x" * 300, "日" * 200, "🙂" * 100, "x" * 100_000, "__class__", "constructor", "__proto__",
    "toString", CODE, f"!!python/object/apply:os.system ['touch {CANARY}']", "./evil.py",
    "evil.py:x=1", "%s%n", "[link](javascript:alert(1))", "| a | b |", "`x`", "# heading",
    "random-search:eta=4", "branin+noise=1", "&lt;", "&#60;img src=x onerror=alert(1)&#62;",
)  # fmt: skip
"""Names that mean something to whoever shows them: a page, LaTeX, a spreadsheet, a file system."""
RAW = (
    "null", "true", "0", "-1", "1", "0.5", "-0.0", "1e308", "-1e308", "5e-324", "1e999", "-1e999",
    "NaN", "Infinity", "-Infinity", "9007199254740993", "18446744073709551616", "9" * 400,
    "9" * 4300, "9" * 5000, "[]", "{}", '""', '"x"', "[null]", "[[]]", '[{"a": 1}]', '{"a": 1}',
    '{"": null}', "[1, 2, 3]", '"1/0"', '"1e99999999"', '"1e-99999999"', '"nan"', '"1/3"', '"-5"',
    '"0"', '"3/1"', "[1e999, NaN]", "[" * 500 + "]" * 500, "[" * 100_000 + "]" * 100_000,
    '{"a":' * 300 + "1" + "}" * 300, '{"$ref": "#"}', '{"py/object": "os.system"}',
    '"0-99999999"', '["' + "x" * 10_000 + '"]', "4611686018427387904", "2147483648",
)  # fmt: skip
"""Values as JSON's text: what is in a place where another kind of value belongs."""
BUDGET = Fraction(3)
"""The budget of the real runs."""
_MARK = "@@HOSTILE@@"
UNREADABLE = (
    ArithmeticError, AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError
)  # fmt: skip
"""What is raised where a content was altered so much that it can't be sealed."""


def base(folder: Path) -> None:
    """Make the real results that are altered: twelve runs, four cards and a session."""
    strategies, problems = ("random-search", "successive-halving"), ("branin", "hartmann-6-epochs")
    planned = plan(Experiment("hostile", strategies, problems, (0, 1, 2), budget=int(BUDGET)))
    store, first = Store(folder), next(iter(planned.runs))
    with store.writing(first.budget, first.workers):
        for run in planned.runs:
            perform_run(run, folder)
        for strategy in planned.strategies:
            store.put_card(strategy_card(strategy))
        for problem in planned.problems:
            store.put_card(problem_card(problem))
        with SessionLog(store, planned, "shared", 1).kept([]):
            pass


def altered(folder: Path, luck: random.Random) -> str:
    """Alter a folder of results in one to three places; return what was done, in words."""
    said = list[str]()
    for _ in range(luck.choice((1, 1, 2, 3))):
        if luck.random() < 0.3:
            old = luck.choice(("random-search", "successive-halving", "branin", "epochs", "x1"))
            new = luck.choice(NAMES)
            renamed(folder, old, new)
            said.append(f"{old} is called {new[:40]!r}")
            continue
        kinds = ("cards/*", "sessions/*", "runs/*/*/*", "results.json")
        path = luck.choice(sorted(folder.glob(luck.choices(kinds, (4, 4, 4, 1))[0])))
        place = rewritten(path, partial(changed, luck=luck), luck)
        said.append(f"{path.relative_to(folder)}: {place}")
    return "; ".join(said)


def renamed(folder: Path, old: str, new: str) -> None:
    """Call something by another name in all files, as if it had always had that name."""
    was, now = json.dumps(old).encode(), json.dumps(new).encode()
    for path in sorted(folder.rglob("*.json*")):
        _seal(path, [row.replace(was, now) for row in _rows(path)])


def put(path: Path, place: str, value: str) -> None:
    """Put a value, as the text of JSON, at a place of a file's first row, and seal the file."""

    def change(content: Any) -> tuple[str, str]:  # noqa: ANN401  # JSON
        *above, key = place.removeprefix("/").split("/")
        for name in above:
            content = content[name]
        content[key] = _MARK
        return place, value

    rewritten(path, change, None)


def rewritten(
    path: Path, change: Callable[[Any], tuple[str, str]], luck: random.Random | None
) -> str:
    """Change a row of a file, and seal the file under the name that fits; say what was done.

    `luck` chooses the row; None: it is the first.
    """
    rows = _rows(path)
    at = 0 if luck is None else luck.randrange(len(rows))
    try:
        content = json.loads(rows[at])
    except (ValueError, RecursionError):  # it was altered before
        return "nothing"
    place, value = change(content)
    rows[at] = text_of(content, value)
    _seal(path, rows)
    return f"{place} = {value[:60]}"


def text_of(content: Any, value: str) -> bytes:  # noqa: ANN401  # JSON
    """Return the text of an object, with a value, as JSON's text, at its changed place."""
    return json.dumps(content).replace(json.dumps(_MARK), value).encode()


def changed(content: Any, luck: random.Random) -> tuple[str, str]:  # noqa: ANN401  # JSON
    """Change one place of an object, chosen by luck; return the place and the text of its value."""
    where, key, name = _place(content, "", luck)
    if luck.random() < 0.15 and isinstance(where, dict):
        del where[key]
        return f"without {name}", ""
    where[key] = _MARK
    return name, json.dumps(luck.choice(NAMES)) if luck.random() < 0.4 else luck.choice(RAW)


def _place(content: Any, name: str, luck: random.Random) -> tuple[Any, Any, str]:  # noqa: ANN401  # JSON
    """Choose a place of an object, level by level: what holds it, its key there, and its name."""
    key = luck.choice([*content] if isinstance(content, dict) else [*range(len(content))])
    value, called = content[key], f"{name}/{key}"
    if isinstance(value, dict | list) and value and luck.random() < 0.8:
        return _place(value, called, luck)
    return content, key, called


def _rows(path: Path) -> list[bytes]:
    """Return the rows of a run's file, or the whole of another one, without their hashes."""
    data = path.read_bytes()
    if path.suffix == ".jsonl":
        return [re.sub(rb',"hash":"[^"]*"}$', b"}", row) for row in data.splitlines()]
    return [re.sub(rb',\s*"hash": "[0-9a-f]*"\s*}\s*$', b"}", data)]


def _seal(path: Path, rows: list[bytes]) -> None:
    """Write a file with the hashes that it needs; a run gets the name that it needs, too."""
    if path.suffix == ".jsonl":
        path.write_bytes(b"".join(_sealed_rows(rows)))
        with suppress(*UNREADABLE):  # a header that names no run has no name that would fit
            run = run_from_json(json.loads(rows[0])["run"])
            named = Store(path.parents[3]).path(run).with_suffix(path.suffix)
            named.parent.mkdir(parents=True, exist_ok=True)
            path.rename(named)
        return
    (row,) = rows
    with suppress(*UNREADABLE):  # what is no JSON needs no hash
        text = json.dumps(json.loads(row), indent=1) + "\n"
        seal = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        row = row[: row.rindex(b"}")] + f', "hash": "{seal}"}}\n'.encode()
    path.write_bytes(row)
    with suppress(*UNREADABLE):
        content = json.loads(row)
        kind, identity = content["kind"], content["identity"]
        text = json.dumps((kind, identity["name"], identity["version"]))
        path.rename(path.with_stem(hashlib.blake2b(text.encode(), digest_size=8).hexdigest()))


def _sealed_rows(rows: list[bytes]) -> Iterator[bytes]:
    """Yield the lines of a run's file, with the hashes and the digest that they need."""
    chain, lines = Chain(), hashlib.blake2b(digest_size=8)
    for row in rows:
        with suppress(*UNREADABLE):
            ended = json.loads(row)
            if "digest" in ended:
                facts = {key: ended[key] for key in ended if key not in {"measured", "digest"}}
                digest = chain.digest(facts).encode()
                row = row.replace(ended["digest"].encode(), digest)  # noqa: PLW2901  # the same row
        body = row[: row.rindex(b"}")].replace(b'"measured": ', b'"measured":')
        body = body.replace(b', "measured":', b',"measured":')  # as the reader looks for it
        lines.update(body)
        line = body + b',"hash":"' + lines.hexdigest().encode() + b'"}'
        chain.fits(line)
        yield line + b"\n"
