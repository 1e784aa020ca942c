"""Colleagues across platforms. They are few and asked for all the time, so they are kept in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.config import Config
from bot.domain.ids import new_id
from bot.domain.people import Person, Role
from bot.languages import nearest
from bot.ports import Account, Clock, Directory, Profile
from storage import people_joined
from storage.bodies import read_profile, write_profile
from storage.engine import NOTHING, Connection, Database, Row, binds
from storage.moments import stamp
from storage.tables import accounts, people

FRESH_FOR = 60.0
"""Seconds after which what other replicas learnt is read again."""

EVERYBODY = (
    select(
        people.c.id,
        people.c.name,
        people.c.email,
        people.c.chosen_department,
        people.c.muted,
        accounts.c.profile,
        people.c.chosen_language,
    )
    .join(accounts, accounts.c.person_id == people.c.id)
    .order_by(accounts.c.seen_at)
)
BY_ID = EVERYBODY.where(people.c.id == bindparam("id"))
BY_ACCOUNT = EVERYBODY.where(
    accounts.c.platform == bindparam("platform"),
    accounts.c.team == bindparam("team"),
    accounts.c.user == bindparam("user"),
)
BY_EMAIL = (
    select(func.coalesce(people.c.joined_into, people.c.id))
    .where(people.c.email == bindparam("email"))
    .with_for_update()
)
JOINED = select(people.c.id, people.c.joined_into).where(people.c.joined_into.is_not(None))
EMAIL_OF = select(people.c.email).where(people.c.id == bindparam("id"))
OF_ACCOUNT = select(accounts.c.person_id).where(
    accounts.c.platform == bindparam("platform"),
    accounts.c.team == bindparam("team"),
    accounts.c.user == bindparam("user"),
)

ADD_PERSON = insert(people).values({**binds("id", "name", "email", "timezone", "outsider", "met_at"), "muted": False})
REFRESH_PERSON = update(people).values(binds("name", "timezone", "outsider")).where(people.c.id == bindparam("its_id"))
LEARN_EMAIL = update(people).values(binds("email")).where(people.c.id == bindparam("its_id"), people.c.email.is_(None))
_account = insert(accounts).values(binds(*accounts.c.keys()))
PUT_ACCOUNT = _account.on_conflict_do_update(
    index_elements=["platform", "team", "user"],
    set_={name: _account.excluded[name] for name in ("person_id", "profile", "seen_at")},
)
SET_DEPARTMENT = update(people).values(binds("chosen_department")).where(people.c.id == bindparam("its_id"))
SET_LANGUAGE = update(people).values(binds("chosen_language")).where(people.c.id == bindparam("its_id"))
SET_MUTED = update(people).values(binds("muted")).where(people.c.id == bindparam("its_id"))


@dataclass(slots=True)
class _Colleague:
    """A person with every account, as the rows have them."""

    id: str
    name: str
    email: str | None
    chosen_department: str | None
    muted: bool
    chosen_language: str | None = None
    profiles: list[Profile] = field(default_factory=list)


@dataclass(slots=True)
class _Everybody:
    """All colleagues at one moment."""

    read_at: float
    people: dict[str, Person] = field(default_factory=dict)
    by_account: dict[Account, Person] = field(default_factory=dict)
    profiles: dict[str, list[Profile]] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)
    joined: dict[str, str] = field(default_factory=dict)

    def now(self, person_id: str) -> str:
        """The id of who this person is by now."""
        return self.joined.get(person_id, person_id)

    def profile(self, account: Account) -> Profile | None:
        """What the platform said of an account; None for one that has not been met."""
        owner = self.by_account.get(account)
        theirs = self.profiles[owner.id] if owner is not None else ()
        return next((profile for profile in theirs if profile.account == account), None)

    def with_language(self, profile: Profile) -> Profile:
        """Not everything that tells of an account says what its owner reads: then it is what was said before."""
        before = None if profile.language else self.profile(profile.account)
        return replace(profile, language=before.language) if before is not None else profile

    def add(self, colleague: _Colleague, config: Config) -> None:
        person = _person(colleague, config)
        self.people[person.id] = person
        self.profiles[person.id] = colleague.profiles
        for profile in colleague.profiles:
            # Who comes as a guest is one, whoever else they are: what the platform says of the account counts.
            self.by_account[profile.account] = replace(person, outsider=profile.outsider)
        if colleague.muted:
            self.muted.add(person.id)


class StoredDirectory(Directory):
    """See `bot.ports.Directory`.

    Writing joins the unit of work that is open in the same task, and takes effect with its commit.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._everybody: _Everybody | None = None
        self._writes = 0
        self._elsewhere = database.wake.waiter("people")

    async def person(self, account: Account) -> Person | None:
        """The colleague behind an account that has been met; None for one that has not."""
        found = (await self._all()).by_account.get(account)
        if found is not None:
            return found
        # Another replica may have met them just now.
        values = {"platform": account.platform, "team": account.team, "user": account.user}
        async with self._database.reading() as connection:
            rows = await connection.all(BY_ACCOUNT, values)
        if not rows:
            return None
        self._forget()
        return (await self._all()).by_account.get(account)

    async def meet(self, profile: Profile) -> Person:
        """Learn or refresh an account; the same e-mail on another platform is the same person."""
        everybody = await self._all()
        known = everybody.by_account.get(profile.account)
        profile = everybody.with_language(profile)
        if known is not None and profile in everybody.profiles[known.id]:
            return known
        async with self._database.joining() as connection:
            person_id = await self._write(connection, profile)
            connection.after_commit(self._forget)
            rows = await connection.all(BY_ID, {"id": person_id})
        return replace(_person(_gathered(rows)[0], self._config), outsider=profile.outsider)

    async def meet_all(self, profiles: Sequence[Profile]) -> int:
        """Learn or refresh many accounts in one transaction; gives how many were new or had changed."""
        everybody = await self._all()
        known = {profile for kept in everybody.profiles.values() for profile in kept}
        fresh = [said for profile in profiles if (said := everybody.with_language(profile)) not in known]
        if fresh:
            async with self._database.joining() as connection:
                for profile in fresh:
                    await self._write(connection, profile)
                connection.after_commit(self._forget)
        return len(fresh)

    async def reads(self, account: Account, language: str) -> Person | None:
        """The platform says which language the owner of an account reads there; who they are, None where nobody met them."""
        profile = (await self._all()).profile(account)
        if profile is None or not language or profile.language == language:
            return await self.person(account)
        return await self.meet(replace(profile, language=language))

    async def find(self, typed: str) -> Person | None:
        """By `slack:U123`, e-mail, handle or name, when it is unambiguous."""
        everybody = await self._all()
        wanted = typed.strip()
        platform, _, user = wanted.partition(":")
        for account, person in everybody.by_account.items():
            if account.platform == platform and account.user == user:
                return person
        wanted = wanted.lstrip("@").casefold()
        if not wanted:
            return None
        colleagues = list(everybody.people.values())
        tests: tuple[Callable[[Person], bool], ...] = (
            lambda person: wanted in _emails(person.email, everybody.profiles[person.id]),
            lambda person: any(p.handle.casefold() == wanted for p in everybody.profiles[person.id]),
            lambda person: person.name.casefold() == wanted,
            lambda person: wanted in person.name.casefold().split(),
        )
        for test in tests:
            found = [person for person in colleagues if test(person)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    async def by_id(self, person_id: str) -> Person | None:
        """By Baton's own id."""
        everybody = await self._all()
        return everybody.people.get(everybody.now(person_id))

    async def colleagues(self, limit: int = 100) -> list[Person]:
        """Colleagues who have been met, by name; no outsiders."""
        everybody = await self._all()
        insiders = [person for person in everybody.people.values() if not person.outsider]
        return sorted(insiders, key=lambda person: (person.name.casefold(), person.id))[:limit]

    async def members(self, department: str) -> list[Person]:
        """Colleagues of a department, leads first."""
        return _leads_first(p for p in (await self._all()).people.values() if p.department == department)

    async def told_at(self, rung: int, department: str | None) -> list[Person]:
        """Who is told at an escalation rung: the department's lead (any lead without a department), coordinator, sponsor."""
        role = {1: Role.LEAD, 2: Role.COORDINATOR, 3: Role.SPONSOR}.get(rung)
        told = [person for person in (await self._all()).people.values() if role in person.roles]
        if role is Role.LEAD and department is not None:
            told = [person for person in told if person.department == department]
        return _leads_first(told)

    async def accounts(self, person_id: str) -> list[Account]:
        """The person's accounts on chat platforms, but for those of a guest: nothing is told there."""
        everybody = await self._all()
        profiles = everybody.profiles.get(everybody.now(person_id), ())
        return [profile.account for profile in profiles if not profile.outsider]

    async def set_department(self, person_id: str, department: str) -> None:
        """The person said which department they are in; the configuration wins over it."""
        async with self._database.joining() as connection:
            connection.later(SET_DEPARTMENT, {"its_id": person_id, "chosen_department": department})
            connection.after_commit(self._forget)

    async def set_language(self, person_id: str, language: str | None) -> None:
        """The person said which language Baton is to speak with them; None: as the platform says."""
        async with self._database.joining() as connection:
            connection.later(SET_LANGUAGE, {"its_id": person_id, "chosen_language": language})
            connection.after_commit(self._forget)

    async def set_muted(self, person_id: str, muted: bool) -> None:
        """No notices to this person."""
        async with self._database.joining() as connection:
            connection.later(SET_MUTED, {"its_id": person_id, "muted": muted})
            connection.after_commit(self._forget)

    async def is_muted(self, person_id: str) -> bool:
        """Has this person asked for no notices?"""
        everybody = await self._all()
        return everybody.now(person_id) in everybody.muted

    async def join(self, one: str, other: str) -> Person | None:
        """Two people are one from now on; None where both have accounts in the same workspace."""
        async with self._database.joining() as connection:
            if not await people_joined.may_be_one(connection, one, other):
                return None
            kept = await people_joined.join(connection, one, other)
            connection.after_commit(self._forget)
            rows = await connection.all(BY_ID, {"id": kept})
        return _person(_gathered(rows)[0], self._config)

    async def _recognised(self, connection: Connection, person_id: str, by_email: str) -> str:
        """The person whom an address shows to be one who was met before; somebody with another address is another one."""
        row = await connection.one(EMAIL_OF, {"id": person_id})
        if row is None or row[0] is not None or not await people_joined.may_be_one(connection, person_id, by_email):
            return person_id
        return await people_joined.join(connection, person_id, by_email)

    def _forget(self) -> None:
        self._everybody = None
        self._writes += 1

    async def _all(self) -> _Everybody:
        if self._elsewhere.heard():
            self._everybody = None
        kept = self._everybody
        if kept is not None and time.monotonic() - kept.read_at < FRESH_FOR:
            return kept
        fresh, writes = _Everybody(time.monotonic()), self._writes
        async with self._database.reading() as connection:
            rows, joined = await connection.several((EVERYBODY, NOTHING), (JOINED, NOTHING))
        fresh.joined.update({str(lost): str(kept) for lost, kept in joined})
        for colleague in _gathered(rows):
            fresh.add(colleague, self._config)
        if self._writes == writes:  # nothing was written while we read
            self._everybody = fresh
        return fresh

    async def _write(self, connection: Connection, profile: Profile) -> str:
        """Store an account; gives the id of its person."""
        account, email = profile.account, _own_email(profile)
        key = {"platform": account.platform, "team": account.team, "user": account.user}
        row = await connection.one(OF_ACCOUNT, key)
        if row is None and email is not None:
            row = await connection.one(BY_EMAIL, {"email": email})
        shown = {"name": profile.name, "timezone": profile.timezone or "UTC", "outsider": profile.outsider}
        now = stamp(self._clock.now())
        if row is None:
            person_id = new_id()
            connection.later(ADD_PERSON, {**shown, "id": person_id, "email": email, "met_at": now})
        else:
            person_id = str(row[0])
            connection.later(REFRESH_PERSON, {**shown, "its_id": person_id})
            taken = await connection.one(BY_EMAIL, {"email": email}) if email is not None else None
            if email is not None and taken is None:
                connection.later(LEARN_EMAIL, {"its_id": person_id, "email": email})
            elif taken is not None and taken[0] != person_id:
                person_id = await self._recognised(connection, person_id, str(taken[0]))
        written = {"person_id": person_id, "profile": write_profile(profile), "seen_at": now}
        connection.later(PUT_ACCOUNT, {**key, **written})
        return person_id


def _emails(email: str | None, profiles: Iterable[Profile]) -> set[str]:
    """Every address of a person."""
    own = {found for each in profiles if (found := _own_email(each)) is not None}
    return own | ({email.casefold()} if email else set())


def _own_email(profile: Profile) -> str | None:
    """The address that makes accounts one person. Another company can write any address into its people's profiles."""
    return None if profile.outsider else (profile.email or "").strip().casefold() or None


def _gathered(rows: Iterable[Row]) -> list[_Colleague]:
    found: dict[str, _Colleague] = {}
    for id_, name, email, chosen, muted, profile, language in rows:
        colleague = found.setdefault(id_, _Colleague(id_, name, email, chosen, bool(muted), language))
        colleague.profiles.append(read_profile(profile))
    return list(found.values())


def _person(colleague: _Colleague, config: Config) -> Person:
    """Department: from the configuration, else what the person said, else what the platform's groups say. Language: what
    the person said, else from the configuration, else what the platform they were seen on last says, else the company's."""
    emails = _emails(colleague.email, colleague.profiles)
    listed = [part for part in config.people if part.email.casefold() in emails]
    listed.sort(key=lambda part: part.email.casefold() != colleague.email)
    department = next((part.department for part in listed if part.department is not None), None)
    groups = (config.find_department(group) for p in colleague.profiles for group in p.groups)
    grouped = next((department.key for department in groups if department is not None), None)
    zone = next((each.timezone for each in reversed(colleague.profiles) if each.timezone), "UTC")
    return Person(
        id=colleague.id,
        name=colleague.name,
        department=department or colleague.chosen_department or grouped,
        email=colleague.email,
        roles=frozenset(role for part in listed for role in part.roles),
        timezone=zone,
        outsider=all(profile.outsider for profile in colleague.profiles),
        language=nearest(
            colleague.chosen_language,
            *(part.language for part in listed),
            *(profile.language for profile in reversed(colleague.profiles)),
            config.company.language,
        ),
    )


def _leads_first(colleagues: Iterable[Person]) -> list[Person]:
    return sorted(
        (person for person in colleagues if not person.outsider),
        key=lambda person: (Role.LEAD not in person.roles, person.name.casefold(), person.id),
    )
