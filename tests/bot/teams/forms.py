"""A form with every kind of question."""

from __future__ import annotations

from bot.cards import Choice, Field, Form, Quote, Small

DEPARTMENTS = (Choice("support", "Support"), Choice("legal", "Legal"))
EITHER = (
    Choice("department:support", "Support"),
    Choice("department:legal", "Legal"),
    Choice("person:p-1", "Ana Lima (Support)"),
)
EVERY_KIND = Form(
    title="Pass B-12",
    command="pass",
    submit="Pass",
    fields=(
        Field("ask", "What do you ask?", "lines", "They see this *first*", default="is this the new box?"),
        Field("title", "In one line", "line", required=False, longest=80),
        Field(
            "outcome", "Outcome", "choice", choices=(Choice("fixed", "Fixed"), Choice("idea", "Idea")), default="idea"
        ),
        Field("who", "Who", "person", default="person:p-1"),
        Field("home", "Department", "department", choices=DEPARTMENTS, default="support"),
        Field("others", "Departments", "departments", choices=DEPARTMENTS, default="legal, support", required=False),
        Field("to", "To", "person_or_department", choices=EITHER, default="person:p-1"),
        Field("until", "Until", "moment", default="2026-03-02T09:00:00+00:00"),
    ),
    args={"conversation": "B-12"},
    intro=(Quote("My parcel came *crushed* <at>Ana</at>"), Small(("public answer as @acme",))),
)
