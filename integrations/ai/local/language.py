"""In which language a text is written: always a best guess, with how sure it is. Without a network.

The script decides where one language alone is written in it. Among the others, py3langid's scores of byte sequences are
summed with what small words and letters speak for (`language_words`): short posts are hardly more than those.

Codes are ISO 639-1. Norwegian is `no`, Bokmål and Nynorsk alike.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.domain.triage import Guess
from integrations.ai.local.language_words import LETTERS, WORDS

LIKELY = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr", "zh")
"""Those that a text is in unless much speaks for another."""

LANGUAGES = (
    *LIKELY, "bg", "cs", "da", "el", "fa", "fi", "he", "hi", "hu", "id", "ko", "no", "ro", "ru", "sv", "sw", "th", "uk", "ur", "vi",
)  # fmt: skip
"""All that are told apart when nothing else is configured."""

# Fitted on sentences, posts and fragments in all of these languages that are not part of Baton: the scores are logarithms of
# likelihoods, and divided by the last figure times the root of the length they give what is right so often as they say.
_WORD, _LETTER, _UNLIKELY, _SPREAD = 5.0, 8.0, 8.0, 0.7
_LONGEST = 400
"""Characters that are looked at: a language is known by then."""
_UNKNOWN = 0.05
_MIXED = 2
"""From so many words of another language on, a text may be a mix."""

_SCRIPTS: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "kana": (re.compile("[\u3041-\u30ff\uff66-\uff9f]"), ("ja",)),
    "han": (re.compile("[\u3400-\u9fff\uf900-\ufaff]"), ("zh", "ja")),
    "hangul": (re.compile("[\u1100-\u11ff\uac00-\ud7af]"), ("ko",)),
    "arabic": (re.compile("[\u0620-\u06ff\u0750-\u077f]"), ("ar", "fa", "ur")),
    "cyrillic": (re.compile("[\u0400-\u04ff]"), ("ru", "uk", "bg", "sr", "mk", "be", "kk")),
    "greek": (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), ("el",)),
    "hebrew": (re.compile("[\u05d0-\u05ea]"), ("he",)),
    "thai": (re.compile("[\u0e01-\u0e5b]"), ("th",)),
    "devanagari": (re.compile("[\u0900-\u097f]"), ("hi", "mr", "ne")),
}
_ELSEWHERE = frozenset(language for _, languages in _SCRIPTS.values() for language in languages)
_DOUBLE = {"kana", "han", "hangul"}
"""One sign of these says as much as two letters."""
_JAPANESE = frozenset("気駅円売読込働株応対図実発変単価払戻届様県鉄沢桜浜権検険験雑浅残々畑峠枠")
_CHINESE = frozenset("们这个说时来对过发还没么吗呢的了不我你他是就都很什吧给让请谢您她它啊买卖电话问题为")

_NOT_SAID = re.compile(r"https?:\S*|www\.\S+|[\w.+-]*@[\w.@-]+|\b(?:RT|MT)\b|&\w+;")
_SIGNS = re.compile(r"[^\w\s'’¿¡.,!?\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u0e00-\u0eff-]|[\d_#]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_WORDS_OF = re.compile(r"[^\W\d_]+")
_FORMS = re.compile("[\ufb50-\ufefc\uff21-\uff5a]")
"""Arabic letters as they are printed, and wide Latin ones: the same letters by other numbers."""
_PLAIN = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "ß": "ss", "đ": "d"})


def clean(text: str) -> str:
    """What somebody said in the text: without links, names, numbers, emoji and drawn-out letters."""
    text = text[:_LONGEST]
    if _FORMS.search(text):
        text = unicodedata.normalize("NFKC", text)
    text = _DRAWN_OUT.sub(r"\1\1", _SIGNS.sub(" ", _NOT_SAID.sub(" ", text)))
    return " ".join(text.split())


class LanguageReader:
    """Tells languages apart, among those given; those that are `likely` are preferred where little is said.

    Loading takes a moment: at the first text, or before it through `warm`.
    """

    def __init__(self, languages: Iterable[str] = LANGUAGES, likely: Iterable[str] = LIKELY) -> None:
        self.languages = tuple(dict.fromkeys(languages))
        if not self.languages:
            raise ValueError("no language to tell apart")
        self._likely = frozenset(likely) & set(self.languages) or frozenset(self.languages)
        self._latin = tuple(language for language in self.languages if language not in _ELSEWHERE) or self.languages
        self._words = _table(WORDS, self.languages)
        self._letters = _table({language: " ".join(letters) for language, letters in LETTERS.items()}, self.languages)
        self._identifier: LanguageIdentifier | None = None
        self._loading = Lock()

    def warm(self) -> None:
        """Load the model, unless it is loaded. Raises `ValueError` for a language that it does not know."""
        self._model()

    def _model(self) -> LanguageIdentifier:
        if self._identifier is None:
            with self._loading:
                if self._identifier is None:
                    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
                    identifier.set_languages(self.languages)
                    self._identifier = identifier
        return self._identifier

    def guess(self, text: str) -> Guess:
        """The language that the text is most likely in, and how likely: low for few words, and for a mix of languages."""
        said = clean(text)
        if not said:
            return self._unknown(text[:_LONGEST])
        script, signs, share = _script(said)
        if script is None:
            return self._among(said, self._latin)
        candidates = [language for language in _SCRIPTS[script][1] if language in self.languages]
        if not candidates:
            return Guess(self._among(said, self.languages).name, _UNKNOWN)
        if script == "han":
            return Guess(_of_han(said, candidates), round(share * (0.9 - 0.4**signs / 2), 3))
        if len(candidates) == 1:
            return Guess(candidates[0], round(share * (0.995 - 0.4**signs), 3))
        among = self._among(said, candidates)
        return Guess(among.name, round(among.confidence * share, 3))

    def words(self, text: str, language: str) -> tuple[str, ...]:
        """The small words of a text that speak for a language."""
        said = dict.fromkeys(_WORDS_OF.findall(clean(text).lower()))
        return tuple(word for word in said if language in self._words.get(word, ()))

    def _unknown(self, text: str) -> Guess:
        """Nothing was said: names, tags or signs alone."""
        if any(sign.isalpha() for sign in text):
            return Guess(self._among(text, self.languages).name, _UNKNOWN)
        return Guess("en" if "en" in self._likely else min(self._likely), _UNKNOWN)

    def _among(self, said: str, candidates: Iterable[str]) -> Guess:
        low = said.lower()
        ranked = dict(self._model().rank(low if _is_loud(said) else said))
        scores = {
            language: ranked[language] - (0 if language in self._likely else _UNLIKELY) for language in candidates
        }
        words, letters = set(_WORDS_OF.findall(low)), set(low)
        for table, weight, found in ((self._words, _WORD, words), (self._letters, _LETTER, letters)):
            for each in found:
                for language in table.get(each, ()):
                    if language in scores:
                        scores[language] += weight
        best = max(scores, key=scores.__getitem__)
        spread = _SPREAD * math.sqrt(len(said.encode("utf-8", "replace")))
        against = sum(math.exp((score - scores[best]) / spread) for score in scores.values())
        return Guess(best, round(self._unmixed(best, words) / against, 3))

    def _unmixed(self, best: str, words: Iterable[str]) -> float:
        """How much of the small words that tell languages apart is of the best one: in a mix of two, less than all."""
        own, others = 0, Counter[str]()
        for word in words:
            languages = self._words.get(word, ())
            if best in languages:
                own += 1
            else:
                others.update(languages)
        other = max(others.values(), default=0)
        return 1.0 if other < _MIXED else (own + 1) / (own + 1 + other)


def guess(text: str) -> Guess:
    """The language of a text, among all that are told apart when nothing is configured."""
    return _usual().guess(text)


@cache
def _usual() -> LanguageReader:
    return LanguageReader()


def _is_loud(said: str) -> bool:
    return sum(map(str.isupper, said)) > len(said) // 2


def _script(said: str) -> tuple[str | None, int, float]:
    """The script that most is written in (None for Latin), how many signs, and their share of all."""
    if said.isascii() or max(said) < "\u0370":
        return None, 0, 1.0
    counts = {script: len(form.findall(said)) for script, (form, _) in _SCRIPTS.items()}
    foreign = sum(counts.values())
    letters = sum(sign.isalpha() for sign in said)
    if counts["kana"] and counts["kana"] * 10 >= counts["han"]:
        counts["kana"] += counts.pop("han")
    script = max(counts, key=counts.__getitem__)
    weight = 2 if script in _DOUBLE else 1
    latin = max(0, letters - foreign)
    if counts[script] * weight <= latin or not counts[script]:
        return None, 0, 1.0
    signs = counts[script]
    return script, signs, signs * weight / (signs * weight + latin + (foreign - signs))


def _of_han(said: str, candidates: list[str]) -> str:
    if len(candidates) == 1:
        return candidates[0]
    signs = set(said)
    return "ja" if len(signs & _JAPANESE) > len(signs & _CHINESE) else "zh"


def _table(listed: Mapping[str, str], languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For which languages each word speaks, also written without its accents; Vietnamese would be anything then."""
    table: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for language in languages:
        for word in _WORDS_OF.findall(listed.get(language, "")):
            table[word][language] = None
            if len(word) > 1 and word < "\u0250" and language != "vi":
                table[_unaccented(word)][language] = None
    return {word: tuple(speaks) for word, speaks in table.items()}


def _unaccented(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.translate(_PLAIN))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
