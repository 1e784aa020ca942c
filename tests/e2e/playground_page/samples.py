"""What the sample app of the page's tests says: cards, a rollup, a digest, Home, a form, and hostile text, as Slack's blocks."""

from __future__ import annotations

import time
from typing import Any

Block = dict[str, Any]

HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> <javascript:alert(3)|click me> "
    "<https://evil.example/login|https://bank.example> \u202egnp.exe then ltr <!here|x> "
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035aalgo *_~bold~_* " + "w" * 5000
)


def at(minutes_ago: float, format: str = "{time}") -> str:
    """A moment as Slack writes it, for the reader's zone."""
    return f"<!date^{int(time.time() - minutes_ago * 60)}^{format}|then>"


def button(text: str, action: str, *, style: str = "", url: str = "", value: str = "B-1") -> Block:
    element: Block = {
        "type": "button",
        "action_id": action,
        "value": value,
        "text": {"type": "plain_text", "text": text},
    }
    if style:
        element["style"] = style
    if url:
        element["url"] = url
    return element


def words(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def small(*texts: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def overflow(*names: str) -> Block:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in names]
    return {"type": "overflow", "action_id": "more", "options": options}


def choices(*names: str) -> list[Block]:
    return [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in names]


def conversation_card() -> list[Block]:
    return [
        small("🔴 *Urgent* · Complaint · Mastodon · B-1042"),
        words("*Maya Okafor*  @maya@example.social · 12.4k followers · customer since 2023, Gold"),
        words(
            "&gt; Third parcel in a row that arrives crushed. Are you even trying, @acme?\n"
            '&gt; 📷 1 picture ("a crushed cardboard box") · 2 earlier posts'
        ),
        small(f"posted {at(20)} · from German · <https://example.social/@maya/1|show original>"),
        words(
            "*Why here*   parcels, damaged → Logistics, Support (82 %) · like 6 others today\n"
            f"*Baton*   on the floor since {at(18)} · goes to Support's lead at {at(3)}"
        ),
        actions(
            button("Claim", "claim", style="primary"),
            button("Discuss…", "form"),
            button("Customer", "customer"),
            button("Open on Mastodon", "open", url="https://example.social/@maya/1"),
            overflow("Perspective", "Note", "Escalate", "Snooze", "Copy link"),
        ),
    ]


def held_card(holder: str) -> list[Block]:
    return [
        small("🟠 *Soon* · Question · Bluesky · B-1041"),
        words("*Tom Reyes*  @tom.reyes · customer since 2021"),
        words("&gt; Does the Trail 40 fit under an airplane seat? Your page says two different heights."),
        words(
            f"*Baton*   {holder} (Support) until {at(-45)} · Marketing → Support\n*Product*   both heights are right"
        ),
        actions(
            button("Reply…", "form", style="primary"), button("Pass…", "form-pass"), button("Resolve…", "form-resolve")
        ),
    ]


def resolved_card() -> list[Block]:
    return [
        words("✅ *B-1038* Fixed in 1 h 12 by Ana (Support) with Logistics"),
        small("wanted: parcels that arrive whole · changed: carrier switched back"),
        actions(button("Reopen", "reopen"), button("Show", "show")),
    ]


def rollup_card() -> list[Block]:
    return [
        words(f'🌊 *47 more since {at(60)}* · 31 on "parcel damage" · 9 positive · 3 in French'),
        small('2 urgent are shown above. The loudest: "…" (1.2k shares)'),
        actions(
            button("Show list", "list"),
            button("Only urgent", "urgent"),
            {
                **button("Propose crisis", "crisis", style="danger"),
                "confirm": {
                    "title": {"type": "plain_text", "text": "Propose a crisis?"},
                    "text": {"type": "mrkdwn", "text": "It calls *every* department."},
                    "confirm": {"type": "plain_text", "text": "Propose"},
                    "deny": {"type": "plain_text", "text": "Not now"},
                },
            },
        ),
    ]


def customer_card() -> list[Block]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "Maya Okafor · Gold"}},
        small("Lyon, FR · speaks German, French · CRM answered in 0.4 s"),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Handles*\n@maya@example.social\nmaya.o on Bluesky (probable, 86 %)"},
                {"type": "mrkdwn", "text": "*Bought*\nTrail 40 backpack (12 Oct)\n6 orders, € 812 in all"},
                {"type": "mrkdwn", "text": "*Tickets*\n#8812 crushed parcel, closed 3 Nov"},
                {"type": "mrkdwn", "text": "*With us*\n9 conversations · 7 answered\nlast: Fixed, 3 Nov"},
                {"type": "mrkdwn", "text": "*Mood*\n▇▆▆▃▂▂  falling since October"},
                {"type": "mrkdwn", "text": "*Now*\nB-1042 on the floor"},
            ],
        },
        actions(button("Conversations", "c"), button("Posts", "p"), button("Ideas", "i"), button("Link…", "form")),
    ]


