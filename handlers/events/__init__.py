"""What follows from a change. FOLLOWS run inside its transaction and only write rows; the work they put is done later."""

from bot.ports import Follow
from handlers.events import close_loops, echoed, log_outcome, notify, refresh_cards, send_answer, spread_notes, teach

FOLLOWS: tuple[Follow, ...] = (
    refresh_cards.follow,
    spread_notes.follow,
    notify.follow,
    log_outcome.follow,
    send_answer.follow,
    echoed.follow,
    teach.follow,
    close_loops.follow,
)
