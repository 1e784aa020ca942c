"""baton.toml: what it may say, what holds without it, and how a mistake in it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config, Route, Surface, parse, parse_hours
from bot.domain.people import Department, Role
from bot.domain.routing import Case
from bot.errors import ConfigError
from bot.views import made_up

SAMPLE = Path(__file__).parents[2] / "playground" / "sample" / "baton.toml"

WHOLE = """\
[company]
name = "Acme"
timezone = "Europe/Paris"
hours = "Mon-Fri 9:00-17:00"

[departments.care]
name = "Customer Care"
words = ["parcel", "refund"]
hours = "Mon-Sun 08:00-24:00"
timezone = "Asia/Tokyo"

[departments.legal]

[[people]]
email = "ana@acme.example"
department = "care"
roles = ["lead", "coordinator"]

[[surfaces]]
name = "floor"
channel = "#floor"

[[surfaces]]
name = "reviews"
platform = "teams"
channel = "19:abc@thread.tacv2"
rate = 0.5

[[surfaces]]
name = "bosses"
channel = "C0BOSSES"
purpose = "management"

[[routes]]
networks = ["app_store"]
surfaces = ["reviews"]

[[routes]]
departments = ["legal"]
urgent = true
surfaces = [
  "bosses",
  "floor",
]

[policies]
lease = "2h"
lease_urgent = "20m"
overdue = ["1h", "2h", "1d"]

[sources.shop]
network = "shop"
every = "90s"

