"""What becomes of those who say the same: a part of `tests.bot.domain.floor`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.domain import echoing
from bot.domain.conversation import State
from tests.bot.domain.drawing import PEOPLE, Choose

if TYPE_CHECKING:
    from tests.bot.domain.floor import Floor


class Echoes:
    """Others say the same as the conversation, or it says the same as another one."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def turns(self) -> list[Callable[[Choose], None]]:
        """What can happen now."""
        return [self.others_say_the_same, *([self.its_leader_goes_on] * 6 if self.is_echo() else [])]

    def is_echo(self) -> bool:
        return self._floor.story.c.state is State.ECHO

    def others_say_the_same(self, choose: Choose) -> None:
        """One that leads counts them and, urgent ones among them, is urgent; one of them may leave it again."""
        before = self._floor.story.c
        if not echoing.leads(before):
            assert not before.echoes or before.state is State.RESOLVED
            return
        network, why = choose(("mastodon", "reddit")), choose((None, None, "danger: “on fire”"))
        if before.spread.get(network) and choose((True, False)):
            self._floor.came_from(self._floor.story.left(network), None, "network")
            assert self._floor.story.c.echoes == before.echoes - 1
            return
        self._floor.came_from(self._floor.story.echoed(why, **{network: 2}), None, "network")
        now = self._floor.story.c
        assert now.echoes == before.echoes + 2
        assert now.urgent == (before.urgent or why is not None)
        assert "on fire" not in (now.why_urgent or "") or before.urgent, "the words of another stay with them"
        assert (now.state, now.baton is None, now.posts) == (before.state, before.baton is None, before.posts)
        assert now.snoozed_until == (None if now.urgent and not before.urgent else before.snoozed_until)

    def its_leader_goes_on(self, choose: Choose) -> None:
        """It is resolved with its leader, gets another one, takes the place of one that is gone, or is separated."""
        person = choose(PEOPLE)
        match choose(("resolved", *["follows"] * 4, "inherits", "separated")):
            case "resolved":
                self._floor.came_from(self._floor.story.resolved_with(person), person.ref, "baton")
                assert self._floor.story.c.outcome is not None
                assert self._floor.story.c.resolved_by == person.ref
                assert self._floor.story.c.echo_of is not None
            case "follows":
                heir = choose((3, 5))
                self._floor.came_from(self._floor.story.follows(heir), None, "baton")
                assert (self._floor.story.c.echo_of, self._floor.story.c.state) == (heir, State.ECHO)
            case "inherits":
                self._floor.came_from(self._floor.story.inherits(), None, "baton")
                self.stands_alone()
            case _:
                assert self._floor.tries(person, True, lambda: self._floor.story.separate(person), echo=True)
                self.stands_alone()

    def stands_alone(self) -> None:
        c = self._floor.story.c
        assert (c.state, c.echo_of, c.floor_since) == (State.FLOOR, None, self._floor.story.now)

    def check(self) -> None:
        """An echo has a leader and leads nobody; a leader counts as many as it has on all networks."""
        c = self._floor.story.c
        assert c.state is not State.ECHO or c.echo_of is not None
        assert c.echo_of is None or (c.state in {State.ECHO, State.RESOLVED} and not c.echoes)
        assert c.echoes == sum(c.spread.values()) >= 0
