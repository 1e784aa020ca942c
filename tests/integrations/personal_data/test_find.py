"""What is found as personal data, in what forms and languages, and what is left alone."""

from __future__ import annotations

import pytest

from integrations.personal_data import find, mask
from tests.triage.personal_data import is_found
from tests.triage.personal_examples import ORDINARY, examples


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to john.doe@example.com, please", "write to [e-mail], please"),
        ("john dot doe at gmail dot com", "[e-mail]"),
        ("john [at] example [dot] org or jane(at)firma.de", "[e-mail] or [e-mail]"),
        ("max.mustermann @ web . de!", "[e-mail]!"),
        ("邮箱abc@qq.com谢谢", "邮箱[e-mail]谢谢"),
        ("+1 (555) 123-4567, (212) 555 0199 x123", "[phone], [phone]"),
        ("Tel. 089 123 45 67 oder +49 (0) 89 1234567", "Tel. [phone] oder [phone]"),
        ("06.12.34.56.78 ou 06 12 34 56 78", "[phone] ou [phone]"),
        ("call 555-1234", "call [phone]"),
        ("电话13800138000谢谢", "电话[phone]谢谢"),
        ("اتصل بي على ٠٥٠١٢٣٤٥٦٧", "اتصل بي على [phone]"),
        ("DE89 3704 0044 0532 0130 00 ist meine", "[IBAN] ist meine"),
        ("card 4111 1111 1111 1111.", "card [card]."),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[card]"),
        ("ssn 123-45-6789", "ssn [id number]"),
        ("DNI 12345678Z", "DNI [id number]"),
        ("RSSMRA85T10A562S", "[id number]"),
        ("PESEL 44051401359, TC 10000000146", "PESEL [id number], TC [id number]"),
        ("CPF 529.982.247-25", "CPF [id number]"),
        ("my ip is 84.17.32.5", "my ip is [IP address]"),
        ("2001:db8:85a3::8a2e:370:7334 is mine", "[IP address] is mine"),
        ("send it to 123 Main St, Apt 4B", "send it to [address]"),
        ("Hauptstraße 12, 10115 Berlin", "[address]"),
        ("12 rue de la Paix, 75002 Paris", "[address]"),
        ("Calle Mayor 15, 28013 Madrid", "[address]"),
        ("abito in via Garibaldi 7", "abito in [address]"),
        ("ul. Marszałkowska 10/5, 00-026 Warszawa", "[address]"),
        ("Keizersgracht 123, 1015 CJ Amsterdam", "[address]"),
        ("I live at 527 Bush Centers Suite 056 now", "I live at [address] now"),
        ("5847 Carrillo Spurs, Summermouth, SD 23916", "[address]"),
        ("Villagränd 5, Győri utca 35. och Bulevardul Marin Nr. 32", "[address], [address] och [address]"),
        ("bydlím na Vašátkova 7", "bydlím na [address]"),
        ("ул. Ленина, д. 5", "[address]"),
        ("(18) 2547-5530, 141-629-9864 x984", "[phone], [phone]"),
        ("born 12/05/1987", "born [date of birth]"),
        ("geboren am 3. März 1990", "geboren am [date of birth]"),
        ("生年月日は1985年4月3日です", "生年月日は[date of birth]です"),
        ("passport number 123456789", "passport number [passport]"),
        ("my order #123456789", "my order #[reference]"),
        ("PNR QWERTZ", "PNR [reference]"),
        ("booking ref K7Q2ZP", "booking ref [reference]"),
        ("meter number 45129931", "meter number [reference]"),
        ("patient number 4471234", "patient number [reference]"),
    ],
)
def test_it_is_masked_as_what_it_is(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", ORDINARY)
def test_numbers_of_nobody_are_left(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "DE89370400440532013001",
        "12345678A",
        "version 84.17.132.5",
        "Musikuntermalung",
        "the meter was 45123 in May",
        "booking ABCDEF",
        "ISBN 0375403744",
        "Dennoch Platz 2 für uns",
        "my heart <3 The United States, we had 5 Killed In Action",
        "flying via London 12 hours late, gate 22",
        "@name@server.example and @user12345678901",
        "https://example.com/+491711234567/4111111111111111",
        "£100000000 and 100000000 users",
        "16.11.2023 14:30 and 2023-11-16 20:15:00",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert find(text) == ()


def test_places_are_those_of_the_text_as_given_with_what_nobody_sees() -> None:
    text = "👋 ＋４４　７７００　９００１２３ and jo\u200bhn@exa\u00admple.com\u200b!"
    phone, email = find(text)
    assert text[phone.start : phone.end] == "＋４４　７７００　９００１２３"
    assert text[email.start : email.end] == "jo\u200bhn@exa\u00admple.com"


def test_nearly_all_of_many_made_up_ones_is_found() -> None:
    made = examples(1_200, seed=3)
    assert sum(is_found(each) for each in made) >= 0.97 * len(made)