[digest]
day = "fri"
at = "16:30"
surface = "bosses"
"""


def _refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as told:
        parse(text, "baton.toml")
    assert told.value.message.endswith(".")
    assert told.value.hint.strip()
    return told.value


def test_an_occasion_that_is_none_is_refused_with_those_there_are() -> None:
    told = _refused('[crm.main]\nkind = "tryton"\non = ["closed"]\n')
    assert "crm.main.on" in told.message
    assert "answered" in told.message


def test_without_a_file_there_are_eight_departments_a_floor_and_management() -> None:
    config = parse("")
    assert config == Config()
    assert len(config.departments) == 8
    assert [(s.name, s.channel, s.purpose) for s in config.surfaces] == [
        ("floor", "#floor", "floor"),
        ("management", "#management", "management"),
    ]
    assert config.sources["demo"].secret_env == "BATON_HOOK_SECRET"
    policies = config.life_policies
    assert (policies.lease.urgent, policies.lease.normal) == (timedelta(minutes=30), timedelta(hours=4))
    assert policies.default_hours.always_open


def test_everything_that_may_be_said_is_taken() -> None:
    config = parse(WHOLE)
    assert config.company.name == "Acme"
    assert config.department("care") == Department("care", "Customer Care")
    assert config.people[0].roles == {Role.LEAD, Role.COORDINATOR}
    assert config.sources["shop"].every == timedelta(seconds=90)
    assert (config.digest.day, config.digest.at) == ("fri", time(16, 30))
    policies = config.life_policies
    assert policies.lease.normal == timedelta(hours=2)
    assert policies.overdue.normal == (timedelta(hours=1), timedelta(hours=2), timedelta(days=1))
    assert policies.hours_of("care").timezone == "Asia/Tokyo"
    assert policies.hours_of("care").days == dict.fromkeys(range(7), (time(8), time(0)))
    assert policies.hours_of("legal") == policies.default_hours
    assert policies.default_hours.days == dict.fromkeys(range(5), (time(9), time(17)))


def test_the_demo_s_configuration_is_right() -> None:
    config = parse(SAMPLE.read_text("utf-8"))
    assert all(config.department(person.department) for person in config.people if person.department)


def test_a_file_saved_on_windows_is_read_alike() -> None:
    assert parse("\ufeff" + WHOLE.replace("\n", "\r\n")) == parse(WHOLE)


MISTAKES = [
    ('timezone = "Europe/Paris"', 'timezone = "Europe/Pari"', "company.timezone", "Europe/Paris"),
    ('timezone = "Europe/Paris"', 'timezone = "Europe"', "company.timezone", "Europe/Paris"),
    ('hours = "Mon-Fri 9:00-17:00"', 'hours = "Mon-Fri 9-5pm"', "company.hours", "Mon-Fri 09:00-17:00"),
    ('hours = "Mon-Sun 08:00-24:00"', 'hours = "Mon-Sun 22:00-06:00"', "departments.care.hours", "24:00"),
    ('name = "Customer Care"', 'nmae = "Customer Care"', "departments.care.nmae", "no such setting"),
    ("[departments.legal]", "[departments.Legal]", "departments.Legal", "small letters"),
    ('email = "ana@acme.example"', 'mail = "ana@acme.example"', "people.email", "missing"),
    ('roles = ["lead", "coordinator"]', 'roles = ["boss"]', "people.roles", "'lead'"),
    ('department = "care"', 'department = "cars"', "people.department", "not among the departments"),
    ('platform = "teams"', 'platform = "irc"', "surfaces.platform", "'teams'"),
    ("rate = 0.5", "rate = 0", "surfaces.rate", "greater than 0"),
    ('name = "reviews"', 'name = "floor"', "surfaces.name", "already"),
    ('channel = "19:abc@thread.tacv2"', 'channel = "#reviews"', "surfaces.channel", "begins with 19:"),
    ('channel = "19:abc@thread.tacv2"', 'channel = "19:abc@thread.v2"', "surfaces.channel", "chats have no threads"),
    ('purpose = "management"', 'purpose = "bosses"', "surfaces.purpose", "'management'"),
    ('surfaces = ["reviews"]', 'surfaces = ["review"]', "routes.surfaces", "not among the surfaces"),
    ('departments = ["legal"]', 'departments = ["leagl"]', "routes.departments", "not among the departments"),
    ('  "floor",', '  "flor",', "routes.surfaces", "not among the surfaces"),
    ("urgent = true", 'urgent = "perhaps"', "routes.urgent", "boolean"),
    ('lease = "2h"', 'lease = "2 moons"', "policies.lease", "30m"),
    ('lease = "2h"', "lease = 30", "policies.lease", "30m"),
    ('overdue = ["1h", "2h", "1d"]', 'overdue = ["1h", "2h"]', "policies.overdue", "missing"),
    ('overdue = ["1h", "2h", "1d"]', 'overdue = ["1h", "2h", "1x"]', "policies.overdue", "1x"),
    ('overdue = ["1h", "2h", "1d"]', 'overdue = ["1d", "2h", "1h"]', "policies.overdue", "shorter"),
    ('every = "90s"', 'every = "often"', "sources.shop.every", "30m"),
    ('day = "fri"', 'day = "Friday"', "digest.day", "'fri'"),
    ('at = "16:30"', "at = 16", "digest.at", "08:00"),
    ('surface = "bosses"', 'surface = "boss"', "digest.surface", "not among the surfaces"),
]


@pytest.mark.parametrize(("right", "mistaken", "where", "why"), MISTAKES)
def test_a_mistake_is_told_with_its_line_its_setting_and_the_mend(
    right: str, mistaken: str, where: str, why: str
) -> None:
    assert WHOLE.count(right) == 1
    text = WHOLE.replace(right, mistaken)
    line = WHOLE[: WHOLE.index(right)].count("\n") + 1
    if where == "people.email":  # what is missing is told at the table that it is missing from
        line = text.split("\n").index("[[people]]") + 1
    error = _refused(text)
    assert error.message.startswith(f"baton.toml, line {line}, {where}: ")
    assert why in f"{error.message} {error.hint}"


def test_a_setting_missing_from_the_second_of_three_is_told_at_the_second() -> None:
    text = WHOLE.replace('channel = "19:abc@thread.tacv2"\n', "")
    tables = [n for n, line in enumerate(text.split("\n"), 1) if line == "[[surfaces]]"]
    error = _refused(text)
    assert error.message == f"baton.toml, line {tables[1]}, surfaces.channel: it is missing."
    assert error.hint == "Add a line `channel = …` there."


def test_the_same_person_twice_is_told_at_the_second() -> None:
    text = WHOLE.replace("[[surfaces]]", '[[people]]\nemail = "ANA@acme.example"\n\n[[surfaces]]', 1)
    line = text.split("\n").index('email = "ANA@acme.example"') + 1
    assert _refused(text).message.startswith(f"baton.toml, line {line}, people.email: ")


def test_a_setting_that_does_not_exist_is_answered_with_the_nearest_that_does() -> None:
    assert _refused('[policies]\nlease_urgnt = "30m"').hint == "Did you mean `lease_urgent`?"
    assert "misspelling" in _refused("[policies]\nxyzzy = 1").hint


def test_surfaces_without_a_floor_are_refused() -> None:
    text = '[[surfaces]]\nname = "bosses"\nchannel = "#bosses"\npurpose = "management"'
    assert _refused(text).message.startswith("baton.toml, line 1, surfaces: none of them is a floor")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[company]\nname = Acme", 2),
        ('[company]\nname = "Acme', 2),
        ('[company]\n\nname = "a"\nname = "b"', 4),
        ('[company]\n# a list\n[[routes]]\nsurfaces = [\n  "floor",\n', 4),
        ('[company]\nname = """Acme\n\n', 2),
        ("[company\n", 1),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    assert f"at line {line}" in _refused(text).message


