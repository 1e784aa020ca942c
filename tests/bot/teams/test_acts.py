"""Buttons act in place, open dialogs or pages, and what was pressed comes back."""

from __future__ import annotations

from bot.cards import Actions, Bold, Button, Card, Menu, Paragraph
from bot.teams.acts import read_pressed
from tests.bot.teams.rendered import made, rendered


def test_an_act_changes_the_card_and_a_question_opens_a_dialog() -> None:
    row = Actions(
        (
            Button("Claim", "claim", {"conversation": "B-1"}, "primary"),
            Button("Pass…", "pass", {"conversation": "B-1"}),
            Button("Customer", "customer", {"conversation": "B-1"}, "danger"),
            Button("Open", url="https://a.example"),
        )
    )
    (element,) = rendered(row)
    carried = {"verb": "customer", "args": {"conversation": "B-1"}, "msteams": {"type": "task/fetch"}}
    assert element["actions"] == [
        {
            "type": "Action.Execute",
            "title": "Claim",
            "verb": "claim",
            "data": {"args": {"conversation": "B-1"}},
            "style": "positive",
        },
        {"type": "Action.Submit", "title": "Pass…", "data": carried | {"verb": "pass"}},
        {"type": "Action.Submit", "title": "Customer", "data": carried, "style": "destructive"},
        {"type": "Action.OpenUrl", "title": "Open", "url": "https://a.example"},
    ]


def test_without_dialogs_every_press_acts_in_place_and_inside_one_it_is_submitted() -> None:
    card = Card("x", (Actions((Button("Claim", "claim"), Button("Pass…", "pass"))),))
    in_place = made(card, dialogs=False, leave=Button("Back", "show", {"conversation": "B-1"}))
    assert [act["type"] for row in in_place["body"] for act in row["actions"]] == ["Action.Execute"] * 3
    assert in_place["body"][-1]["actions"][0]["associatedInputs"] == "none"
    inside = made(card, inside=True)["body"][0]["actions"]
    assert [(act["type"], act["data"]) for act in inside] == [
        ("Action.Submit", {"verb": "claim", "args": {}}),
        ("Action.Submit", {"verb": "pass", "args": {}}),
    ]


def test_what_was_pressed_can_be_read_back() -> None:
    args = {"conversation": "B-1"}
    assert read_pressed({"type": "Action.Execute", "verb": "claim", "data": {"args": args}}) == ("claim", args)
    assert read_pressed({"verb": "pass", "args": args, "msteams": {"type": "task/fetch"}}) == ("pass", args)
    assert read_pressed({"type": "task/fetch", "data": {"verb": "pass", "args": args}}) == ("pass", args)
    assert read_pressed({"verb": "claim", "args": "no"}) == ("claim", {})
    assert read_pressed({"args": args}) is None


def test_more_buttons_than_a_row_takes_are_several_rows_and_the_menu_overflows_the_last() -> None:
    many = tuple(Button(f"Claim {n}", "claim", {"conversation": f"B-{n}"}) for n in range(12))
    menu = Menu(tuple(Button(f"Do {n}", "note", {"conversation": f"B-{n}"}) for n in range(9)))
    body = rendered(Actions((*many, menu)))
    shown = [[act["title"] for act in row["actions"] if act.get("mode") != "secondary"] for row in body]
    assert [len(row) for row in shown] == [5, 5, 2]
    hidden = [act["title"] for act in body[-1]["actions"] if act.get("mode") == "secondary"]
    assert hidden == [f"Do {n}" for n in range(9)]


def test_buttons_with_many_words_do_not_squeeze_each_other_in_one_row() -> None:
    words = ("No notices to me", "Notices again", "Check the installation", "All")
    body = rendered(Actions(tuple(Button(name, "settings") for name in words)))
    assert [[act["title"] for act in row["actions"]] for row in body] == [list(words[:2]), list(words[2:])]


def test_a_button_beside_text_stands_in_a_column_of_its_own() -> None:
    (element,) = rendered(Paragraph((Bold("B-1"),), Button("Claim", "claim", {"conversation": "B-1"})))
    assert [column["width"] for column in element["columns"]] == ["stretch", "auto"]
    assert element["columns"][1]["items"][0]["actions"][0]["verb"] == "claim"
