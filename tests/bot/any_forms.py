"""Forms that nobody foresaw: fields of every kind, with words of any letters and lengths."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.cards import Choice, Field


class Questions(tuple[Field, ...]):
    """Some questions. They may be long, and hypothesis warns of what it could only print at length."""

    def __repr__(self) -> str:
        return f"{len(self)} questions"


texts = st.one_of(
    st.text(max_size=40), st.builds(lambda t, n: t * n, st.text(min_size=1, max_size=8), st.integers(1, 3000))
)
_choices = st.lists(
    st.builds(Choice, st.text("abc:-", min_size=1, max_size=12), texts),
    max_size=120,
    unique_by=lambda choice: choice.value,
).map(tuple)
_kinds = st.sampled_from(
    ["line", "lines", "choice", "person", "department", "departments", "person_or_department", "moment"]
)
questions = st.lists(
    st.builds(
        Field,
        st.text("abcdefgh", min_size=1, max_size=20),
        texts,
        _kinds,
        texts,
        st.booleans(),
        texts,
        _choices,
        st.integers(1, 9000),
    ),
    max_size=8,
    unique_by=lambda field: field.name,
).map(Questions)