@given(st.text() | st.lists(st.sampled_from(WHOLE.split("\n")), max_size=12).map("\n".join))
def test_any_text_is_a_configuration_or_is_refused_with_a_line(text: str) -> None:
    refusal = ""
    try:
        parse(text)
    except ConfigError as error:
        refusal = error.message
    assert not refusal or "line " in refusal


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", {}),
        ("Mon-Fri 09:00-17:00", dict.fromkeys(range(5), (time(9), time(17)))),
        ("mon - wednesday 9 – 17:30", dict.fromkeys(range(3), (time(9), time(17, 30)))),
        ("Sat 10:00-14:00", {5: (time(10), time(14))}),
        ("Fri-Mon 9:00-12:00", dict.fromkeys((4, 5, 6, 0), (time(9), time(12)))),
        ("Mon 9:00-17:00, Tue 10:00-00:00,", {0: (time(9), time(17)), 1: (time(10), time(0))}),
        ("Sun 00:00-24:00", {6: (time(0), time(0))}),
    ],
)
def test_hours_as_people_write_them(text: str, days: dict[int, tuple[time, time]]) -> None:
    assert parse_hours(text) == days


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("always", "write it like"),
        ("Mon", "write it like"),
        ("Mo 9:00-17:00", "write it like"),
        ("Mondays 9:00-17:00", "write it like"),
        ("Mon 9:00-25:00", "write it like"),
        ("Mon 9:70-17:00", "write it like"),
        ("Mon 17:00-09:00", "closes before it opens"),
        ("Mon 09:00-09:00", "closes before it opens"),
        ("Mon-Fri 9:00-12:00, Mon-Fri 13:00-17:00", "names Mon again"),
    ],
)
def test_other_hours_are_refused_with_the_mend(text: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        parse_hours(text)


def test_a_conversation_is_shown_on_every_surface_of_every_route_that_fits() -> None:
    config = parse(WHOLE)

    def shown(network: str, *departments: str, urgent: bool = False) -> list[str]:
        return [surface.name for surface in config.surfaces_for(Case(network, urgent=urgent, departments=departments))]

    assert shown("app_store") == ["reviews"]
    assert shown("mastodon", "care", "legal", urgent=True) == ["floor", "bosses"]
    assert shown("app_store", "legal", urgent=True) == ["floor", "reviews", "bosses"]


def test_what_no_route_fits_is_shown_on_every_floor() -> None:
    config = parse(WHOLE)
    assert [s.name for s in config.surfaces_for(Case("mastodon", departments=("legal",)))] == ["floor", "reviews"]
    assert [s.name for s in Config().surfaces_for(Case("mastodon", urgent=True))] == ["floor"]


def test_a_route_without_conditions_holds_for_everything() -> None:
    config = Config(
        surfaces=(Surface(name="floor", channel="#floor"), Surface(name="quiet", channel="#quiet")),
        routes=(Route(surfaces=("quiet",)),),
    )
    assert [surface.name for surface in config.surfaces_for(Case("x"))] == ["quiet"]
    assert config.surface("floor") == Surface(name="floor", channel="#floor")
    assert config.surface("nowhere") is None


@pytest.mark.parametrize("typed", ["care", "Customer Care", "@care", "CARE", " customer", "cust"])
def test_a_department_is_found_by_key_name_or_an_unambiguous_beginning(typed: str) -> None:
    assert parse(WHOLE).find_department(typed) == Department("care", "Customer Care")


@pytest.mark.parametrize("typed", ["", "@", "ca", "parcel", "legalese"])
def test_nothing_else_finds_a_department(typed: str) -> None:
    assert parse(WHOLE).find_department(typed) is None


def test_a_beginning_that_fits_two_departments_is_neither() -> None:
    config = parse("[departments.product]\n[departments.production]")
    assert config.find_department("prod") is None
    assert config.find_department("product") == Department("product", "Product")


def test_a_department_that_is_gone_is_still_named_in_old_trails() -> None:
    config = Config()
    assert config.department("gone") is None
    assert config.department_name("gone") == "Gone"
    assert config.department_name(None) == ""
    assert config.department_name("legal") == "Legal"


APPROVALS = """
[[approvals]]
by = "legal"
networks = ["trustpilot"]

[[approvals]]
by = "sales"
regions = ["DE", "Bavaria"]

[[approvals]]
by = "product"
departments = ["support", "sales"]
crisis = false

[[approvals]]
by = "legal"
crisis = true
"""


@pytest.mark.parametrize(
    ("network", "crisis", "author", "regions", "asked"),
    [
        ("mastodon", False, "marketing", (), ()),
        ("trustpilot", False, "marketing", (), ("legal",)),
        ("mastodon", False, "marketing", ("bavaria",), ("sales",)),
        ("mastodon", False, "marketing", ("FR", "de"), ("sales",)),
        ("mastodon", False, "support", (), ("product",)),
        ("mastodon", True, "support", (), ("legal",)),
        ("trustpilot", True, "support", ("DE",), ("legal", "sales")),
        ("trustpilot", False, "sales", ("DE",), ("legal", "product")),
        ("trustpilot", True, "legal", (), ()),
        ("trustpilot", False, None, (), ("legal",)),
    ],
)
def test_every_rule_that_fits_an_answer_asks_its_department_once_but_never_the_authors_own(
    network: str, crisis: bool, author: str | None, regions: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    config = parse(APPROVALS)
    conversation = replace(made_up.HELD, network=network, crisis=crisis)
    assert config.approvals_of(conversation, author, regions) == asked


@pytest.mark.parametrize("setting", ['by = "nobody"', 'by = "legal"\ndepartments = ["nobody"]'])
def test_an_approval_names_departments_that_are_there(setting: str) -> None:
    with pytest.raises(ConfigError, match="“nobody” is not among the departments"):
        parse(f"[[approvals]]\n{setting}\n")
