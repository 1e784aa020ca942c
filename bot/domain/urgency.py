"""A short word rule that marks what cannot wait: danger, harm, crime, law, press, and people who are stuck now. Pure.

It looks for few, plain phrases in several languages; what it does not know it does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.domain.lexicon import Lexicon, fold

_PHRASES = {
    "danger": (
        "caught fire", "catches fire", "went up in flames", "burst into flames", "in flames", "exploded",
        "explosion", "smoke coming", "started smoking", "overheat*", "burnt my", "burned my", "electric shock",
        "electrocuted", "gas leak", "choking hazard", "choked on", "recalled", "unsafe", "not safe", "dangerous",
        "feuer gefangen", "hat gebrannt", "explodiert", "gefährlich*", "stromschlag", "raucht",
        "pris feu", "prend feu", "explosé", "dangereux", "dangereuse*", "choc électrique",
        "se incendió", "prendió fuego", "explotó", "peligros*", "descarga eléctrica",
        "ha preso fuoco", "esplos*", "pericolos*", "pegou fogo", "explodiu", "perigos*",
        "in brand", "vloog in de brand", "ontploft", "gevaarlijk*", "zapalił się", "wybuchł*", "niebezpieczn*",
        "alev aldı", "patladı", "tehlikeli*", "火事", "発火", "爆発", "危険", "煙が出",
    ),
    "somebody is hurt": (
        "injured", "injury", "injuries", "hospital", "emergency room", "ambulance", "allergic reaction", "anaphyla*",
        "bleeding", "broke my arm", "broke my leg", "broken collarbone", "unconscious", "verletzt", "krankenhaus", "notaufnahme",
        "allergische reaktion", "blessé", "blessée", "hôpital", "urgences", "réaction allergique", "herid*", "lesionad*",
        "reacción alérgica", "ferit*", "ospedale", "pronto soccorso", "ferid*", "machucou", "gewond", "ziekenhuis",
        "ranny", "ranna", "szpital*", "yaraland*", "hastane*", "怪我", "けが", "病院", "救急",
    ),
    "money or data at risk": (
        "hacked", "data breach", "leaked my", "my data was", "identity theft", "stole my", "stolen from my", "fraud*",
        "scammed", "phishing", "charged twice", "charged me twice", "double charged", "unauthorised charge*", "unauthorized charge*",
        "gehackt", "datenleck", "betrug", "betrogen", "doppelt abgebucht", "piraté", "fuite de données", "arnaque",
        "débité deux fois", "hackead*", "estafa", "cobrado dos veces", "cobraron dos veces", "truffa", "addebitato due volte",
        "hackeado", "golpe", "cobrado duas vezes", "oplichting", "datalek", "dubbel afgeschreven", "oszustwo", "oszukan*",
        "wyciek danych", "dolandır*", "veri sızıntısı", "iki kez çekil*", "詐欺", "情報漏", "不正利用", "二重請求",
    ),
    "law or press": (
        "lawyer", "attorney", "lawsuit", "sue you", "suing", "legal action", "small claims", "taking you to court", "see you in court", "trading standards",
        "journalist", "reporter", "i write for", "press request", "police", "anwalt", "anwältin", "klage einreichen",
        "verklage*", "rechtliche schritte", "polizei", "avocat", "porter plainte", "tribunal", "abogad*", "demandar*",
        "denuncia*", "avvocato", "denuncio", "advogad*", "procon", "processar vocês", "advocaat", "aangifte", "prawnik*",
        "pozew", "policj*", "avukat*", "dava aç*", "polis*", "弁護士", "訴え", "警察", "消費者センター",
    ),
    "needed now": (
        "urgent", "urgently", "an emergency", "asap", "stranded", "stuck at the", "locked out", "right now please",
        "leave tomorrow", "leaving tomorrow", "wedding tomorrow", "need it today", "need it tomorrow", "by tonight",
        "dringend", "notfall", "eilt", "heute noch", "brauche es morgen", "urgence", "urgente*", "emergencia", "urgent*",
        "emergência", "urgentemente", "emergenza", "dringend nodig", "spoed", "noodgeval", "pilne", "pilnie", "nagły wypadek",
        "acil", "acilen", "至急", "緊急", "急いで",
    ),
}  # fmt: skip

_LEXICON = Lexicon(_PHRASES)
_GRAVITY = tuple(_PHRASES)

_NEGATED = re.compile(
    r"\b(?:not|no|isn't|isnt|never|non|nicht|kein\w*|pas|sin|senza|sem|geen|niet|nie|bez)[ -](?:\w+ )?$"
)


def why_urgent(text: str, words: Iterable[str] = ()) -> str | None:
    """Why a post cannot wait, as the card says it (`danger: “caught fire”`); None when nothing says so.

    `words` are the company's own; a `*` at the end of one stands for any ending.
    """
    folded = fold(text)
    own = tuple(words)
    if own and (hits := _own(own).find(folded)):
        return f"one of our words: “{hits[0].found}”"
    for hit in sorted(_LEXICON.find(folded), key=lambda hit: _GRAVITY.index(hit.label)):
        if hit.found.startswith("not ") or not _NEGATED.search(folded[max(0, hit.start - 24) : hit.start]):
            return f"{hit.label}: “{hit.found}”"
    return None


@lru_cache(maxsize=16)
def _own(words: tuple[str, ...]) -> Lexicon[str]:
    return Lexicon({"": words})
