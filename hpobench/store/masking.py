"""Passwords and tokens in a command or a URL are left out before it is kept or shown."""

import re

STARS = "***"
_USER = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?:([^\s/?#:@]*:)[^\s/]*|[^\s/?#]*)@")
"""What stands before the host in a URL: a user with a password, or a token or a user alone."""
_NAMED = (
    r"(?:[\w.-]*[_.-])?(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|signature"
    r"|auth(?:orization)?|(?:api|access|secret|private)[_-]?key)"
)
"""The name of a secret."""
_ASSIGNED = re.compile(rf"(?i)\b({_NAMED}[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&]+)")
"""A name that says what it holds, with its value."""
_OPTION = re.compile(rf"(?i)--?{_NAMED}|{_NAMED}:")
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_|github_pat_|glpat-|hf_|sk-|pypi-|xox[abeoprs]-|npm_|AKIA|ASIA|AIza|eyJ)"
    r"[\w.~+/=-]{12,}"
)
"""Tokens of services, which have beginnings of their own."""


def masked(text: str) -> str:
    """Return a text with stars in place of what looks like a password or a token.

    >>> masked("mysql://me:secret@host/db?password=x&a=1"), masked("asha:api_key=abc,eta=3")
    ('mysql://me:***@host/db?password=***&a=1', 'asha:api_key=***,eta=3')
    """
    shown = _USER.sub(rf"\1\2{STARS}@", text)
    return _TOKEN.sub(STARS, _ASSIGNED.sub(rf"\1{STARS}", shown))


def holds_secret(url: str) -> bool:
    """Tell whether a URL holds a password or a token; a user alone may be none.

    >>> [holds_secret(f"sftp://{each}host/x") for each in ("", "me@", "me:secret@", "me:a ?b@")]
    [False, False, True, True]
    """
    user = _USER.search("".join(url.split()))
    password = user is not None and user[2] is not None
    return password or _ASSIGNED.search(url) is not None or _TOKEN.search(url) is not None


def masked_words(words: list[str]) -> list[str]:
    """Return the words of a command, masked; what follows an option for a secret is one, too.

    >>> masked_words(["--token", "abc", "--seeds", "3"])
    ['--token', '***', '--seeds', '3']
    """
    before = ["", *words]
    return [
        STARS if _OPTION.fullmatch(option) else masked(word)
        for option, word in zip(before, words, strict=False)
    ]
