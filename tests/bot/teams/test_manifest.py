"""The Teams app package: made from the commands alone, within what Teams takes. The schema itself judges it in tests/e2e."""

from __future__ import annotations

import io
import json
import struct
import zlib
from zipfile import ZipFile

import pytest

from bot.commands import CommandSpec
from bot.teams import manifest as made_by
from bot.teams.manifest import Json, action_id, manifest, package
from docs.pictures.icons import FOLDER, ICONS
from handlers.commands import COMMANDS

APP_ID = "0f5e9d3c-7a61-4c2e-9b1d-2a4c6e8f0b13"
SPECS = tuple(command.spec for command in COMMANDS)
LONG = tuple(
    CommandSpec(f"verb{number}", "What it does, `in code`, " * 40, ("x",), shortcut=f"Do what {number} does " * 9)
    for number in range(30)
)


def made(specs: tuple[CommandSpec, ...] = SPECS, *, app_id: str = APP_ID, **how: str) -> Json:
    return manifest(specs, app_id, **({"company": "Acme", "about": "https://acme.example/baton"} | how))


def menus(document: Json) -> dict[str, list[str]]:
    """The verbs of the menu of each scope."""
    lists = document["bots"][0]["commandLists"]
    return {scope: [each["title"] for each in menu["commands"]] for menu in lists for scope in menu["scopes"]}


def extensions(document: Json, kind: str) -> list[Json]:
    return [each for each in document["composeExtensions"][0]["commands"] if each["type"] == kind]


def test_one_id_is_the_app_s_the_bot_s_and_that_of_its_permissions() -> None:
    document = made(app_id=f" {APP_ID.upper()}\n")
    told = [document["id"], document["bots"][0]["botId"], document["composeExtensions"][0]["botId"]]
    assert {*told, document["webApplicationInfo"]["id"]} == {APP_ID}
    assert document["webApplicationInfo"]["resource"]


def test_people_can_talk_to_it_alone_in_group_chats_and_in_channels() -> None:
    assert set(made()["bots"][0]["scopes"]) == {"personal", "team", "groupChat"} == set(menus(made()))


def test_the_menus_offer_real_verbs_the_most_useful_first() -> None:
    names = [spec.name for spec in SPECS]
    for offered in menus(made()).values():
        assert offered[0] == "help"
        assert {"list", "claim", "pass", "resolve", "customer"} <= set(offered) <= set(names)


def test_verbs_nobody_ranked_come_in_their_order_and_no_more_than_fit() -> None:
    assert menus(made(LONG))["team"] == [spec.name for spec in LONG[:12]]


def test_customers_and_conversations_are_searched_by_one_parameter() -> None:
    searches = extensions(made(), "query")
    assert [search["id"] for search in searches] == ["customer", "conversation"]
    assert {parameter["name"] for search in searches for parameter in search["parameters"]} == {"query"}


def test_each_verb_with_a_shortcut_is_an_action_on_messages_that_opens_a_dialog() -> None:
    actions = extensions(made(), "action")
    shortcuts = [spec for spec in SPECS if spec.shortcut]
    assert [(each["id"], each["title"]) for each in actions] == [(action_id(spec), spec.shortcut) for spec in shortcuts]
    assert all(each["context"] == ["message"] and each["fetchTask"] for each in actions)


def test_ids_of_searches_and_actions_are_never_the_same() -> None:
    for document in (made(), made(LONG)):
        ids = [each["id"] for each in document["composeExtensions"][0]["commands"]]
        assert len(ids) == len(set(ids)) <= 10


def test_what_is_too_long_for_teams_is_cut() -> None:
    document = made(LONG, company="A very long name of a company, " * 4)
    assert len(document["developer"]["name"]) <= 32
    assert len(document["name"]["short"]) <= 30
    assert len(document["description"]["short"]) <= 80
    for command in (*document["bots"][0]["commandLists"][0]["commands"], *document["composeExtensions"][0]["commands"]):
        assert len(command["title"]) <= 32
        assert len(command["description"]) <= 128
        assert "`" not in command["description"]


def test_no_description_of_ours_needs_to_be_cut() -> None:
    assert "…" not in json.dumps(made(), ensure_ascii=False)


def test_it_asks_for_the_threads_of_its_cards_and_for_nothing_else() -> None:
    document = made()
    asked = document["authorization"]["permissions"]["resourceSpecific"]
    assert asked == [{"name": "ChannelMessage.Read.Group", "type": "Application"}]
    assert document["validDomains"] == []
    assert not document["bots"][0]["supportsFiles"]
    assert "devicePermissions" not in document


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"app_id": "baton"}, "app id"),
        ({"app_id": f"{APP_ID}0"}, "app id"),
        ({"about": "http://acme.example"}, "https://"),
        ({"about": "https://"}, "https://"),
        ({"version": "1.0"}, "version"),
        ({"version": "01.0.0"}, "version"),
    ],
)
def test_what_teams_would_refuse_is_refused_here(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(SPECS, **wrong)


def test_the_package_has_the_same_bytes_each_time_and_holds_what_it_names() -> None:
    icons = {name: (FOLDER / name).read_bytes() for name in ICONS}
    file = package(made(), icons)
    assert file == package(made(), icons)
    with ZipFile(io.BytesIO(file)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["manifest.json", "color.png", "outline.png"]
        written = json.loads(opened.read("manifest.json"))
        assert written == made()
        assert all(opened.read(name) == icons[name] for name in written["icons"].values())


def test_the_icons_have_the_sizes_that_teams_wants() -> None:
    assert {name: size((FOLDER / name).read_bytes()) for name in ICONS} == {
        made_by.COLOUR: (192, 192),
        made_by.OUTLINE: (32, 32),
    }


def test_the_outline_is_white_on_nothing() -> None:
    seen = pixels((FOLDER / made_by.OUTLINE).read_bytes())
    assert {pixel[:3] for pixel in seen} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for pixel in seen}


@pytest.mark.parametrize("name", ICONS)
def test_the_icons_are_what_their_drawing_draws(name: str) -> None:
    assert pixels((FOLDER / name).read_bytes()) == pixels(ICONS[name]())


def size(file: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", file[16:24])
    return width, height


def pixels(file: bytes) -> list[tuple[int, ...]]:
    """The RGBA pixels of a PNG file whose lines are not filtered, as the drawing writes it."""
    width, height = size(file)
    (length,) = struct.unpack(">I", file[33:37])
    lines = zlib.decompress(file[41 : 41 + length])
    assert len(lines) == height * (1 + 4 * width)
    return [
        tuple(lines[at : at + 4])
        for y in range(height)
        for at in range(y * (1 + 4 * width) + 1, (y + 1) * (1 + 4 * width), 4)
    ]
