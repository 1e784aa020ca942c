"""A handful of verbs with every kind of parameter, for the tests of reading, binding and asking."""

from __future__ import annotations

from bot.cards import Choice
from bot.commands import CONVERSATION, CommandSpec, Param

CLAIM = CommandSpec(
    "claim",
    "Take the baton",
    ("claim B-12 for 2h",),
    params=(CONVERSATION, Param("span", "span", "For how long", required=False)),
    aliases=("take", "take it"),
)
PASS = CommandSpec(
    "pass",
    "Ask another to take it",
    ("pass B-12 product is this the new box?",),
    params=(
        CONVERSATION,
        Param("to", "person_or_department", "Pass to"),
        Param("ask", "text", "What you ask of them", "One clear question", lines=True, longest=200),
    ),
    button="Pass…",
    submit="Pass",
)
DISCUSS = CommandSpec(
    "discuss",
    "Call departments in",
    ("discuss B-12 legal, product may we say so?",),
    params=(
        CONVERSATION,
        Param("departments", "departments", "Departments"),
        Param("question", "text", "Question", required=False),
    ),
)
ESCALATE = CommandSpec(
    "escalate",
    "Raise it",
    ("escalate B-12 three parcels",),
    params=(
        CONVERSATION,
        Param(
            "rung",
            "choice",
            "To whom",
            required=False,
            choices=(
                Choice("lead", "Department lead"),
                Choice("sponsor", "Sponsor"),
                Choice("sponsor_now", "Sponsor, at once"),
            ),
        ),
        Param("why", "text", "Why"),
    ),
)
LOOK_UP = CommandSpec(
    "customer",
    "Who this is",
    ("customer Maya",),
    params=(
        Param("conversation", "conversation", "Conversation", required=False),
        Param("query", "text", "Handle or name", required=False),
        Param("id", "word", "Customer id", required=False, hidden=True),
    ),
    asks=True,
)
RESOLVE = CommandSpec(
    "resolve",
    "Close it",
    ("resolve B-12 answered",),
    params=(
        CONVERSATION,
        Param(
            "outcome",
            "choice",
            "Outcome",
            choices=(Choice("answered", "Answered"), Choice("no_action", "No action")),
            default="answered",
        ),
        Param("wanted", "text", "What the customer wanted", longest=100),
        Param("changed", "text", "What we changed", default="nothing"),
    ),
)
SNOOZE = CommandSpec(
    "snooze",
    "Out of sight",
    ("snooze B-12 friday",),
    params=(CONVERSATION, Param("until", "moment", "Until", default="tomorrow 9:00")),
)
CUSTOMER = CommandSpec(
    "customer", "Look up", ("customer Maya Lind",), params=(Param("query", "word", "Who", longest=50),), reads=True
)
ASSIGN = CommandSpec(
    "assign",
    "Every other kind",
    (),
    params=(
        Param("key", "word", "Key"),
        Param("person", "person", "Person"),
        Param("department", "department", "Department", required=False),
    ),
    aliases=("assign to",),
)

SPECS = (CLAIM, PASS, DISCUSS, ESCALATE, RESOLVE, SNOOZE, CUSTOMER, ASSIGN)
