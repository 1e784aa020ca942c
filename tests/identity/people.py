"""Makes up people and companies with their accounts, from a seed; the truth about who is who is known.

Names are drawn so that common ones are shared by many, as in life. A person keeps to handles they like, writes their name
in their own script or in Latin letters, as nickname or with a typo, and has a private address, one at work, or one they share.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from anyascii import anyascii

from bot.domain.customer import Identity
from bot.domain.identity import Known
from bot.domain.nicknames import FULL_NAMES
from tests.identity.vocabulary import (
    BEASTS,
    CITIES,
    FAMILY,
    FORMS,
    GIVEN,
    MAILS,
    MOODS,
    NETWORKS,
    SYLLABLES,
    TRADES,
    WEIGHT,
)

SHORT: dict[str, list[str]] = {}
for _short, _full in FULL_NAMES.items():
    SHORT.setdefault(_full, []).append(_short)


@dataclass(frozen=True, slots=True)
class Made:
    """A customer as Baton would meet it, and who it really is."""

    known: Known
    who: int
    texts: tuple[str, ...] = ()


@dataclass(slots=True)
class Person:
    """Somebody made up."""

    who: int
    given: str
    family: str
    culture: str
    city: str
    year: int
    address: str
    work: str | None = None
    site: str | None = None
    phone: str | None = None
    company: str | None = None
    household: bool = False
    likes: str = ""

    @property
    def name(self) -> str:
        return f"{self.family}{self.given}" if self.culture == "zh" else f"{self.given} {self.family}"


@dataclass(slots=True)
class People:
    """Everybody of one seed: `made` in the order in which they are met."""

    made: list[Made] = field(default_factory=list)
    persons: int = 0
    companies: int = 0
    sharing_names: float = 0.0
    sharing_mailboxes: float = 0.0


def make_people(seed: int, persons: int = 2200) -> People:
    """So many people, and companies beside them."""
    maker = _Maker(random.Random(seed))
    return maker.everybody(persons)


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.taken: set[tuple[str, str]] = set()
        self.phones: set[str] = set()

    def everybody(self, count: int) -> People:
        everyone = [self.person(at) for at in range(count)]
        self.households(everyone)
        firms = self.firms(everyone, count // 18)
        people = People(persons=count, companies=len(firms))
        names = [_bare(person.name) for person in everyone]
        people.sharing_names = sum(names.count(name) > 1 for name in names) / count
        people.sharing_mailboxes = (
            sum(person.household or bool(person.work and _is_desk(person.work)) for person in everyone) / count
        )
        for person in everyone:
            people.made += self.accounts(person)
        for firm in firms:
            people.made += firm
        self.chance.shuffle(people.made)
        people.made = [replace(made, known=replace(made.known, id=f"c{at:05}")) for at, made in enumerate(people.made)]
        return people

    def person(self, who: int) -> Person:
        chance = self.chance
        culture = chance.choices(list(WEIGHT), list(WEIGHT.values()))[0]
        given, family = self.drawn(GIVEN[culture].split()), self.drawn(FAMILY[culture].split())
        if chance.random() < 0.6 and culture != "zh":
            family = self.rare_family(culture)
        person = Person(who, given, family, culture, chance.choice(CITIES), chance.randint(1955, 2006), "")
        person.address = self.address(person)
        person.likes = self.handle(person)
        if chance.random() < 0.12:
            person.site = f"{_latin(given)}{_latin(family)}.{chance.choice(['example', 'dev', 'blog'])}"
        if chance.random() < 0.4:
            person.phone = self.phone()
        return person

    def drawn(self, names: Sequence[str]) -> str:
        """The first ones are common, the last ones rare."""
        return self.chance.choices(names, [1 / (at + 5) for at in range(len(names))])[0]

    def rare_family(self, culture: str) -> str:
        """Most family names are borne by few."""
        made = "".join(self.chance.choices(SYLLABLES, k=self.chance.choice((2, 3, 3, 4)))).capitalize()
        ends = {"de": "er", "ru": "ов", "it": "ini", "pl": "ski", "sv": "sson", "el": "akis", "es": "ez", "tr": "oğlu"}
        if culture == "ru":
            return _to_cyrillic(made) + ends["ru"]
        return made + ends.get(culture, "")

    def address(self, person: Person) -> str:
        given, family, chance = _latin(person.given), _latin(person.family), self.chance
        local = chance.choice(
            [
                f"{given}.{family}",
                f"{given[0]}.{family}",
                f"{given}{family}",
                f"{family}.{given}",
                f"{given}_{family}",
                f"{given}{chance.choice(BEASTS)}",
            ]
        )
        while True:
            number = chance.choice(
                ["", "", str(person.year % 100).zfill(2), str(person.year), str(chance.randint(1, 999))]
            )
            at = chance.choice(MAILS)
            if ("email", f"{local}{number}@{at}") not in self.taken:
                self.taken.add(("email", f"{local}{number}@{at}"))
                return f"{local}{number}@{at}"

    def phone(self) -> str:
        while True:
            number = f"+{self.chance.randint(30, 49)}{self.chance.randint(10**8, 10**9 - 1)}"
            if number not in self.phones:
                self.phones.add(number)
                return number

    def handle(self, person: Person) -> str:
        given, family, chance = _latin(person.given), _latin(person.family), self.chance
        year = str(person.year)
        word = chance.choice(
            [chance.choice(BEASTS), "".join(chance.choices(SYLLABLES, k=2)), "".join(chance.choices(SYLLABLES, k=3))]
        )
        pseudonym = f"{chance.choice(MOODS)}{chance.choice(['', '_', '-'])}{word}"
        forms = [
            (20, f"{given}{family}"), (12, f"{given}.{family}"), (12, f"{given}_{family}"), (12, f"{given[0]}{family}"),
            (7, f"{given}{family[0]}{year[2:]}"), (8, f"{family}{given}"), (6, f"{given}{year}"),
            (9, f"{given}{family}{year[2:]}"), (5, f"{given}-{chance.choice(BEASTS)}"),
            (8, f"{pseudonym}{chance.randint(1, 9999)}"), (6, pseudonym + chance.choice(BEASTS)),
        ]  # fmt: skip
        return chance.choices([form for _, form in forms], [weight for weight, _ in forms])[0]

    def households(self, everyone: list[Person]) -> None:
        """Couples, families and parents with one mailbox; some with one telephone."""
        chance = self.chance
        rest = chance.sample(everyone, int(len(everyone) * 0.055))
        while len(rest) > 1:
            home = [rest.pop() for _ in range(min(len(rest), chance.choice((2, 2, 2, 3))))]
            first = home[0]
            family = _latin(first.family)
            box = chance.choice(
                [
                    first.address,
                    first.address,
                    f"family.{family}@{chance.choice(MAILS)}",
                    f"{family}s{first.who}@{chance.choice(MAILS)}",
                ]
            )
            for person in home:
                person.address, person.household, person.city = box, True, first.city
                if chance.random() < 0.75:
                    person.family, person.culture = first.family, first.culture
                    given = {each.given for each in home}
                    person.given = chance.choice([name for name in GIVEN[first.culture].split() if name not in given])
                    person.likes = self.handle(person)
                if first.phone and chance.random() < 0.5:
                    person.phone = first.phone

    def firms(self, everyone: list[Person], count: int) -> list[list[Made]]:
        """Companies with their accounts; some people work there, and some of those write from its mailbox."""
        chance = self.chance
        made: list[list[Made]] = []
        for at in range(count):
            word = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
            name = f"{word} {chance.choice(TRADES)}"
            legal = f"{name} {chance.choice(FORMS)}".strip()
            domain = f"{_bare(name).replace(' ', '')}.example"
            who, handle = 1_000_000 + at, _bare(name).replace(" ", "")
            for person in chance.sample(everyone, chance.choice((1, 2, 3))):
                person.company = name
                if not person.household:
                    person.work = (
                        f"{chance.choice(['info', 'sales', 'office'])}@{domain}"
                        if chance.random() < 0.3
                        else f"{_latin(person.given)}.{_latin(person.family)}@{domain}"
                    )
            box = Identity("email", f"info@{domain}")
            mine = [
                Made(
                    Known("", legal, (box,), company=True, imported=True, attributes={"city": chance.choice(CITIES)}),
                    who,
                )
            ]
            for network in chance.sample(NETWORKS, chance.choice((1, 1, 2))):
                tail = chance.choice(["", "", "_official", "hq"])
                url = f"https://{domain}/" if chance.random() < 0.7 else None
                account = Identity(
                    network, handle + tail, f"{network}-{who}", name, chance.randint(50, 90_000), False, url
                )
                mine.append(Made(Known("", name, (account,)), who))
            made.append(mine)
        return made

    def accounts(self, person: Person) -> list[Made]:
        chance = self.chance
        made: list[Made] = []
        if chance.random() < 0.5:
            made.append(self.in_the_crm(person))
        if chance.random() < 0.25:
            made.append(self.by_mail(person))
        many = chance.choices((0, 1, 2, 3, 4), (6, 34, 32, 20, 8))[0]
        networks = chance.sample(NETWORKS, many if made else max(1, many))
        return [*made, *(self.on(network, person) for network in networks)]

    def in_the_crm(self, person: Person) -> Made:
        address = person.work if person.work and self.chance.random() < 0.4 else person.address
        identities = [Identity("email", address)] if self.chance.random() < 0.9 else []
        if person.phone and (not identities or self.chance.random() < 0.7):
            identities.append(Identity("phone", person.phone))
        told = {"city": person.city} if self.chance.random() < 0.8 else {}
        if person.company and self.chance.random() < 0.7:
            told["company"] = person.company
        name = self.written(person, (72, 6, 0, 14, 0, 4, 4))
        return Made(Known("", name, tuple(identities), imported=True, attributes=told), person.who)

    def by_mail(self, person: Person) -> Made:
        """From any of their addresses; one in three signs with another."""
        sender = person.work if person.work and self.chance.random() < 0.5 else person.address
        if self.chance.random() < 0.15:
            sender = self.address(person)
        name = self.written(person, (68, 8, 4, 12, 4, 2, 2))
        texts: tuple[str, ...] = ()
        if self.chance.random() < 0.33:
            other = person.address if sender != person.address else (person.work or person.address)
            texts = (f"Hello,\n\nmy parcel came open.\n\n-- \n{person.name}\n{other}",)
        return Made(Known("", name, (Identity("email", sender, None, name),)), person.who, texts)

    def on(self, network: str, person: Person) -> Made:
        chance = self.chance
        handle = self.free(network, self.own_handle(person))
        name = self.written(person, (60, 9, 5, 12, 5, 4, 5))
        shown: str | None = name if chance.random() > 0.05 else None
        url = f"https://{person.site}/" if person.site and chance.random() < 0.6 else None
        account = Identity(
            network,
            handle,
            f"{network}-{len(self.taken)}",
            shown,
            int(chance.paretovariate(0.7) * 20),
            chance.random() < 0.04,
            url,
        )
        identities: tuple[Identity, ...] = (account,)
        if network in {"trustpilot", "discourse"} and chance.random() < 0.5:
            identities = (account, Identity("email", person.address))
        texts: tuple[str, ...] = ()
        if chance.random() < 0.05:
            texts = (f"Still no answer. You can reach me at {person.address}, thanks.",)
        return Made(Known("", shown or handle, identities), person.who, texts)

    def own_handle(self, person: Person) -> str:
        """What they like; what they like, written otherwise; or another one."""
        likes, chance = person.likes, self.chance
        drawn = chance.random()
        if drawn < 0.66:
            return likes
        if drawn < 0.78:
            if re.search(r"[._-]", likes):
                return re.sub(r"[._-]", "", likes)
            return f"{likes}_" if likes[-1].isdigit() else f"{likes}{chance.choice(['_', ''])}{person.year % 100:02}"
        if drawn < 0.84:
            return f"{likes.rstrip('0123456789')}{chance.randint(1, 99)}"
        if drawn < 0.87:
            return f"{chance.choice(['the', 'real', 'its'])}{likes}"
        return self.handle(person)

    def free(self, network: str, handle: str) -> str:
        """On a network a handle is one account's; whoever comes later adds to it."""
        while (network, handle) in self.taken:
            handle = f"{handle}{self.chance.choice(['_', '1', '2', '.', str(self.chance.randint(3, 99))])}"
        self.taken.add((network, handle))
        return handle

    def written(self, person: Person, odds: tuple[int, ...]) -> str:
        """Whole, short for, first name alone, in Latin letters, initial, typo, reversed or with a flourish."""
        given, family, chance = person.given, person.family, self.chance
        plain = f"{anyascii(given)} {anyascii(family)}".replace("'", "")
        nick = chance.choice(SHORT.get(_latin(given), [_latin(given)])).capitalize()
        typed = _mistyped(plain, chance)
        forms = (
            person.name,
            f"{nick} {anyascii(family)}",
            given,
            plain,
            f"{anyascii(given)[0]}. {anyascii(family)}",
            typed,
        )
        last = chance.choice((f"{anyascii(family)} {anyascii(given)}", f"{person.name} ✨", f"{person.name} (she/her)"))
        return chance.choices((*forms, last), odds)[0]


def _mistyped(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    match chance.randrange(3):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        case _:
            return name[:at] + name[at] + name[at:]


def _to_cyrillic(latin: str) -> str:
    table = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувуксыз", strict=False))
    return "".join(table.get(letter, letter) for letter in latin.lower()).capitalize()


def _latin(name: str) -> str:
    return re.sub(r"[^a-z]", "", anyascii(name).lower()) or "x"


def _bare(name: str) -> str:
    return anyascii(name).casefold()


def _is_desk(address: str) -> bool:
    return address.partition("@")[0] in {"info", "sales", "office"}
