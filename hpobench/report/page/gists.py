"""What is in each section of the page, in a line: it is read where the section is folded."""

from collections.abc import Mapping

GISTS: Mapping[str, str] = {
    "summary": "The ranking with its intervals and tests, on all problems and on kinds of them.",
    "budget": "Who leads when: regrets and ranks over the evaluations, and what each one is worth.",
    "comparison": "Who beats whom, whether it hangs on a problem, and other ways of looking.",
    "each-problem": "The best on each problem, its curves, and where each strategy wins.",
    "textbook": "Common claims on tuning, and whether these runs bear them out.",
    "validation": "What is lost where the validation data were fitted too closely.",
    "time": "How long strategies think before they suggest, and what that buys.",
    "systems": "Systems with learners of their own, on the same problems, ranked with none.",
    "figures": "The figures as they are printed in papers.",
    "runs": "Strategies and problems in full, what failed, and what each run took.",
    "method": "How regrets, tests and intervals are defined.",
    "reproduce": "The commands that make these runs and this report again.",
    "glossary": "The words that a newcomer does not know.",
}
"""The line of each section, by its anchor."""
