"""What customers write, made up: names, handles and sentences from which posts are put together."""

from __future__ import annotations

import random
from collections.abc import Iterator

import orjson

from tests.benchmarks.signing import delivery

NETWORKS = ("mastodon", "x", "instagram", "trustpilot", "reddit", "bluesky")
ACCOUNT = "bench"

_FIRST = [
    "Maya",
    "Tom",
    "Jürgen",
    "Aisha",
    "Chloé",
    "Liam",
    "Olivia",
    "Noah",
    "Emma",
    "Lucas",
    "Mia",
    "Ethan",
    "Zoé",
    "Felix",
    "Hanna",
    "Mateo",
    "Sofía",
    "Léa",
    "Hugo",
    "Ana",
    "João",
    "Inês",
    "Marta",
    "Kasia",
    "Piotr",
    "Elif",
    "Mehmet",
    "Yuki",
    "Haruto",
    "Wei",
    "Ling",
    "Arjun",
    "Priya",
    "Omar",
    "Fatima",
    "Kofi",
    "Ama",
    "Tunde",
    "Ngozi",
    "Sven",
    "Freja",
    "Lars",
    "Ingrid",
    "Marek",
    "Ivana",
    "Dmitri",
    "Olga",
    "Nikos",
    "Eleni",
    "Marco",
    "Giulia",
    "Paolo",
    "Chiara",
    "Pierre",
    "Camille",
    "Jan",
    "Femke",
    "Bram",
    "Lotte",
]
_LAST_BEGIN = [
    "Ok",
    "Sten",
    "Mar",
    "Ber",
    "Hol",
    "Kov",
    "Ran",
    "Sil",
    "Fer",
    "Gar",
    "Lin",
    "Nor",
    "Pat",
    "Que",
    "Ros",
    "Sch",
    "Tan",
    "Ul",
    "Var",
    "Wal",
    "Yam",
    "Zel",
    "Dal",
    "Bou",
    "Cas",
]
_LAST_MIDDLE = ["a", "e", "i", "o", "u", "an", "en", "in", "on", "er", "ar", "el", "ov", "ic", "ja"]
_LAST_END = [
    "for",
    "son",
    "ski",
    "berg",
    "man",
    "dez",
    "sen",
    "ova",
    "ti",
    "ra",
    "mura",
    "gan",
    "lund",
    "well",
    "tin",
    "mann",
    "ez",
    "ard",
    "ström",
    "etti",
]

_SENTENCES = (
    "The parcel arrived crushed for the third time.",
    "Best backpack I ever bought, thank you!",
    "Reißverschluss nach zwei Wochen kaputt, der Kundenservice antwortet nicht.",
    "Livraison en retard, aucune nouvelle depuis lundi.",
    "Could you make it in green, please?",
    "¿Cuándo vuelve a haber existencias?",
    "The app logs me out every morning.",
    "I was charged for something I sent back in March.",
    "返品の手続きがわかりません。",
    "Where do I find the invoice?",
    "Your shop assistant in Lyon was wonderful.",
    "The new version is slower than the old one.",
)


def name(chance: random.Random) -> tuple[str, str]:
    """A first and a last name; last names are many, first names few, as everywhere."""
    # The common ones are met far more often than the rare ones.
    first = _FIRST[int(len(_FIRST) * chance.random() ** 2)]
    begin = _LAST_BEGIN[int(len(_LAST_BEGIN) * chance.random() ** 1.5)]
    return first, begin + chance.choice(_LAST_MIDDLE) + chance.choice(_LAST_END)


def text(chance: random.Random) -> str:
    """One to three sentences."""
    return " ".join(chance.sample(_SENTENCES, chance.randint(1, 3)))


def unlike_others(chance: random.Random) -> str:
    """The same, with so much that nobody else writes that each post has a card of its own."""
    said = text(chance)
    return f"{said} {chance.randbytes(max(24, len(said) // 2)).hex()}"


def deliveries(count: int, first: int, chance: random.Random, *, authors: int = 0) -> Iterator[bytes]:
    """Signed webhook requests with a post each, numbered from `first`. Most authors are new, some write again."""
    for number in range(first, first + count):
        external_id = f"post-{number}"
        yield delivery(f"msg_{number}", post_body(number, external_id, chance, authors or number + 1))


def post_body(number: int, external_id: str, chance: random.Random, authors: int, said: str = "") -> bytes:
    """A post as JSON; one in three is by an author who may have written before."""
    author = chance.randrange(authors) if chance.random() < 1 / 3 else number
    known = random.Random(author)
    first, last = name(known)
    network = NETWORKS[author % len(NETWORKS)]
    handle = f"{first}.{last}{author % 1000}".lower()
    return orjson.dumps(
        {
            "network": network,
            "account": ACCOUNT,
            "external_id": external_id,
            "author": {
                "external_id": f"new-{author}",
                "handle": handle,
                "display_name": f"{first} {last}",
                "followers": author % 5000,
                "profile_url": f"https://{network}.example/{handle}",
            },
            "text": said or unlike_others(chance),
            "lang": "en",
            "posted_at": "2026-03-02T09:30:00Z",
            "url": f"https://{network}.example/{handle}/{external_id}",
            "metrics": {"likes": number % 50, "replies": number % 7},
        }
    )
