"""The scorer that the settings ask for: the built-in rules, with a tenant's own words, and perhaps a plug-in on top.

`app.worker` and the commands call `read_scorer`. A plug-in runs in a thread of its own, so that a batch waits no longer
than its budget; what it has not answered by then, or answered wrongly, stays with the rules.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import structlog

from app.counted import counted
from app.settings import Settings, SettingsError
from models.sentiment import LexiconError, RuleScorer, Scored, built_in
from models.sentiment.plug_in import PlugIn, taken

GROUP: Final = "kanarya.scorers"
RULES: Final = "rules"
"""The value of the setting `scorer` that asks for no plug-in."""
_SAY_AGAIN_S: Final = 60.0

log = structlog.get_logger()


class GuardedScorer:
    """The rules, then a plug-in within a time budget for each batch."""

    def __init__(self, rules: RuleScorer, plug_in: PlugIn, budget_s: float) -> None:
        """Take the parts; `name` names both, as either can change a score."""
        self.name: Final = f"{plug_in.name}/{plug_in.version} on {rules.name}"
        self.rules: Final = rules
        self._plug_in: Final = plug_in
        self._budget_s: Final = budget_s
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scorer")
        self._running: Future[Sequence[float | None]] | None = None
        self._silent_until = 0.0

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        """Score each text; see `models.sentiment.Scorer`. Never longer than the budget on top of the rules."""
        ruled = self.rules.score_many(texts, languages)
        if self._running is not None and not self._running.done():
            return self._left("is still busy with an earlier batch", ruled)
        self._running = self._thread.submit(
            self._plug_in.score_many, texts, [scored.language for scored in ruled], ruled
        )
        try:
            said = self._running.result(timeout=self._budget_s)
            if len(said) != len(texts):
                return self._left(f"gave {counted(len(said), 'score')} for {counted(len(texts), 'text')}", ruled)
            return [taken(scored, value) for scored, value in zip(ruled, said, strict=True)]
        except TimeoutError:
            return self._left(f"took longer than scorer_budget_s = {self._budget_s:g}", ruled)
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises, the stream goes on
            return self._left(f"failed ({type(error).__name__})", ruled)

    def _left(self, why: str, ruled: Sequence[Scored]) -> Sequence[Scored]:
        """Leave the batch to the rules, and say so at most once a minute."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + _SAY_AGAIN_S
            log.warning("scorer_left_out", scorer=self._plug_in.name, why=why, texts=len(ruled))
        return ruled


def read_scorer(settings: Settings) -> RuleScorer | GuardedScorer:
    """Build the scorer. Raises `SettingsError` that names the setting, its value and the mend."""
    rules = _rules(settings.lexicon)
    if settings.scorer == RULES:
        return rules
    found = {point.name: point for point in entry_points(group=GROUP)}
    if settings.scorer not in found:
        known = ", ".join((RULES, *sorted(found)))
        raise SettingsError([f"scorer = {settings.scorer}: is not installed; there are {known}"])
    try:
        plug_in: PlugIn = found[settings.scorer].load()()
    except Exception as error:
        raise SettingsError(
            [f"scorer = {settings.scorer}: cannot be loaded ({type(error).__name__}: {error}); mend it or take rules"]
        ) from error
    return GuardedScorer(rules, plug_in, settings.scorer_budget_s)


def _rules(folder: Path | None) -> RuleScorer:
    if folder is None:
        return built_in()
    try:
        own = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tsv"))}
        if not own:
            raise LexiconError("holds no file such as en.tsv, tr.tsv, ko.tsv or emoji.tsv")
        return built_in(own)
    except (LexiconError, UnicodeDecodeError) as error:
        raise SettingsError([f"lexicon = {folder}: {error}; see docs/sentiment.md"]) from error
    except OSError as error:
        raise SettingsError(
            [f"lexicon = {folder}: cannot be read ({error.strerror}); name a folder that can"]
        ) from error
