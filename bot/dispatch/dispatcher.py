"""The one way in for every command on every platform."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.cards import Card
from bot.commands import WORDS, Command, CommandSpec, Invocation, Origin, Reply
from bot.config import Config
from bot.dispatch.binding import Binder, FieldErrors, as_offered
from bot.dispatch.forms import asked_in_form, command_form
from bot.dispatch.front import ThreadListener
from bot.dispatch.grammar import find_verb, read_permalink, split_arguments, taken_over
from bot.dispatch.search import Found, Search, Sought
from bot.domain.people import Person
from bot.errors import ConflictError, Offer, UserError
from bot.languages import speaking_to
from bot.ports import HOME, Answering, Browse, Clock, Directory, Line, Storage, Told, Which
from bot.speech import mark, say, sentence
from bot.views import conversation_card, error_card, likely_card, why_not

MOST_TRIES = 5
"""How often a unit of work that met a concurrent change is started over."""

LIKELY = 8
"""How many conversations are offered when none was named."""

MOST_CARRIED = 200
"""Characters of arguments that each button of such an offer carries."""


_NOTHING: Mapping[Which, str] = {
    "mine": mark("You hold no baton."),
    "asked": mark("Nothing is asked of you."),
    "waiting": mark("Nothing waits for a customer."),
}
"""What is said where a verb makes sense with these alone and there are none; others would only be refused."""


Given = ParamSpec("Given")
Made = TypeVar("Made")


def _in_their_language(
    act: Callable[Concatenate[Dispatcher, Person, Given], Awaitable[Made]],
) -> Callable[Concatenate[Dispatcher, Person, Given], Coroutine[Any, Any, Made]]:
    """What is said in answer to a person is said in the language they read."""

    @functools.wraps(act)
    async def spoken(self: Dispatcher, actor: Person, /, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        with speaking_to(actor.language):
            return await act(self, actor, *args, **kwargs)

    return spoken


class Dispatcher:
    """Runs commands. Every `UserError` becomes a reply; anything else is the platform's to report."""

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        storage: Storage,
        directory: Directory,
        config: Config,
        clock: Clock,
        threads: ThreadListener,
        answering: Answering,
        ports: Mapping[str, object] | None = None,
    ) -> None:
        self._commands = {command.spec.name: command for command in commands}
        self._storage = storage
        self._directory = directory
        self._config = config
        self._clock = clock
        self._answering = answering
        self._binder = Binder(config, directory)
        self._search = Search(storage, config, clock)
        self.threads = threads
        everything = {
            "config": config,
            "directory": directory,
            "storage": storage,
            "specs": self.specs,
            "answering": answering,
            **(ports or {}),
        }
        self._ports = {name: _wanted(command, everything) for name, command in self._commands.items()}
        self._ports_before = {
            name: _supplied(name, command.before, 1, everything)
            for name, command in self._commands.items()
            if command.before is not None
        }

    @property
    def specs(self) -> tuple[CommandSpec, ...]:
        """All verbs, in the order of the tuple."""
        return tuple(command.spec for command in self._commands.values())

    @_in_their_language
    async def run_text(self, actor: Person, text: str, origin: Origin, verb: str | None = None) -> Reply:
        """A typed command: `claim B-1 for 2h`, or with `verb` only its arguments."""
        try:
            spec, rest = (self._commands[verb].spec, text) if verb is not None else find_verb(text, self.specs)
            if spec is None:
                spec, rest = self._no_verb(text)
            if rest.strip().lower() == "help" and spec.name != "help":
                spec, rest = self._commands["help"].spec, spec.name
            spec, rest = taken_over(spec, rest, self.specs)
            _authorise(actor, spec)
            here = await self._here(origin)
            raw = split_arguments(spec, rest, known=here is not None)
            return await self._perform(spec, raw, actor, origin, here)
        except UserError as error:
            return Reply(card=error_card(error))

    @_in_their_language
    async def press(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        """A button, a menu option or a message shortcut."""
        try:
            command = self._commands.get(verb)
            if command is None:
                raise _outdated(say("This button is from an older version of Baton."))
            here = None if "conversation" in args else await self._here(origin)
            return await self._perform(command.spec, args, actor, origin, here)
        except UserError as error:
            return Reply(card=error_card(error))

    @_in_their_language
    async def submit(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        """A filled-in form; raises `FieldErrors`, so that nothing typed is lost."""
        command = self._commands.get(verb)
        if command is None:
            return Reply(card=error_card(_outdated(say("This form is from an older version of Baton."))))
        asked = [param.name for param in asked_in_form(command.spec, args)]
        try:
            return await self._perform(command.spec, args, actor, origin, None)
        except UserError as error:
            if not asked:
                return Reply(card=error_card(error))
            raise FieldErrors({asked[0]: f"{error.message} {error.hint}"}) from error

    @_in_their_language
    async def home(self, actor: Person, origin: Origin) -> Card:
        """What the person sees when they open the app itself."""
        reply = await self.run_text(actor, "", origin, verb="home")
        if reply.card is None:
            raise RuntimeError("home gives a card")
        await self._noted_home(actor, origin)
        return reply.card

    async def _noted_home(self, actor: Person, origin: Origin) -> None:
        """The platform keeps what this person's Home tab shows, customers too: whoever is forgotten is taken away there."""
        accounts = await self._directory.accounts(actor.id)
        shown = [
            Told(f"{HOME}:{each.platform}:{each.team}:{each.user}", HOME, each.platform, each.team, each.user)
            for each in accounts
            if (each.platform, each.team) == (origin.platform, origin.team)
        ]
        async with self._storage.reading() as uow:
            known = {each.mark for each in await uow.privacy.messages([HOME])} if shown else set()
        if fresh := [each for each in shown if each.mark not in known]:
            async with self._storage.writing() as uow:
                for each in fresh:
                    await uow.privacy.told(each)

    async def card_at(self, actor: Person, origin: Origin) -> Card | None:
        """The present card of the conversation that is shown where this comes from; None for guests and elsewhere."""
        number = None if actor.outsider else await self._here(origin)
        if number is None:
            return None
        async with self._storage.reading() as uow:
            sight = await uow.conversations.sight(number)
        if sight is None:
            return None
        now = self._clock.now()
        why = why_not(sight, self._answering, now)
        # It takes the place of what everybody sees there.
        with speaking_to(self._config.language_in(origin.platform, origin.channel)):
            return conversation_card(sight, self._config, now=now, answerable=why is None, refusal=why or "")

    @_in_their_language
    async def search(self, actor: Person, sought: Sought, query: str) -> list[Found]:
        """Customers or conversations, while one types."""
        return await self._search.find(actor, sought, query)

    def _no_verb(self, text: str) -> tuple[CommandSpec, str]:
        if not text.strip():
            return self._commands["help"].spec, ""
        word = text.split(maxsplit=1)[0].lower()
        near = difflib.get_close_matches(word, list(self._commands), n=1, cutoff=0.6)
        hint = say("Did you mean `{near}`?", near=near[0]) if near else say("`/baton help` shows what there is.")
        raise UserError(say("There is no command “{word}”.", word=word[:40]), hint)

    async def _here(self, origin: Origin) -> int | None:
        """The conversation whose card or thread this comes from."""
        message = origin.thread or origin.message
        if message is None:
            return None
        async with self._storage.reading() as uow:
            return await uow.postings.at(origin.channel, message)

    async def _perform(
        self, spec: CommandSpec, given: Mapping[str, str], actor: Person, origin: Origin, here: int | None
    ) -> Reply:
        _authorise(actor, spec)
        raw = {name: value for name, value in given.items() if value.strip()}
        takes_conversation = any(param.kind == "conversation" for param in spec.params)
        if takes_conversation and "conversation" not in raw and here is not None:
            raw["conversation"] = f"B-{here}"
        if (link := read_permalink(raw.get("conversation", ""))) is not None:
            raw["conversation"] = await self._linked(link)
        now = self._clock.now()
        bound, wrong = await self._binder.bind(spec, raw, actor, now)
        if wrong and origin.by == "form":
            raise FieldErrors({name: f"{error.message} {error.hint}" for name, error in wrong.items()})
        if wrong:
            raise next(iter(wrong.values()))
        missing = [param for param in spec.params if param.required and param.name not in bound]
        if missing and origin.by == "form":
            raise FieldErrors({param.name: say("{label} is needed.", label=sentence(param.label)) for param in missing})
        beside = bound.keys() - ({"conversation"} if spec.needs_conversation else set())
        # The words of a message are only where a form begins: there is more to say about them.
        bare = spec.asks and origin.by != "form" and (not beside or (origin.by == "shortcut" and WORDS in beside))
        invocation = Invocation(actor, self._commands[spec.name].spec, bound, origin, now)
        if missing or bare:
            await self._precheck(invocation)
            return await self._ask(spec, raw, bound, actor)
        return await self._run(invocation)

    async def _linked(self, link: tuple[str, str]) -> str:
        async with self._storage.reading() as uow:
            number = await uow.postings.at(*link)
        if number is None:
            raise UserError(
                say("That link is not one of my cards."), say("Copy the link of the card itself, or type its B-number.")
            )
        return f"B-{number}"

    async def _precheck(self, invocation: Invocation) -> None:
        """Tell somebody who may not act so before they fill in a form."""
        if "conversation" not in invocation.args:
            return
        async with self._storage.reading() as uow:
            conversation = await uow.conversations.get(invocation.number)
        if conversation is None:
            raise UserError(
                say("There is no B-{number}.", number=invocation.number), say("See what there is with `/baton list`.")
            )
        check = self._commands[invocation.command.name].precheck
        if check is not None:
            check(conversation, invocation)

    async def _ask(self, spec: CommandSpec, raw: Mapping[str, str], bound: Mapping[str, Any], actor: Person) -> Reply:
        """What is missing is asked for: only the conversation by offering likely ones, anything else by a form."""
        missing = [param.kind for param in spec.params if param.required and param.name not in bound]
        likely: list[Line] = []
        if "conversation" in missing:
            likely = await self._likely(spec, actor)
            if not likely:
                raise _nothing_for(spec)
            # What was typed beside it travels in each button; where that is much, a form takes it instead.
            if missing == ["conversation"] and not spec.asks and sum(map(len, raw.values())) <= MOST_CARRIED:
                return Reply(card=likely_card(spec, likely, self._config, now=self._clock.now(), args=raw))
        wanted = any(param.kind == "person_or_department" for param in spec.params)
        # Oneself is among them: to pass a baton that another holds to oneself is to ask for it.
        people = await self._directory.colleagues() if wanted else []
        given = {**raw, **as_offered(spec, bound)}
        return Reply(form=command_form(spec, given, self._config, people=people, likely=likely))

    async def _likely(self, spec: CommandSpec, actor: Person) -> list[Line]:
        lines: dict[int, Line] = {}
        async with self._storage.reading() as uow:
            for which in spec.likely:
                browse = Browse(which, person=actor.ref, department=actor.department)
                for line in await uow.conversations.browse(browse, limit=LIKELY):
                    lines.setdefault(line.conversation.number, line)
            if not lines and not _only_for(spec):
                for line in await uow.conversations.browse(Browse("open", person=actor.ref), limit=LIKELY):
                    lines.setdefault(line.conversation.number, line)
        return list(lines.values())[:LIKELY]

    async def _run(self, invocation: Invocation) -> Reply:
        spec = invocation.command
        handler, ports = self._commands[spec.name].handler, self._ports[spec.name]
        if (before := self._commands[spec.name].before) is not None:
            ports = {**ports, "asked": await before(invocation, **self._ports_before[spec.name])}
        if self._commands[spec.name].waits:
            reply: Reply = await handler(invocation, **ports)
            return reply
        if spec.reads:
            async with self._storage.reading() as uow:
                return await handler(invocation, uow, **ports)
        for tried in range(1, MOST_TRIES + 1):
            try:
                async with self._storage.writing() as uow:
                    if (key := _delivery(invocation.origin)) is not None and not await uow.first(key):
                        return Reply()
                    return await handler(invocation, uow, **ports)
            except ConflictError:
                if tried == MOST_TRIES:
                    raise
        raise AssertionError("the loop returns or raises")


def _delivery(origin: Origin) -> str | None:
    """What names a typed message that its platform may deliver again, after a crash or to another replica."""
    if origin.message is None or origin.by not in {"mention", "text"}:
        return None
    return f"command:{origin.platform}:{origin.team}:{origin.channel}:{origin.message}"


def _authorise(actor: Person, spec: CommandSpec) -> None:
    if actor.outsider and not spec.for_outsiders:
        raise UserError(
            say("Customers' conversations are for colleagues only."),
            say("You are a guest here; ask a colleague to look for you."),
        )


def _only_for(spec: CommandSpec) -> list[str]:
    """What is said when there is nothing the verb is for; empty when it makes sense with any open conversation."""
    said = [sentence(_NOTHING[which]) for which in spec.likely if which in _NOTHING]
    return said if len(said) == len(spec.likely) else []


def _nothing_for(spec: CommandSpec) -> UserError:
    if said := _only_for(spec):
        hint = say("Or name the conversation: `/baton {name} B-12`.", name=spec.name)
        return UserError(" ".join(said), hint, (Offer(say("On the floor"), "list", (("which", "floor"),)),))
    return UserError(say("There is no conversation to choose from."), say("See all of them with `/baton list`."))


def _outdated(said: str) -> UserError:
    return UserError(said, say("Type `/baton help` for what there is now."))


def _wanted(command: Command, everything: Mapping[str, Any]) -> dict[str, Any]:
    """The ports a handler names as keywords, besides the invocation and the unit of work."""
    known = {**everything, "asked": None} if command.before is not None else everything
    return _supplied(command.spec.name, command.handler, 1 if command.waits else 2, known)


def _supplied(verb: str, asks: Callable[..., object], own: int, everything: Mapping[str, Any]) -> dict[str, Any]:
    """What a function names beyond its `own` parameters."""
    names = list(inspect.signature(asks).parameters)[own:]
    unknown = [name for name in names if name not in everything]
    if unknown:
        raise TypeError(f"{verb} asks for {', '.join(unknown)}, which nobody supplies")
    return {name: everything[name] for name in names}
