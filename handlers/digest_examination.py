"""What `doctor` looks at of the weekly digest: who gets it, whether they can be reached, and who did not get the last ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.config import Config
from bot.errors import PermanentError, RetriableError
from bot.ports import DeadLetter, DeadLetters, Directory, Finding, Mailer
from bot.speech import say
from handlers.digest_kept import KIND, MOST, recipient
from handlers.examination import CHECK_WITHIN, Check


def check_recipients(config: Config, directory: Directory) -> Check:
    """Does anybody get the digest, and is everybody known who is to get it as a direct message?"""

    async def check() -> list[Finding]:
        part, found = config.digest, []
        if not part.people and not part.mail and not any(config.surface(name) for name in part.shown_on):
            mend = say("Name surfaces, people or addresses under [digest].")
            found.append(Finding(say("Digest"), "warn", say("nobody gets it"), mend))
        for email in part.people:
            person = await directory.find(email)
            if person is None or not await directory.accounts(person.id):
                detail = say("{who} has not been met on Slack or Teams", who=email)
                mend = say("Mend the address, or let them write to Baton once.")
                found.append(Finding(say("Digest"), "warn", detail, mend))
        return found

    return check


def check_mail(mailer: Mailer | None) -> Check:
    """Does the mail server let us in?"""

    async def check() -> list[Finding]:
        if mailer is None:
            return []
        mend = say("See [mail] in baton.toml; docs/digest.md says what may stand there.")
        try:
            return [Finding(say("Mail"), "ok", await asyncio.wait_for(mailer.health(), CHECK_WITHIN - 0.2))]
        except TimeoutError:
            detail = say("no answer in {n} s", n=f"{CHECK_WITHIN:.0f}")
            return [Finding(say("Mail"), "fail", detail, mend)]
        except (RetriableError, PermanentError) as error:
            return [Finding(say("Mail"), "fail", str(error), mend)]

    return check


def check_digests(letters: DeadLetters) -> Check:
    """Did everybody get the digests that were sent?"""

    async def check() -> list[Finding]:
        by_recipient: dict[str, DeadLetter] = {}
        for letter in await letters.dead(MOST, KIND):
            # The newest comes first.
            by_recipient.setdefault(recipient(letter.payload), letter)
        return [_undelivered(who, letter.payload, letter.error) for who, letter in by_recipient.items()]

    return check


def _undelivered(who: str, payload: Mapping[str, object], error: str) -> Finding:
    due = str(payload.get("due", ""))[:10]
    detail = say("{who} did not get the one of {day}: {why}", who=who, day=due, why=error)
    mend = say("Once that is mended, `app.py outbox replay` sends it with the same numbers for eight days.")
    return Finding(say("Digest"), "fail", detail, mend)
