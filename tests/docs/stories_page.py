"""docs/stories.md out of the simulated stories: what each says of itself, and one playing of it through the product.

`python -m tests.docs.stories_page` writes the page; `test_stories_page` fails when it is not what this makes.
"""

import inspect
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.dev.simulate.cast import STORIES, Story
from tests.played import Step, play

PAGE = Path(__file__).parents[2] / "docs" / "stories.md"
SEED = 7

HEAD = """\
# The simulated customers
Made from `app/dev/simulate/stories.py` and `app/dev/simulate/grievances.py` by `python -m tests.docs.stories_page`.

Who lives in the [demo](demo.md): twelve stories, each told to many customers with other words, times and channels, and `hot`, one customer with three of a hundred records, who lives no story and does everything often (a hot key). Besides their story, customers do everyday things: they look, search, ask, buy, answer (`app/dev/simulate/everyday.py`).

Under each story stands what a worker must make of it alone with the shipped [policy](policy.md), and what it must not; `tests/unit/app/dev/simulate/test_cast.py` holds the product to that for many seeds. The table shows one playing of it: time since the first touchpoint, what came, the score, the stage and the reasons after it ([windows-and-risk.md](windows-and-risk.md) explains them), and the alert it published. Touchpoints in a row that changed nothing stand in one line.

What the customers say is in `app/dev/simulate/data/phrases.tsv`, a row a sentence: language, mood, sentence. A language is in use as soon as it has rows.
"""  # noqa: E501 - a paragraph of the page is a line


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(story, share) for story, share in STORIES)


def _section(story: Story, share: int) -> str:
    said, *claims = inspect.cleandoc(story.__doc__ or "").split("\n\n")
    listed = "".join(f"- {claim}\n" for claim in _claims("\n".join(claims)))
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows(play(story, SEED)))
    head = "| after | what | score | level | stage | reasons | alert |\n|---|---|---|---|---|---|---|\n"
    title = story.__name__.replace("_", " ").capitalize()
    intro = f"`{story.__name__}`, {share} % of the customers. {' '.join(said.split())}"
    return f"\n## {title}\n{intro}\n\n{listed}\n{head}{rows}"


def _claims(text: str) -> Iterator[str]:
    """The Must and the Must not, each as one line."""
    must, _, must_not = text.partition("\nMust not:")
    for name, claim in (("Must:", must.removeprefix("Must:")), ("Must not:", must_not)):
        yield f"{name} {' '.join(claim.split())}"


def _rows(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    for _, group in itertools.groupby(steps, _outcome):
        first, *more = group
        what = Counter(_what(step) for step in (first, *more))
        reasons = ", ".join(f"`{rule}` {points:+d}" for rule, points in first.points.items())
        alert = f"**{first.alert['change']}**" if first.alert else ""
        named = ", ".join(f"{each} x {count}" if count > 1 else each for each, count in what.items())
        after = _after(first.at_ms - steps[0].at_ms)
        yield after, named, str(first.score), first.level, first.view["stage"], reasons, alert


def _outcome(step: Step) -> tuple[object, ...]:
    """Steps in a row with the same one stand in one line."""
    return step.points, step.level, step.view["stage"], step.alert and step.at_ms


def _what(step: Step) -> str:
    told = step.touchpoint
    score = told.get("score")
    if score is not None:
        return f"{score['metric']} {score['value']}" + (f" of {score['max']}" if "max" in score else "")
    return f"`{told['kind']}` ({told['channel'].replace('_', ' ')})"


def _after(gone_ms: int) -> str:
    minutes = gone_ms // 60_000
    return f"{minutes // 1440} d {minutes // 60 % 24:02d}:{minutes % 60:02d}"


if __name__ == "__main__":
    PAGE.write_text(page())
