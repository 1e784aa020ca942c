"""Signing in with a provider on loopback: who comes in, and everything that does not get anybody in."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.fakes.openid import MISBEHAVIOURS, Kind, Misbehaviour
from tests.integrations.web.site import ANA, TEAMS, Got, Site, site


@pytest.fixture(params=["slack", "microsoft"])
async def both(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with site(request.param) as made:
        yield made


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site("microsoft") as made:
        yield made


def query(got: Got) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(got.headers["Location"]).query).items()}


async def test_a_colleague_signs_in_and_sees_the_measures(both: Site) -> None:
    browser = both.browser()
    got = await browser.get("/measures?time=4-weeks")
    assert got.status == 303
    got = await browser.follow(got.headers["Location"])
    assert f"Sign in with {both.provider.kind.capitalize()}" in got.text
    got = await browser.follow(f"/measures/sign-in/{both.provider.kind}?to={quote('/measures?time=4-weeks', safe='')}")
    assert (got.status, got.url) == (200, f"{both.base}/measures?time=4-weeks")
    assert "Ana Lima" in got.text
    assert list(browser.cookies) == ["baton"], "the cookie of the sign-in is gone"
    assert both.provider.refused == []


async def test_what_is_sent_to_the_provider(both: Site) -> None:
    browser = both.browser()
    sent = query(await browser.get(f"/measures/sign-in/{both.provider.kind}"))
    assert (sent["response_type"], sent["scope"], sent["redirect_uri"]) == ("code", "openid", both.provider.back)
    assert min(len(sent["state"]), len(sent["nonce"])) > 40
    if both.provider.kind == "microsoft":
        assert (sent["code_challenge_method"], len(sent["code_challenge"])) == ("S256", 43)
    else:
        assert sent["team"] == TEAMS["slack"]
        assert "code_challenge" not in sent, "Slack takes one only of public clients"
    again = query(await browser.get(f"/measures/sign-in/{both.provider.kind}"))
    assert {sent["state"], sent["nonce"]} & {again["state"], again["nonce"]} == set()


async def test_slack_gets_a_code_challenge_where_that_is_set() -> None:
    async with site("slack", settings="slack_pkce = true") as made:
        browser = made.browser()
        assert query(await browser.get("/measures/sign-in/slack"))["code_challenge_method"] == "S256"
        assert (await browser.follow("/measures/sign-in/slack")).status == 200


@pytest.mark.parametrize("kind", ["slack", "microsoft"])
@pytest.mark.parametrize("misbehaves", MISBEHAVIOURS)
async def test_nobody_comes_in_with_a_token_that_is_wrong(
    kind: Kind, misbehaves: Misbehaviour, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(kind) as made:
        made.provider.misbehaves = misbehaves
        made.fakes.known["slack" if kind == "slack" else "teams", "another-team", "U1"] = ANA
        browser = made.browser()
        got = await browser.follow(f"/measures/sign-in/{kind}")
        assert got.status in {403, 503}, misbehaves
        assert browser.cookies == {}
        assert (await browser.get("/measures")).status == 303


async def test_a_key_that_was_rotated_is_read_anew(here: Site) -> None:
    await here.signed_in()
    here.page.providers["microsoft"]._keys_at = here.page.providers["microsoft"]._clock() - 61
    here.provider.rotate("openid-2")
    await here.signed_in()
    assert here.provider.asked.count("keys") == 2


async def test_unknown_keys_do_not_let_the_keys_be_read_all_the_time(here: Site) -> None:
    await here.signed_in()
    here.provider.misbehaves = "key nobody announced"
    for _ in range(3):
        await here.browser().follow("/measures/sign-in/microsoft")
    assert here.provider.asked.count("keys") == 1


async def test_a_code_is_good_once_and_an_answer_too(here: Site) -> None:
    browser = here.browser()
    asked = await browser.get("/measures/sign-in/microsoft")
    answer = (await browser.get(asked.headers["Location"])).headers["Location"]
    kept = browser.cookies["baton-sign-in"]
    assert (await browser.get(answer)).status == 303
    assert (await browser.get(answer)).status == 400, "its cookie is gone"
    other = here.browser()
    got = await other.get(answer, Cookie=f"baton-sign-in={kept}")
    assert got.status == 403, "the provider takes no code twice"
    assert here.provider.refused == ["token: no such code, or it was used"]


async def test_an_answer_to_another_browser_s_sign_in_is_refused(here: Site) -> None:
    mine, theirs = here.browser(), here.browser()
    asked = await theirs.get("/measures/sign-in/microsoft")
    answer = (await theirs.get(asked.headers["Location"])).headers["Location"]
    assert (await mine.get(answer)).status == 400, "nothing began here"
    await mine.get("/measures/sign-in/microsoft")
    assert (await mine.get(answer)).status == 400, "something else began here"
    assert "baton" not in mine.cookies
    assert here.provider.asked.count("token") == 0, "the code is left alone"


@pytest.mark.parametrize("broken", ["state=x", "", "code=x", "state=%FF%00&code=x"])
async def test_an_answer_without_the_right_state_is_refused(here: Site, broken: str) -> None:
    browser = here.browser()
    await browser.get("/measures/sign-in/microsoft")
    got = await browser.get(f"/measures/signed-in/microsoft?{broken}")
    assert got.status == 400
    assert "did not begin in this browser" in got.text


async def test_a_sign_in_that_takes_too_long_begins_again(here: Site) -> None:
    browser = here.browser()
    asked = await browser.get("/measures/sign-in/microsoft")
    answer = (await browser.get(asked.headers["Location"])).headers["Location"]
    here.fakes.at = timedelta(minutes=11)
    assert (await browser.get(answer)).status == 400


async def test_the_answer_of_one_provider_is_not_taken_for_another_s(here: Site) -> None:
    browser = here.browser()
    asked = await browser.get("/measures/sign-in/microsoft")
    answer = (await browser.get(asked.headers["Location"])).headers["Location"]
    got = await browser.get(f"{answer}&iss=https%3A%2F%2Fevil.example")
    assert got.status == 403
    assert here.provider.asked.count("token") == 0


async def test_what_the_provider_says_of_an_error_is_escaped(here: Site) -> None:
    here.provider.denies = "<script>alert(1)</script> no & no"
    got = await here.browser().follow("/measures/sign-in/microsoft")
    assert got.status == 403
    assert "&lt;script&gt;alert(1)&lt;/script&gt; no &amp; no" in got.text
    assert "<script" not in got.text


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/measures",
        "/\\evil.example",
        "\\\\evil.example",
        "/measures/../../evil",
        "/measures//evil.example",
        "/%09/evil.example",
        "/measures\r\nX: 1",
        "javascript:alert(1)",
        "/other",
        "/measuresevil",
    ],
)
async def test_signing_in_leads_to_no_other_site(here: Site, to: str) -> None:
    got = await here.browser().follow(f"/measures/sign-in/microsoft?to={quote(to, safe='')}")
    assert (got.status, got.url) == (200, f"{here.base}/measures")
    page = await here.browser().get(f"/measures/sign-in?to={quote(to, safe='')}")
    assert 'href="/measures/sign-in/microsoft?to=/measures"' in page.text


async def test_strangers_and_guests_are_told_why(here: Site) -> None:
    for person in (None, replace(ANA, outsider=True)):
        here.fakes.known.clear()
        if person is not None:
            here.fakes.known["teams", TEAMS["microsoft"], "U1"] = person
        browser = here.browser()
        got = await browser.follow("/measures/sign-in/microsoft")
        assert got.status == 403
        assert "does not know you as a colleague" in got.text
        assert browser.cookies == {}


async def test_losing_the_account_ends_the_session_with_the_next_request(here: Site) -> None:
    browser = await here.signed_in()
    assert (await browser.get("/measures")).status == 200
    here.fakes.known["teams", TEAMS["microsoft"], "U1"] = replace(ANA, outsider=True)
    got = await browser.get("/measures")
    assert got.status == 303
    assert browser.cookies == {}
    here.fakes.known["teams", TEAMS["microsoft"], "U1"] = ANA
    assert (await browser.get("/measures")).status == 303, "the cookie is gone for good"


async def test_a_session_ends_by_itself(here: Site) -> None:
    browser = await here.signed_in()
    here.fakes.at = timedelta(hours=7, minutes=59)
    assert (await browser.get("/measures")).status == 200
    here.fakes.at = timedelta(hours=8, minutes=1)
    assert (await browser.get("/measures")).status == 303


async def test_signing_in_gives_a_new_session_whatever_there_was_before(here: Site) -> None:
    browser = here.browser()
    browser.session.cookie_jar.update_cookies({"baton": "chosen-by-somebody-else"})
    await browser.follow("/measures/sign-in/microsoft")
    first = browser.cookies["baton"]
    assert first != "chosen-by-somebody-else"
    await browser.follow("/measures/sign-in/microsoft")
    assert browser.cookies["baton"] != first


async def test_cookies_that_are_changed_or_meant_for_something_else_are_worth_nothing(here: Site) -> None:
    browser = await here.signed_in()
    session = browser.cookies["baton"]
    other = here.browser()
    await other.get("/measures/sign-in/microsoft")
    start = other.cookies["baton-sign-in"]
    for wrong in (
        f"{session[:30]}{session[29::-1]}{session[60:]}",
        session[:50],
        start,
        "",
        "x" * 5000,
        "%%%",
        session + "=",
        "é",
    ):
        assert (await here.browser().get("/measures", Cookie=f"baton={wrong}")).status in {303, 400}, wrong
    assert (await here.browser().get("/measures", Cookie=f"baton={session}")).status == 200


async def token_of(got: Got) -> str:
    return got.text.split('name="token" value="')[1].split('"')[0]


async def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(here: Site) -> None:
    browser = await here.signed_in()
    copy = browser.cookies["baton"]
    token = await token_of(await browser.get("/measures"))
    got = await browser.post("/measures/sign-out", {"token": token}, Origin=here.base)
    assert (got.status, got.headers["Location"]) == (303, "/measures/sign-in?signed-out=1")
    assert "You are signed out." in (await browser.get(got.headers["Location"])).text
    assert browser.cookies == {}
    assert (await here.browser().get("/measures", Cookie=f"baton={copy}")).status == 303


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("wrong", {}),
        ("right", {"Origin": "https://evil.example"}),
        ("right", {"Sec_Fetch_Site": "cross-site"}),
        ("right", {"Sec_Fetch_Site": "same-site"}),
        ("right" + "x" * 5000, {}),
    ],
)
async def test_nobody_else_signs_people_out(here: Site, token: str, headers: dict[str, str]) -> None:
    browser = await here.signed_in()
    token = token.replace("right", await token_of(await browser.get("/measures")))
    assert (await browser.post("/measures/sign-out", {"token": token}, **headers)).status == 403
    assert (await browser.get("/measures/sign-out")).status == 405
    assert (await browser.get("/measures")).status == 200


async def test_a_provider_that_is_down_is_named(here: Site) -> None:
    here.provider.down = True
    got = await here.browser().follow("/measures/sign-in/microsoft")
    assert got.status == 503
    assert "Microsoft cannot be reached just now." in got.text
    [finding] = await here.page.examine()
    assert finding.state == "fail"


async def test_doctor_says_where_people_come_back_to(both: Site) -> None:
    [finding] = await both.page.examine()
    assert finding.state == "ok"
    assert both.provider.back in finding.detail


async def test_too_many_sign_ins_are_slowed_down(here: Site) -> None:
    browser = here.browser()
    answers = [(await browser.get("/measures/sign-in/microsoft")).status for _ in range(130)]
    assert answers.count(429) >= 5
    assert answers[0] == 303


async def test_nothing_secret_is_logged(
    here: Site, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await here.signed_in()
    here.provider.misbehaves = "wrong nonce"
    await here.browser().follow("/measures/sign-in/microsoft")
    here.provider.misbehaves = "no JSON"
    await here.browser().follow("/measures/sign-in/microsoft")
    said = caplog.text + "".join(capsys.readouterr())
    secrets = [
        here.provider.secret,
        browser.cookies["baton"],
        *here.provider.codes,
        *(c.nonce for c in here.provider.codes.values()),
    ]
    assert [secret for secret in secrets if secret in said] == []
    assert "sign_in_refused" in said


async def test_that_a_provider_fails_with_a_code_is_logged_without_the_code(
    here: Site, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await here.signed_in()
    back = (await browser.get((await browser.get("/measures/sign-in/microsoft")).headers["Location"])).headers[
        "Location"
    ]
    here.provider.down = True
    assert (await browser.get(back)).status == 503
    said = caplog.text + "".join(capsys.readouterr())
    assert "sign_in_failed" in said
    assert "answered 503" in said
    assert [secret for secret in (here.provider.secret, *here.provider.codes) if secret in said] == []
