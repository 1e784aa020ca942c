"""From the domain to neutral cards: pure functions, and an example of each card. Platforms render what they give."""

from bot.views.answer_notices import (
    answer_approved_card,
    answer_failed_card,
    answer_rejected_card,
    answer_unclear_card,
    approval_asked_card,
)
from bot.views.answers import answered_there_form, is_answerable, not_here_card, reply_form, too_long, why_not
from bot.views.conversation import conversation_card, forgotten_card
from bot.views.copied import notes_card
from bot.views.crm_link import NOBODY, crm_link_form, crm_linked_card
from bot.views.customer import customer_card, customer_conversations_card, customer_ideas_card, customer_posts_card
from bot.views.customer_choice import customer_choice_card, customer_unknown_card, visible_match
from bot.views.digest import digest_card
from bot.views.examples import EXAMPLES
from bot.views.exported import exported_page
from bot.views.forgetting import forget_asked_card, forget_report_card, forgotten_home_card
from bot.views.found import found_conversation_card, found_customer_card
from bot.views.guide import first_contact_card, help_card, help_verb_card
from bot.views.home import Desk, Glance, home_card
from bot.views.identity import identity_blocks, merged_card, somebody_elses_card, which_merge_card
from bot.views.lists import likely_card, list_card
from bot.views.measure_part import Seen
from bot.views.measure_parts import PARTS, measures_card, part_of
from bot.views.notices import (
    called_from_afar_card,
    customer_wrote_card,
    deleted_card,
    discussion_call_card,
    edited_after_card,
    escalated_card,
    holding_card,
    lease_expired_card,
    lease_warning_card,
    pass_accepted_card,
    pass_asked_card,
    pass_declined_card,
    pass_wanted_card,
    woken_card,
)
from bot.views.rollup import NAMED, rollup_card, rollup_list_card
from bot.views.said import newest_words
from bot.views.show import show_card
from bot.views.similar import similar_card
from bot.views.system import (
    doctor_card,
    done_card,
    entries_given_up_card,
    error_card,
    link_code_card,
    settings_card,
    source_back_card,
    source_out_card,
    stats_card,
)
from bot.views.trail import tell
from bot.views.why import why_card
from bot.views.writing import (
    not_written_card,
    suggestion_card,
    suggestion_form,
    suggestion_note,
    summary_card,
    translation_card,
    writing_late_card,
)

__all__ = [
    "EXAMPLES",
    "NAMED",
    "NOBODY",
    "PARTS",
    "Desk",
    "Glance",
    "Seen",
    "answer_approved_card",
    "answer_failed_card",
    "answer_rejected_card",
    "answer_unclear_card",
    "answered_there_form",
    "approval_asked_card",
    "called_from_afar_card",
    "conversation_card",
    "crm_link_form",
    "crm_linked_card",
    "customer_card",
    "customer_choice_card",
    "customer_conversations_card",
    "customer_ideas_card",
    "customer_posts_card",
    "customer_unknown_card",
    "customer_wrote_card",
    "deleted_card",
    "digest_card",
    "discussion_call_card",
    "doctor_card",
    "done_card",
    "edited_after_card",
    "entries_given_up_card",
    "error_card",
    "escalated_card",
    "exported_page",
    "first_contact_card",
    "forget_asked_card",
    "forget_report_card",
    "forgotten_card",
    "forgotten_home_card",
    "found_conversation_card",
    "found_customer_card",
    "help_card",
    "help_verb_card",
    "holding_card",
    "home_card",
    "identity_blocks",
    "is_answerable",
    "lease_expired_card",
    "lease_warning_card",
    "likely_card",
    "link_code_card",
    "list_card",
    "measures_card",
    "merged_card",
    "newest_words",
    "not_here_card",
    "not_written_card",
    "notes_card",
    "part_of",
    "pass_accepted_card",
    "pass_asked_card",
    "pass_declined_card",
    "pass_wanted_card",
    "reply_form",
    "rollup_card",
    "rollup_list_card",
    "settings_card",
    "show_card",
    "similar_card",
    "somebody_elses_card",
    "source_back_card",
    "source_out_card",
    "stats_card",
    "suggestion_card",
    "suggestion_form",
    "suggestion_note",
    "summary_card",
    "tell",
    "too_long",
    "translation_card",
    "visible_match",
    "which_merge_card",
    "why_card",
    "why_not",
    "woken_card",
    "writing_late_card",
]