def elements_card() -> list[Block]:
    """One of each element that acts at once."""
    options = choices("Support", "Product")
    hint = {"type": "plain_text", "text": "A department"}
    return [
        words("*Elements*"),
        actions(
            {"type": "static_select", "action_id": "use-static", "placeholder": hint, "options": options},
            {
                "type": "external_select",
                "action_id": "use-external",
                "min_query_length": 2,
                "placeholder": {"type": "plain_text", "text": "A customer"},
            },
            {
                "type": "users_select",
                "action_id": "use-user",
                "placeholder": {"type": "plain_text", "text": "A person"},
            },
            {
                "type": "channels_select",
                "action_id": "use-channel",
                "placeholder": {"type": "plain_text", "text": "A channel"},
            },
            {"type": "datepicker", "action_id": "use-date", "placeholder": {"type": "plain_text", "text": "A day"}},
            {"type": "timepicker", "action_id": "use-time", "placeholder": {"type": "plain_text", "text": "A time"}},
        ),
        {**words("Which of these?"), "accessory": {"type": "checkboxes", "action_id": "use-boxes", "options": options}},
        {
            **words("And which one?"),
            "accessory": {"type": "radio_buttons", "action_id": "use-radio", "options": options},
        },
        {
            **words("Several"),
            "accessory": {
                "type": "multi_static_select",
                "action_id": "use-multi",
                "placeholder": hint,
                "options": options,
            },
        },
    ]


def digest_card() -> list[Block]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "Acme heard 1,204 conversations this week  ▲ 8 %"}},
        small("16 to 22 Nov, Europe/Paris"),
        words("*Heard by no one* 38 % (▼ 6)   *Touched* 55 % (▲ 4)   *Changed something* 7 % (▲ 2)"),
        {"type": "image", "image_url": "https://charts.example/weeks.png", "alt_text": "Eight weeks, three bands"},
        {
            "type": "table",
            "column_settings": [{"align": "left"}, {"align": "right"}, {"align": "right"}],
            "rows": [
                [{"type": "raw_text", "text": text} for text in row]
                for row in (
                    ("Department", "First human", "Closed"),
                    ("Support", "18 min", "1.1 days"),
                    ("Logistics", "42 min", "2.4 days"),
                    ("Product", "3 h", "6 days"),
                )
            ],
        },
        {"type": "divider"},
        words(
            "*Five nobody heard*\n• B-0991  “Your returns page loops on Safari”\n• B-0987  “Is the shop in Lyon closed?”"
        ),
        actions(button("Claim B-0991", "claim", value="B-991"), button("Claim B-0987", "claim-2", value="B-987")),
    ]


def home_view() -> Block:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "My batons"}},
            {
                **words(f"*B-1041*  Does the Trail 40 fit under a seat?\nuntil {at(-45)} · 45 min left"),
                "accessory": button("Reply…", "form"),
            },
            {
                **words(f"*B-1029*  Wrong size twice\nuntil {at(-180)} · 3 h left"),
                "accessory": button("Reply…", "form"),
            },
            {"type": "divider"},
            {"type": "header", "text": {"type": "plain_text", "text": "Asked of me"}},
            {
                **words('Elif (Marketing) asks: _"is this the new box?"_  B-1042'),
                "accessory": button("Accept", "accept", style="primary"),
            },
            {"type": "divider"},
            {"type": "header", "text": {"type": "plain_text", "text": "This week"}},
            {
                "type": "section",
                "fields": [
                    {"type": "mrkdwn", "text": t}
                    for t in ("*1,204*\nheard", "*55 %*\ntouched", "*18 min*\nfirst human", "*7 %*\nchanged something")
                ],
            },
            {"type": "divider"},
            {
                "type": "input",
                "block_id": "find",
                "dispatch_action": True,
                "label": {"type": "plain_text", "text": "Find a customer"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "find",
                    "placeholder": {"type": "plain_text", "text": "Name, handle or e-mail"},
                },
            },
        ],
    }


def field(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": {"action_id": block_id, **element},
    }
    if hint:
        block["hint"] = {"type": "plain_text", "text": hint}
    return {**block, "optional": optional} if optional else block


def form_view(title: str = "Pass the baton", *, pushed: bool = False) -> Block:
    return {
        "type": "modal",
        "callback_id": "pushed" if pushed else "form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Pass to Product"},
        "close": {"type": "plain_text", "text": "Keep it"},
        "blocks": [
            words("B-1042 · *Maya Okafor* · Third parcel in a row that arrives crushed."),
            field(
                "to",
                "To whom?",
                {
                    "type": "static_select",
                    "placeholder": {"type": "plain_text", "text": "A department"},
                    "options": choices("Support", "Product", "Marketing", "Sales", "Legal", "Logistics"),
                },
            ),
            field(
                "who",
                "Who should know?",
                {"type": "multi_users_select", "placeholder": {"type": "plain_text", "text": "People"}},
                optional=True,
            ),
            field(
                "ask",
                "What do you ask of them?",
                {"type": "plain_text_input", "multiline": True, "min_length": 5, "max_length": 372},
                hint="They see this line on the card and in a direct message.",
            ),
            field("until", "Until when?", {"type": "datepicker"}, optional=True),
            field(
                "how",
                "How urgent is it?",
                {
                    "type": "radio_buttons",
                    "options": choices("Today", "This week"),
                    "initial_option": choices("Today")[0],
                },
            ),
            field(
                "tell",
                "Then",
                {"type": "checkboxes", "options": choices("Tell the customer", "Watch the thread")},
                optional=True,
            ),
            actions(button("More…", "push")),
        ],
    }
