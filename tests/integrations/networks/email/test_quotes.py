"""What is new in an answer, and what it only quotes."""

from __future__ import annotations

import time

import pytest

from integrations.networks.email.quotes import new_markup, new_text

NEW = "That is new.\nTwo lines of it."

QUOTATIONS = {
    "english": "On Mon, Mar 2, 2026 at 10:31 AM Acme <help@acme.example> wrote:\n> old",
    "english, broken": "On Mon, Mar 2, 2026 at 10:31 AM Acme Support of the very long name <\nhelp@acme.example> wrote:\n\n> old",
    "english, mark lost": "On Mon, Mar 2, 2026 at 10:31 AM Acme <help@acme.example> wrote:\n\nold\nold",
    "english, outlook": "From: Acme <help@acme.example>\nSent: Monday, March 2, 2026 10:31\nTo: Maya\nSubject: Re: x\n\nold",
    "english, bold": "*From:* Acme\n*Date:* Monday\n*To:* Maya\n*Subject:* x\n\nold",
    "english, separator": "-----Original Message-----\nFrom: Acme\n\nold",
    "german": "Am 02.03.26 um 10:31 schrieb Acme Support:\n> alt",
    "german, addressed": "Am Mo., 2. März 2026 um 10:31 Uhr schrieb Acme <\nhelp@acme.example>:\n\n> alt",
    "german, outlook": "________________________________\nVon: Acme\nGesendet: Montag\nAn: Maya\nBetreff: AW: x\n\nalt",
    "german, separator": "-------- Ursprüngliche Nachricht --------\nalt",
    "french": "Le lun. 2 mars 2026 à 10:31, Acme <help@acme.example> a écrit :\n\n> vieux",
    "french, outlook": "De : Acme\nEnvoyé : lundi 2 mars 2026 10:31\nÀ : Maya\nObjet : RE: x\n\nvieux",
    "spanish": "El lun, 2 mar 2026 a las 10:31, Acme (<help@acme.example>)\nescribió:\n\n> viejo",
    "spanish, outlook": "De: Acme\nEnviado el: lunes, 2 de marzo de 2026\nPara: Maya\nAsunto: RE: x\n\nviejo",
    "italian": "Il giorno lun 2 mar 2026 alle ore 10:31 Acme <help@acme.example> ha scritto:\n> vecchio",
    "dutch": "Op ma 2 mrt 2026 om 10:31 schreef Acme <help@acme.example>:\n> oud",
    "portuguese": "Em seg., 2 de mar. de 2026 às 10:31, Acme <help@acme.example> escreveu:\n> velho",
    "polish": "W dniu 2.03.2026 o 10:31, Acme pisze:\n> stare",
    "russian": "2 марта 2026 г., в 10:31, Acme написал(а):\n> старое",
    "chinese": "2026年3月2日 10:31，Acme 写道：\n> 旧",
    "only marked": "> old\n> older",
}
ENDS = ["-- \nMaya\n+33 4", "--\nMaya", "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
        "Enviado desde mi iPhone", "Get Outlook for iOS<https://aka.example/x>", "Inviato da iPhone"]  # fmt: skip


@pytest.mark.parametrize("name", QUOTATIONS)
def test_what_an_answer_quotes_is_left_out(name: str) -> None:
    assert new_text(f"{NEW}\n\n{QUOTATIONS[name]}\n", answers=True) == NEW


@pytest.mark.parametrize("end", ENDS)
def test_a_signature_is_left_out_of_any_mail(end: str) -> None:
    assert new_text(f"{NEW}\n\n{end}\n", answers=False) == NEW
    assert new_text(f"{NEW}\n\n{end}\n\n{QUOTATIONS['german']}\n", answers=True) == NEW


@pytest.mark.parametrize("name", [name for name, text in QUOTATIONS.items() if "\n> " in text])
def test_what_is_written_below_the_quotation_is_new(name: str) -> None:
    assert new_text(f"{QUOTATIONS[name]}\n\n{NEW}", answers=True) == NEW


@pytest.mark.parametrize(
    "text",
    [
        "I want:\n- a box\n- a strap\n\n-- that is all",
        "From: me\nthis is a poem about a parcel",
        "My friend wrote:\nplease call me\nand I did.",
        "Hello,\nmy friend wrote:\nplease call me\nand I did.",
        "Hello,\non 5 May your colleague said this:\nplease call me",
        "Von: mir aus gern.",
        "Best regards\nMaya",
        "Sent from the shop in Lyon it came here.\nA\nB\nC\nD\nE",
        "He wrote 3 letters: one to you, one to me and one to nobody.",
        "Prices: 10 > 5",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert new_text(text, answers=True) == text


def test_a_mail_that_answers_nothing_was_meant_to_be_read_whole() -> None:
    text = f"What is this?\n\n{QUOTATIONS['english, separator']}"
    assert new_text(text, answers=False) == text


@pytest.mark.parametrize("name", QUOTATIONS)
def test_where_nothing_would_be_left_all_stays(name: str) -> None:
    assert new_text(QUOTATIONS[name], answers=True) == QUOTATIONS[name]


def test_markup_is_cut_where_mail_programs_begin_to_quote() -> None:
    for quoted in (
        '<div class="gmail_quote gmail_quote_container">old</div>',
        '<blockquote type="cite">old</blockquote>',
        '<div id="divRplyFwdMsg" dir="ltr">old</div>',
        "<div id=appendonsend></div>old",
        '<div dir="ltr" class="moz-cite-prefix">old</div>',
    ):
        assert new_markup(f"<p>new</p>{quoted}") == "<p>new</p>"
    assert new_markup("<p class='quote'>all new</p>") == "<p class='quote'>all new</p>"


@pytest.mark.parametrize("piece", ["> ", "On 1 a wrote:\n", "From: a\n", "-- ", "\n", "- ", "Am 1 ", "a wrote: ", "_"])
def test_long_and_hostile_texts_take_as_long_as_they_are_long(piece: str) -> None:
    began = time.perf_counter()
    new_text(piece * (200_000 // len(piece)), answers=True)
    assert time.perf_counter() - began < 5
