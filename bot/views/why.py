"""Why a conversation is where it is: each finding in words, how sure it is, what spoke for it, and the routes that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.cards import Card, Facts, Header, Paragraph, Small, Text, phrase, text
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.customer import Customer
from bot.domain.routing import Fit, Reason, case_of
from bot.domain.triage import HASHTAG, UNSURE, Guess, Reading, Why
from bot.speech import mark, say, sentence
from bot.views.reading import intent_name, mood_name, percent, why_here
from bot.views.wording import (
    department_of,
    language_name,
    listed,
    network_name,
    one_line,
    quoted,
    reason_words,
    topic_name,
)

SURE = 0.85
"""From here on a finding is called sure; it is likely from `UNSURE` on, as long as it is relied on."""

MOST_WORDS = 3
"""So many words are named for a finding, the strongest ones."""

MOST_FINDINGS = 3
"""So many kinds, departments and topics are named."""

FAINT = 0.3
"""A second department or topic that is less sure is left out."""


_SIGNS = {
    "mood": mark("its mood"),
    "?": mark("a question mark"),
    "??": mark("question marks"),
    "!": mark("an exclamation mark"),
    "!!": mark("exclamation marks"),
    "ends with ?": mark("a question mark at the end"),
    "a link": mark("a link"),
    "many hashtags": mark("many hashtags"),
    "reported together": mark("told as reports tell it"),
    "stretched letters": mark("letters written many times"),
    "CAPITALS": mark("capitals"),
    "all in CAPITALS": mark("capitals throughout"),
    "glad emoji": mark("a glad emoji"),
    "cross emoji": mark("a cross emoji"),
}
"""What speaks for a finding without being a word, as it is said."""

_FACES = frozenset({":)", ":(", ":-)", ":-(", ";)", ":D", ":/", "<3"})
"""Signs that are words of their own."""

_ABOUT = "about "
"""How the name of a topic begins that speaks for an intent."""

Rows = Iterator[tuple[str, Text]]


def why_card(c: Conversation, customer: Customer, reading: Reading, whys: Sequence[Why], config: Config) -> Card:
    """What was found in the newest post, how sure that is, which words spoke for it, and which routes it took."""
    spoke = {(why.field, why.name): why for why in whys}
    rows = (
        *_several(say("Kind"), reading.intents, "intents", intent_name, spoke, none=say("not clear")),
        *_one(say("Mood"), reading.mood, "mood", mood_name, spoke),
        (say("Urgency"), _urgency(reading)),
        (say("Language"), _said(language_name(reading.language.name) or say("not known"), reading.language)),
        *_several(say("About"), reading.topics, "topics", topic_name, spoke, none=say("nothing that Baton knows")),
        *_several(
            say("Concerns"),
            reading.departments,
            "departments",
            lambda key: department_of(key, config),
            spoke,
            none=say("no department more than others"),
        ),
        *_routes(c, customer, config),
    )
    here = why_here(c, customer, config)
    return Card(
        say("Why {ref} is here", ref=c.ref),
        (
            Header(say("Why {ref} is here", ref=c.ref)),
            *((Paragraph(text(here)),) if here else ()),
            Facts(rows),
            Small(text(_read_by(reading, whys))),
        ),
    )


def how_sure(guess: Guess) -> str:
    """`sure (93 %)`, `likely (64 %)`, `unsure (31 %)`."""
    share = percent(guess)
    if guess.confidence >= SURE:
        return say("sure ({share})", share=share)
    return say("likely ({share})", share=share) if guess.confidence >= UNSURE else say("unsure ({share})", share=share)


def _several(
    label: str,
    guesses: Iterable[Guess],
    field: str,
    called: Callable[[str], str],
    spoke: dict[tuple[str, str], Why],
    *,
    none: str,
) -> Rows:
    """A line for each of the surest findings; the faint ones only where there is no other."""
    found = [guess for guess in guesses if guess.confidence >= FAINT][:MOST_FINDINGS]
    if not found:
        yield label, text(none)
    for guess in found:
        yield from _one(label, guess, field, called, spoke)
        label = say("and")


def _one(label: str, guess: Guess, field: str, called: Callable[[str], str], spoke: dict[tuple[str, str], Why]) -> Rows:
    why = spoke.get((field, guess.name))
    # A hashtag speaks for itself, and for a neutral mood speaks that nothing else does.
    speaks = why is not None and not guess.name.startswith(HASHTAG) and guess.name != "neutral"
    words = _words(why) if why is not None and speaks else ""
    yield label, _said(called(guess.name), guess, words)


def _said(name: str, guess: Guess, words: str = "") -> Text:
    """`Logistics, likely (82 %): “parcel”, “locker” (learned)`."""
    name = one_line(name, 60)
    return text(f"{name[:1].upper()}{name[1:]}, {how_sure(guess)}" + (f": {words}" if words else ""))


def _urgency(reading: Reading) -> Text:
    name = say("Cannot wait") if reading.urgency.name == "urgent" else say("Can wait")
    return _said(name, reading.urgency, reason_words(one_line(reading.urgent_for or "", 120)))


def _words(why: Why) -> str:
    """The strongest words that spoke for it; where some that were learned spoke strongly against it, those too."""
    said = [(_named(word), weight) for word, weight in why.words]
    said += [(say("{word} (learned)", word=_named(word)), weight) for word, weight in why.learned]
    said = sorted((each for each in said if each[0]), key=lambda each: -abs(each[1]))
    spoke = [word for word, weight in said if weight > 0][:MOST_WORDS]
    against = [word for word, weight in said[:MOST_WORDS] if weight < 0]
    return "; ".join(
        filter(None, (", ".join(spoke), say("against it {names}", names=", ".join(against)) if against else ""))
    )


def _named(word: str) -> str:
    """As it is said; nothing for a colon and the like, which tell people nothing."""
    if word in _SIGNS:
        return sentence(_SIGNS[word])
    if word.isascii() and not any(sign.isalnum() for sign in word) and word not in _FACES:
        return ""
    if word.startswith(_ABOUT):
        return say("about {topic}", topic=topic_name(word.removeprefix(_ABOUT)))
    return quoted(one_line(word, 40))


def _routes(c: Conversation, customer: Customer, config: Config) -> Rows:
    """Each route that fits, why, and what it does."""
    fits = config.routed(case_of(c, customer)).fits
    for number, fit in enumerate(fits):
        yield say("and") if number else say("Route"), text(_route(fit, config))
    if not any(fit.rule.surfaces for fit in fits):
        yield say("and") if fits else say("Route"), phrase("shown on every floor, as no route names another place")


def _route(fit: Fit, config: Config) -> str:
    """`“law and press”, since it concerns Legal: shown in #customers-legal`."""
    because = listed(dict.fromkeys(_because(reason, config) for reason in fit.reasons))
    name = quoted(one_line(fit.rule.name, 60)) if fit.rule.name else ""
    since = (
        (say("since it {because}", because=because) if because else say("for every conversation"))
        if not name or because
        else ""
    )
    shown = listed(_where(surface, config) for surface in fit.rule.surfaces)
    suggested = listed(department_of(key, config) for key in fit.rule.suggest)
    does = [
        say("shown in {shown}", shown=shown) if shown else "",
        say("suggested to {suggested}", suggested=suggested) if suggested else "",
    ]
    changes = listed(filter(None, does)) or say("changes nothing")
    return f"{', '.join(filter(None, (name, since)))}: {changes}"


def _where(surface: str, config: Config) -> str:
    """The channel as people know it; where that is an id, what baton.toml calls it."""
    found = config.surface(surface)
    return found.channel if found is not None and found.channel.startswith("#") else surface


def _because(reason: Reason, config: Config) -> str:
    match reason.what:
        case "language":
            return say("is in {language}", language=language_name(reason.name))
        case "network":
            return say("came on {network}", network=network_name(reason.name))
        case "intent":
            return say("reads as “{kind}”", kind=intent_name(reason.name).lower())
        case "sentiment":
            return say("sounds {mood}", mood=mood_name(reason.name).lower())
        case "department":
            return say("concerns {department}", department=department_of(reason.name, config))
        case "topic":
            return say("is about {topic}", topic=topic_name(reason.name))
        case "region":
            return say("comes from {name}", name=one_line(reason.name, 40))
        case "tier":
            return say("is of a customer who is {name}", name=one_line(reason.name, 40))
        case "crisis":
            return say("is a crisis")
        case _:
            return say("is {name}", name=one_line(reason.name, 40))


def _read_by(reading: Reading, whys: Sequence[Why]) -> str:
    if reading.by != "local":
        return say("Read by the model {by}, which does not say why.", by=one_line(reading.by, 60))
    learned = any(why.learned for why in whys)
    said = say("Read by rules and weights on this machine.")
    of_learned = say("Words marked as learned count for what claims and passes here have taught.")
    return f"{said} {of_learned}" if learned else said
