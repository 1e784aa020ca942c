"""Who a customer is to be compared as: names, handles, addresses and sites, and the keys by which others are found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.customer import Identity
from bot.domain.handles import Handle, is_role, normal_address, own_addresses, read_handle, site_of
from bot.domain.names import NameWord, name_words, skeleton, sound

_PLAIN = frozenset({"email", "phone"})


@dataclass(frozen=True, slots=True)
class Known:
    """One customer as it is compared: everything by which somebody may be told. `mentioned` are addresses from signatures,
    `contacts` who they are in CRMs, `names` by what others of those who are one are called."""

    id: str
    name: str
    identities: tuple[Identity, ...] = ()
    company: bool = False
    imported: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    contacts: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a customer, made once. `guessed` are names read out of handles, where no name is told."""

    known: Known
    names: tuple[tuple[NameWord, ...], ...]
    guessed: tuple[tuple[NameWord, ...], ...]
    handles: tuple[tuple[str, Handle, Identity], ...]
    emails: frozenset[str]
    phones: frozenset[str]
    sites: frozenset[str]

    networks: frozenset[str]
    """Where they are known; a record of the company's own is a place, too."""
    people: tuple[tuple[NameWord, ...], ...]
    """Names of two words and more, that they told."""
    called: tuple[tuple[Handle, bool], ...]
    """Handles, and the local parts of addresses of their own; True for an address."""


def traits(known: Known) -> Traits:
    """What is compared of a customer."""
    handles = tuple(
        (i.network, read_handle(i.handle), i) for i in known.identities if i.network not in _PLAIN and i.handle
    )
    bare = {handle.local for _, handle, _ in handles}
    said = dict.fromkeys([known.name, *known.names, *(i.display_name or "" for i in known.identities)])
    # A handle or an address in the place of a name is none.
    names = [name_words(name) for name in said if name and "@" not in name and name.casefold().lstrip("@") not in bare]
    # A handle with several parts may be a name, or not: `maya.okafor`, `wild-fox`.
    parts = [handle.words for _, handle, _ in handles if len(handle.words) > 1 and min(map(len, handle.words)) > 1]
    guessed = [name_words(" ".join(words)) for words in parts] if not any(names) else []
    sites = {site_of(i.profile_url, i.network) for i in known.identities}
    sites |= {handle.local for network, handle, _ in handles if network == "bluesky" and "." in handle.local}
    emails = frozenset(normal_address(i.handle) for i in known.identities if i.network == "email" and "@" in i.handle)
    # The desk of a company writes from the company's own site.
    sites |= {email.partition("@")[2] for email in emails if is_role(email) and known.company}
    addresses = sorted(email for email in emails | known.mentioned if not is_role(email))[:12]
    locals_ = [read_handle(email.partition("@")[0]) for email in addresses]
    own = {"imported"} if known.imported else set()
    return Traits(
        known,
        tuple(dict.fromkeys(name for name in names if name)),
        tuple(dict.fromkeys(guessed)),
        handles,
        emails,
        frozenset(_digits(i.handle) for i in known.identities if i.network == "phone"),
        frozenset(site for site in sites if site),
        frozenset(own | {i.network for i in known.identities if i.network not in _PLAIN}),
        tuple(dict.fromkeys(name for name in names if len(name) > 1)),
        (*((handle, False) for _, handle, _ in handles[:12]), *((handle, True) for handle in locals_)),
    )


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit()).removeprefix("00")[-10:]


def keys_of(one: Traits) -> frozenset[str]:
    """By what a customer is found among all: two who may be one have a key in common, and few others have it."""
    keys = {f"e:{email}" for email in one.emails | one.known.mentioned}
    keys |= {f"p:{number}" for number in one.phones if len(number) > 5}
    keys |= {f"s:{site}" for site in one.sites}
    keys |= {f"c:{contact}" for contact in one.known.contacts}
    for network, handle, _ in one.handles:
        keys.add(f"i:{network}:{handle.local}")
    for handle, _ in one.called:
        if len(handle.stem) >= 4 or (handle.stem and len(handle.digits) >= 2):
            keys.add(f"h:{sound(handle.stem)}")
    for name in (*one.people, *one.guessed):
        keys |= _name_keys(name)
    # A name of one long word may be two that were run together.
    keys |= {f"h:{name[0].sound}" for name in one.names if len(name) == 1 and len(name[0].latin) >= 8}
    return frozenset(key[:100] for key in keys)


def words_in(one: Traits) -> frozenset[str]:
    """The words of their names, in one spelling: by these it is told how common a name is."""
    return frozenset(word.heard for name in one.names for word in name if len(word.latin) > 1)


def _name_keys(name: tuple[NameWord, ...]) -> set[str]:
    keys: set[str] = set()
    words = name[:4]
    for at, one in enumerate(words):
        for other in words[at + 1 :]:
            first, second = sorted((skeleton(one.full), skeleton(other.full)))
            keys.add(f"n:{first} {second}")
            keys |= {f"i:{one.full[0]} {sound(other.latin)}", f"i:{other.full[0]} {sound(one.latin)}"}
            # As handles are made of names.
            for form in (one.latin + other.latin, other.latin + one.latin, one.latin[0] + other.latin):
                keys.add(f"h:{sound(form)}")
            keys |= {f"h:{sound(one.latin + other.latin[0])}", f"h:{sound(other.latin + one.latin[0])}"}
    return keys


def united(id: str, members: Sequence[Known]) -> Known:
    """Customers who are one, as one to compare."""
    return Known(
        id=id,
        name=members[0].name,
        identities=tuple(dict.fromkeys(identity for each in members for identity in each.identities)),
        company=any(each.company for each in members),
        imported=any(each.imported for each in members),
        attributes={key: value for each in reversed(members) for key, value in each.attributes.items()},
        contacts=frozenset(contact for each in members for contact in each.contacts),
        mentioned=frozenset(address for each in members for address in each.mentioned),
        names=tuple(each.name for each in members[1:]),
    )


def mentioned_in(texts: Sequence[str]) -> frozenset[str]:
    """Addresses that somebody's own texts give as theirs; role addresses are the company's."""
    return frozenset(email for text in texts for email in own_addresses(text) if not is_role(email))
