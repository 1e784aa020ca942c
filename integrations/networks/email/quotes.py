"""What is new in a mail: without what it quotes and without its signature. Pure, and as quick as the text is long.

Mail programs mark what they quote in their own ways and languages. What is not surely a quotation stays: too much is
better than an answer whose half is missing.
"""

from __future__ import annotations

import re

# A line that says who wrote what follows: "On Monday, 2 March 2026, Maya wrote:" in many languages.
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|a écrit|escribió|escribio|ha scritto|schreef|escreveu|skrev|kirjoitti|napisał|napisała"
    r"|pisze|napsal|napsala|írta|a scris|yazdı|написал|написала|пишет|написав|έγραψε)\b|写道|寫道|書きました|のメール",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|Den|På|W dniu|Dnia|Dne|Pe|Στις|Il giorno|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年)\b",
    re.IGNORECASE,
)
_LONGEST_INTRODUCTION = 300

_SEPARATOR = re.compile(
    r"\s*-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Ursprüngliche Mail|Originalnachricht"
    r"|Message d['’]origine|Message original|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original"
    r"|Ursprungligt meddelande|Opprinnelig melding|Oprindelig meddelelse|Wiadomość oryginalna|Исходное сообщение)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = r"From|Von|De|Expéditeur|Da|Van|Från|Fra|Od|От|差出人|发件人|寄件者"
_BESIDE = (
    r"Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Enviado el|Fecha|Para|Asunto|Inviato|Data|A"
    r"|Oggetto|Verzonden|Aan|Onderwerp|Enviada em|Assunto|Skickat|Till|Ämne|Sendt|Til|Emne|Wysłano|Do|Temat|Дата|Кому|Тема"
    r"|送信日時|宛先|件名|发送时间|收件人|主题"
)
_FROM_LINE = re.compile(rf"\s*\*?(?:{_FROM})\s*[:：]\*?\s*\S", re.IGNORECASE)
_BESIDE_LINE = re.compile(rf"\s*\*?(?:{_BESIDE})\s*[:：]", re.IGNORECASE)
_RULE = re.compile(r"\s*[_-]{10,}\s*")

_SIGNATURE = re.compile(r"--\s?")
_DEVICE = re.compile(
    r"(?:Sent from|Sent with|Sent via|Get Outlook for|Von meinem .{1,40} gesendet|Gesendet (?:von|mit|über)|Holen Sie sich Outlook"
    r"|Outlook für (?:iOS|Android)|Envoyé (?:de|depuis|à partir|avec)|Téléchargez Outlook|Télécharger Outlook|Obtenir Outlook"
    r"|Enviado (?:desde|de|con)|Obtener Outlook|Obtén Outlook|Inviato da|Verzonden (?:vanaf|met)|Skickat från|Sendt fra"
    r"|Wysłane z|Отправлено (?:с|из))\b.{0,80}",
    re.IGNORECASE,
)
_MOST_AFTER_DEVICE = 3
"""Lines below the line of a device that still belong to it."""

_MARKUP = re.compile(
    r"""<(?:div|blockquote|section|hr)\b[^>]{0,200}?(?:class=["']?[^"'>]{0,60}?(?:gmail_quote|yahoo_quoted|moz-cite-prefix"""
    r"""|protonmail_quote)|type=["']?cite|id=["']?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container))""",
    re.IGNORECASE,
)
"""Where the mail programs that write HTML begin to quote."""


def new_markup(html: str) -> str:
    """The markup up to what it quotes."""
    quoted = _MARKUP.search(html)
    return html[: quoted.start()] if quoted is not None else html


def new_text(text: str, *, answers: bool) -> str:
    """What is new. Only in a mail that `answers` another is anything a quotation: else it was meant to be read.

    Where nothing would be left, the whole text.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_quotations(lines) if answers else lines
    return _joined(_unsigned(kept)) or _joined(kept) or _joined(lines)


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_quotations(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for at, line in enumerate(lines):
        if _SEPARATOR.fullmatch(line) or _is_block(lines, at):
            # All that follows is the mail that was answered; a rule above it belongs to it.
            while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1])):
                kept.pop()
            break
        if line.lstrip().startswith(">"):
            continue
        introduced = _introduction(kept, line)
        if introduced is not None:
            above, surely = introduced
            if _is_quoted_below(lines, at + 1):
                del kept[len(kept) - above :]
                continue
            if surely and _joined(kept[: len(kept) - above]):
                # The marks of the quotation were lost.
                del kept[len(kept) - above :]
                break
        kept.append(line)
    return kept


def _is_block(lines: list[str], at: int) -> bool:
    """Do the headers of a mail that is quoted begin here? Sender, then at least two more of them."""
    if not _FROM_LINE.match(lines[at]):
        return False
    return sum(1 for line in lines[at + 1 : at + 8] if _BESIDE_LINE.match(line)) >= 2


def _introduction(kept: list[str], line: str) -> tuple[int, bool] | None:
    """Is this the last line of those that say who wrote what follows? How many above belong to it, and is it sure."""
    said = line.strip()
    if not said.endswith((":", "：")):
        return None
    window = said
    for above in range(3):
        if above and (len(kept) < above or not kept[-above].strip()):
            break
        window = f"{kept[-above].strip()} {window}" if above else said
        if len(window) > _LONGEST_INTRODUCTION:
            break
        if _BEGINS.match(window) and _WROTE.search(window) and any(letter.isdigit() for letter in window):
            return above, True
    return (0, False) if len(said) <= _LONGEST_INTRODUCTION and _WROTE.search(said) else None


def _is_quoted_below(lines: list[str], at: int) -> bool:
    """Is the next line with words marked as quoted?"""
    return next((line.lstrip().startswith(">") for line in lines[at:] if line.strip()), True)


def _unsigned(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line):
            return lines[:at]
        if _DEVICE.fullmatch(line.strip()):
            below = sum(1 for following in lines[at + 1 :] if following.strip())
            if below <= _MOST_AFTER_DEVICE:
                return lines[:at]
    return lines
