"""What differs between runs, so that one sees at a glance what was changed, and what need not be said of each.

Whoever experiments changes one thing at a time, and so most settings of a run are those of most others. What more than
half of the runs have in common is said once, and of each run only what is otherwise in it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.training.recipe import Recipe
from core.training.setting_words import describe_settings, describe_turns

FROM_A_NETWORK = "continues a trained network"

GIVEN_NAME = re.compile(r"Run [\d,]+")
"""A name that nobody chose."""

MOST_VARYING = 2
"""Of so many settings that differ, each run's is told in its label."""


@dataclass(frozen=True)
class Comparison:
    """What runs have in common and what not, in words.

    Attributes
    ----------
    common : tuple of str
        What is true of every run.
    usual : tuple of str
        What is true of most: of each of which nothing else is said.
    differing : tuple of tuple of str
        What else is true of each run.
    """

    common: tuple[str, ...]
    usual: tuple[str, ...]
    differing: tuple[tuple[str, ...], ...]


def describe_run(recipe: Recipe, is_repeatable: bool) -> dict[str, str]:
    """Put all that decides a run beside the data into words, by what each piece is about.

    A setting that was changed on the way takes one piece, with all its values. A run that is not repeatable went on
    from a network that was trained elsewhere.
    """
    beginning = {} if is_repeatable else {"beginning": FROM_A_NETWORK}
    return beginning | describe_settings(recipe.config) | describe_turns(recipe)


def labels(names: Sequence[str], runs: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Name runs that were put into words by what differs: "learning rate 0.05 · Run 2".

    Only a name that the program itself has given is put behind; where much differs, what is usual goes without saying.
    """
    varying = [about for about in _abouts(runs) if len({run.get(about, "") for run in runs}) > 1]
    if len(varying) <= MOST_VARYING:
        said = [[run[about] for about in varying if about in run] for run in runs]
    else:
        said = [list(differing) for differing in compare(runs).differing]
    return tuple(
        f"{', '.join(pieces)} · {name}" if pieces and GIVEN_NAME.fullmatch(name) else name
        for name, pieces in zip(names, said, strict=True)
    )


def compare(runs: Sequence[Mapping[str, str]]) -> Comparison:
    """Tell what differs between runs that were put into words by `describe_run`."""
    common: dict[str, str] = {}
    usual: dict[str, str] = {}
    for about in _abouts(runs):
        words, count = Counter(run.get(about, "") for run in runs).most_common(1)[0]
        if count == len(runs):
            common[about] = words
        elif 2 * count > len(runs) and all(about in run for run in runs):
            usual[about] = words
    told = common | usual
    differing = tuple(tuple(words for about, words in run.items() if told.get(about) != words) for run in runs)
    return Comparison(tuple(common.values()), tuple(usual.values()), differing)


def _abouts(runs: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(about for run in runs for about in run))
