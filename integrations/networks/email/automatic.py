"""Mails that no person wrote: automatic replies, receipts, and what tells that a mail of ours did not arrive. Pure.

https://www.rfc-editor.org/rfc/rfc3834 (automatic replies), https://www.rfc-editor.org/rfc/rfc3464 (reports of delivery).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from integrations.networks.email.headers import header, ids, mailbox, subject, words

_AWAY = re.compile(
    r"(?:automatic reply|auto[- ]?reply|auto[- ]?response|autosvar|auto:|out of (?:the )?office(?=\s*(?:[:(\-–]|$|re\b|until|auto|reply|from|message|notice))"
    r"|automatische antwort|automatische rückantwort|abwesenheitsnotiz|abwesenheitsassistent|abwesend:|abwesenheit:"
    r"|réponse automatique|absence du bureau|message d['’]absence|respuesta automática|fuera de la oficina"
    r"|risposta automatica|fuori sede|automatisch antwoord|afwezigheidsbericht|automatiskt svar|automatisk svar"
    r"|resposta automática|odpowiedź automatyczna|autoodpowiedź|automaattinen vastaus|automatická odpověď"
    r"|автоответ|автоматический ответ|自動返信|自動応答|自动回复|自動回覆)",
    re.IGNORECASE,
)
_SENDERS = re.compile(r"(?:mailer-daemon|mail-daemon|postmaster)@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail did not arrive: to whom it went, what the server said, and the mail's own headers."""

    recipient: str
    said: str
    delayed: bool
    message_id: str
    answered: tuple[str, ...]
    subject: str


def automatic(mail: Message) -> str | None:
    """Why no person wrote it, in words that go after “is”; None where one may have."""
    if header(mail, "auto-submitted").partition(";")[0].strip().lower() not in {"", "no"}:
        return "an automatic reply (Auto-Submitted)"
    if any(header(mail, name) for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")):
        return "an automatic reply (X-Autoreply)"
    precedence = header(mail, "precedence").lower()
    if precedence in {"bulk", "junk", "auto_reply"}:
        return f"sent by a machine (Precedence: {precedence})"
    if header(mail, "x-auto-response-suppress").lower() not in {"", "none"}:
        return "sent by a machine (X-Auto-Response-Suppress)"
    if mail.get_content_type() == "multipart/report":
        return "a report by a machine"
    if header(mail, "return-path").replace(" ", "") == "<>":
        return "sent by a machine (no address to return it to)"
    if _AWAY.match(subject(mail)):
        return "an automatic reply, by its subject"
    return None


def bounce(mail: Message) -> Bounce | None:
    """The report, if it is one that a mail did not arrive."""
    sender = mailbox(header(mail, "from"))
    by_daemon = sender is not None and _SENDERS.match(sender[1]) is not None
    failed = header(mail, "x-failed-recipients")
    parts = _reported(mail)
    if not parts and not (by_daemon or failed):
        return None
    if not parts and not failed and header(mail, "return-path").replace(" ", "") not in {"", "<>"}:
        return None
    told = {name: value for part in parts for name, value in _fields(part)}
    ours = _original(mail)
    return Bounce(
        recipient=(told.get("final-recipient", "").rpartition(";")[2].strip() or failed)[:320],
        said=(told.get("diagnostic-code", "").partition(";")[2].strip() or told.get("status", ""))[:300],
        delayed=told.get("action", "").lower() == "delayed",
        message_id=next(iter(ids(header(ours, "message-id"))), "") if ours is not None else "",
        answered=tuple(ids(f"{header(ours, 'references')} {header(ours, 'in-reply-to')}")) if ours is not None else (),
        subject=subject(ours) if ours is not None else "",
    )


def _reported(mail: Message) -> list[Message]:
    """The fields of a report of delivery; nothing where it is no such report."""
    for part in _top(mail):
        blocks = part.get_payload()
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    return []


def _original(mail: Message) -> Message | None:
    """The headers of the mail that did not arrive."""
    for part in _top(mail):
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            return inner[0] if isinstance(inner[0], Message) else None
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            return _as_headers(str(inner[0] if isinstance(inner, list) and inner else inner))
    return None


def _as_headers(text: str) -> Message:
    """The headers, each on a line of its own or folded."""
    found = Message()
    for line in re.sub(r"\r?\n[ \t]+", " ", text[:50_000]).splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() in {"message-id", "references", "in-reply-to", "subject"}:
            found[name.strip()] = value.strip()
    return found


def _top(mail: Message) -> list[Message]:
    parts = mail.get_payload()
    return [part for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []


def _fields(part: Message) -> list[tuple[str, str]]:
    return [(name.lower(), words(header(part, name.lower()))) for name in dict.fromkeys(part.keys())]
