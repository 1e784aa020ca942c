"""Who is one with whom: what is proposed on a customer's card, what was joined, and how to undo it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.cards import Actions, Block, Bold, Button, Card, Paragraph, Small, Text, Time, phrase, text
from bot.domain.customer import Customer, Identity
from bot.domain.joining import Merge, Proposal
from bot.speech import in_figures, per_cent, say
from bot.views.said import customer_name
from bot.views.wording import dotted, evidence_words, handle_of, listed, network_name, one_line

PROPOSED = 1
"""One at a time: what a colleague says of it makes the next one clearer."""

JOINED = 2


def identity_blocks(
    customer: Customer, proposals: Sequence[Proposal], merges: Sequence[Merge], hidden: Collection[str]
) -> tuple[Block, ...]:
    """For the customer's card: whom they probably are as well, and with whom they were joined. Who may not see handles and
    addresses is not asked, since they could not tell."""
    if {"handles", "email"} & set(hidden):
        return ()
    blocks: list[Block] = []
    for proposal in proposals[:PROPOSED]:
        said = phrase(
            "{also} {name} (probable, {share}: {why})",
            also=Bold(say("Also")),
            name=_called(proposal),
            share=per_cent(round(100 * proposal.confidence)),
            why=evidence_words(one_line(proposal.why, 120)),
        )
        pair = {"who": proposal.one, "other": proposal.other}
        blocks += [
            Paragraph(said),
            Actions((
                Button(say("Same person") if customer.kind == "person" else say("Same"), "merge", pair),
                Button(say("Not"), "merge", {**pair, "answer": "no"}),
            )),
        ]  # fmt: skip
    standing = [merge for merge in merges if merge.undone_at is None]
    for merge in standing[:JOINED]:
        blocks.append(Paragraph(_joined(merge), _undo(merge)))
    if (more := len(standing) - JOINED) > 0:
        blocks.append(Small(phrase("{more} more joined; all of them with `unmerge`", more=in_figures(more))))
    return tuple(blocks)


def _called(proposal: Proposal) -> str:
    network, _, handle = proposal.handle.partition(":")
    name = one_line(proposal.name, 60)
    if not handle:
        return name
    bare = handle_of(Identity(network, handle))
    plain = network in {"email", "phone"}
    shown = bare if plain else say("{handle} on {network}", handle=bare, network=network_name(network))
    return shown if bare.lstrip("@").casefold() == name.casefold() else f"{name}, {shown}"


def _joined(merge: Merge) -> Text:
    at = Time(merge.at, "day")
    joined = (
        phrase("Joined by {name}, {when}", name=one_line(merge.by.name, 40), when=at)
        if merge.by is not None
        else phrase("Joined by itself, {when}", when=at)
    )
    names = listed(dict.fromkeys(one_line(name, 40) for name in merge.names if name))
    return dotted((joined, text(names), text(one_line(evidence_words(merge.why), 120))))


def _undo(merge: Merge) -> Button:
    return Button(say("Not the same"), "unmerge", {"merge": merge.id})


def merged_card(customer: Customer, merge: Merge) -> Card:
    """They are one now; how to undo it."""
    said = say("They are one now: {customer}.", customer=customer_name(customer))
    look = Button(say("Customer"), "customer", {"id": customer.id})
    return Card(said, (Paragraph(text(said)), Actions((look, _undo(merge)))))


def which_merge_card(customer: Customer, merges: Sequence[Merge]) -> Card:
    """With whom the customer was joined: which of it is wrong?"""
    said = say("Which of these is not {customer}?", customer=customer_name(customer))
    return Card(said, (Paragraph(text(said)), *(Paragraph(_joined(merge), _undo(merge)) for merge in merges[:10])))


def somebody_elses_card(identity: str, holder: Customer, customer_id: str) -> Card:
    """The handle that was to be linked is known as another customer's: are they one?"""
    said = say(
        "{identity} is known as {customer}'s. Are they the same?",
        identity=one_line(identity, 80),
        customer=customer_name(holder),
    )
    same = Button(say("Same person"), "merge", {"who": customer_id, "other": holder.id})
    look = Button(say("Who that is"), "customer", {"id": holder.id})
    return Card(said, (Paragraph(text(said)), Actions((same, look))))
