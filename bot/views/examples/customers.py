"""Cards of customers: who they are, which one, forgotten ones."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.forgetting import Forgetting, Report
from bot.domain.visibility import visible
from bot.ports import Line, Match
from bot.views import made_up as m
from bot.views.conversation import forgotten_card
from bot.views.crm_link import crm_linked_card
from bot.views.customer import customer_card, customer_conversations_card, customer_ideas_card, customer_posts_card
from bot.views.customer_choice import customer_choice_card, customer_unknown_card
from bot.views.examples.scenes import Examples
from bot.views.forgetting import forget_asked_card, forget_report_card
from bot.views.found import found_conversation_card, found_customer_card
from bot.views.identity import identity_blocks, merged_card, somebody_elses_card, which_merge_card


def customers() -> Examples:
    """The customer card, and what leads to it."""
    stranger = replace(m.MAYA, id="c-2", name="Mia Okafor", since=None, attributes={"city": "Oslo"}, crm_url=None)
    bare = replace(m.RECORD, customer=replace(stranger, attributes={}), identities=(m.MAYA_THERE,), purchases=(),
                   purchases_total=0, tickets=(), conversations=m.RECORD.conversations[:1], conversations_total=1,
                   answered_total=0, posts_total=1, recent=(), ratings=())  # fmt: skip
    seen, left_out = visible(m.RECORD, frozenset({"purchases", "tickets", "email"}))
    slow = (replace(m.ANSWERS[0], state="late", seconds=1.5, url=None), m.ANSWERS[1])
    shut = (replace(m.ANSWERS[0], state="failed", why="the CRM does not let us in", url=None),)
    matches = (Match(m.MAYA, 0.86, "the name is nearly the same"), Match(stranger, 0.71, "the surname is the same"))
    return (
        ("customer", customer_card(m.RECORD, m.CONFIG, m.ANSWERS)),
        ("customer, hardly known", customer_card(bare, m.CONFIG)),
        ("customer, a slow CRM", customer_card(bare, m.CONFIG, slow)),
        ("customer, a CRM that refuses", customer_card(bare, m.CONFIG, shut)),
        ("customer, to some of the company", customer_card(seen, m.CONFIG, left_out=left_out, reader="marketing")),
        (
            "customer, probably two",
            customer_card(m.RECORD, m.CONFIG, identity=identity_blocks(m.MAYA, m.PROPOSALS, m.MERGES, frozenset())),
        ),
        ("customers joined", merged_card(m.MAYA, m.MERGES[0])),
        ("which merge is wrong", which_merge_card(m.MAYA, m.MERGES)),
        ("somebody else's handle", somebody_elses_card("x:maya_o", stranger, m.MAYA.id)),
        (
            "customer linked",
            crm_linked_card(m.MAYA, "main", m.CONTACT, m.CONFIG, former=True, hidden=frozenset()),
        ),
        ("customer unlinked", crm_linked_card(m.MAYA, "main", None, m.CONFIG, former=True, hidden=frozenset())),
        ("customer's conversations", customer_conversations_card(m.RECORD, m.CONFIG)),
        ("customer's posts", customer_posts_card(m.RECORD, m.CONFIG)),
        ("customer's ideas", customer_ideas_card(m.RECORD, m.CONFIG)),
        ("which customer", customer_choice_card("maja okafor", matches)),
        ("customer unknown", customer_unknown_card("zzz")),
        ("found customer", found_customer_card(matches[0], m.CONFIG)),
        ("found conversation", found_conversation_card(Line(m.FLOOR, "Maya Okafor", ""), m.CONFIG)),
    )


def forgotten() -> Examples:
    """What is left of a customer who was forgotten."""
    asked = Forgetting("f-1", "c-maya", m.ANA, m.at(10, 4), m.at(10, 4, day=24), "asked for it by e-mail", 1042)
    left = ("main: it refused (notes are kept for ten years), so our entries stay there: B-1042/resolved/9",)
    report = Report({"posts": 3, "conversations": 1, "notes": 2, "cards": 2, "messages": 1, "crm": 1}, left)
    done = replace(asked, state="done", decided_by=m.BEN, report=report)
    return (
        ("conversation, forgotten", forgotten_card("B-1042")),
        ("asked to forget a customer", forget_asked_card(asked, m.CONFIG)),
        ("a customer was forgotten", forget_report_card(done, m.CONFIG)),
    )
