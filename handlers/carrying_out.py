"""What carries out each kind of work of the outbox, and with what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.config import Config
from bot.ports import (
    Answering,
    ChartPainter,
    ChatPlatform,
    Clock,
    Crm,
    DeadLetters,
    Directory,
    Forecaster,
    Learner,
    Mailer,
    SecondReader,
    Source,
    Storage,
    Taken,
    Tracker,
    Triage,
)
from handlers import crises, ideas, loops, telling_acts, tracking
from handlers.company_desk import LiveCompanyDesk
from handlers.crm_desk import LiveCrmDesk
from handlers.digest_kept import KIND as DIGEST
from handlers.digest_sending import DigestSender
from handlers.events import (
    answer_fate,
    crisis_cards,
    crisis_notices,
    crisis_record,
    crisis_room,
    crm_notices,
    draft_loops,
    echoed,
    forget,
    forget_notices,
    greet,
    idea_notices,
    likeness,
    log_outcome,
    look_up,
    loop_notices,
    messages,
    mirror,
    notify,
    read_again,
    refresh_cards,
    send_answer,
    show_rollup,
    source_notices,
    spread_notes,
    teach,
    tell_askers,
    tracked,
    write_record,
    written,
)
from handlers.jobs import weekly_forecast
from handlers.spoken_to import SpokenTo
from handlers.writing_desk import LiveWritingDesk

Handler = Callable[[Taken], Awaitable[None]]

FOR_A_WEEK = (
    refresh_cards.KIND,
    show_rollup.KIND,
    spread_notes.KIND,
    log_outcome.KIND,
    write_record.KIND,
    forget.KIND,
    echoed.RESOLVE,
    echoed.LEAD_ANEW,
    look_up.KIND,
    loops.DRAFT,
    loops.LOOK,
    telling_acts.TELL_ALL,
    telling_acts.APPROVE_ALL,
    crisis_cards.KIND,
    crisis_record.KIND,
    crisis_room.OPEN,
    crisis_room.INVITE,
    *tracked.KINDS,
)
"""Work that is tried again for so long: what it waits for may be away for days."""


@dataclass(frozen=True, slots=True)
class Means:
    """What work is carried out with."""

    storage: Storage
    directory: Directory
    config: Config
    clock: Clock
    platforms: Mapping[str, ChatPlatform]
    sources: Mapping[str, Source]
    answering: Answering
    crms: Mapping[str, Crm]
    crm_desk: LiveCrmDesk
    company_desk: LiveCompanyDesk
    writing_desk: LiveWritingDesk
    greeter: greet.Greeter
    triage: Triage
    learner: Learner
    reader: SecondReader | None
    letters: DeadLetters
    scrub: Callable[[], Awaitable[None]]
    trackers: Mapping[str, Tracker] = field(default_factory=dict)
    mailer: Mailer | None = None
    painter: ChartPainter | None = None
    forecaster: Forecaster | None = None
    noted: look_up.Noted = look_up.nobody


def carrying_out(means: Means) -> dict[str, Handler]:
    """The handler of each kind of work."""
    storage, directory, config, clock = means.storage, means.directory, means.config, means.clock
    platforms, desks = means.platforms, (means.crm_desk, means.company_desk, means.writing_desk)
    messenger = messages.Messenger(storage, directory, platforms, config, clock)
    forgetting = forget_notices.ForgetTeller(storage, directory, platforms, config)
    idea_teller = idea_notices.IdeaTeller(storage, directory, platforms, config, clock)
    drafter = draft_loops.LoopDrafter(storage, means.answering, means.writing_desk, means.triage, config, clock)
    loop_teller = loop_notices.LoopNotices(storage, directory, platforms, config)
    rooms = crisis_room.CrisisRooms(storage, directory, platforms, config, clock)
    keeper = tracked.IssueKeeper(storage, means.trackers, config, clock)
    work: dict[str, Handler] = {
        refresh_cards.KIND: refresh_cards.CardRefresher(storage, platforms, config, clock, means.answering),
        show_rollup.KIND: show_rollup.RollupShower(storage, platforms, config, clock),
        spread_notes.KIND: mirror.NoteMirror(storage, platforms, config, clock),
        notify.KIND: notify.Teller(storage, directory, config),
        notify.DIRECT: messenger.direct,
        notify.THREAD: messenger.thread,
        likeness.KIND: likeness.LikenessFinder(storage, clock),
        echoed.RESOLVE: echoed.EchoResolver(storage, clock),
        echoed.LEAD_ANEW: echoed.EchoHeir(storage, config, clock),
        log_outcome.KIND: log_outcome.OutcomeLogger(storage),
        look_up.KIND: look_up.HintLookUp(storage, means.sources, clock, means.noted),
        send_answer.KIND: send_answer.AnswerSender(storage, means.sources, clock),
        answer_fate.KIND: answer_fate.FateKeeper(storage, clock),
        write_record.KIND: write_record.RecordWriter(storage, means.crms, config, clock),
        forget.KIND: forget.Forgetter(storage, platforms, means.crms, config, clock, desks, means.scrub),
        forget_notices.KIND: forgetting,
        forget_notices.MESSAGE: forgetting.send,
        greet.KIND: means.greeter,
        read_again.KIND: read_again.PostReader(storage, config, clock, means.triage, means.reader),
        teach.KIND: teach.Teacher(storage, config, means.learner),
        crises.TELL: crisis_notices.CrisisTeller(storage, directory),
        crisis_cards.KIND: crisis_cards.CrisisCards(storage, directory, platforms, config, clock),
        crisis_room.OPEN: rooms.open,
        crisis_room.INVITE: rooms.invite,
        crisis_room.DESCRIBE: rooms.describe,
        crisis_record.KIND: crisis_record.CrisisRecorder(storage, clock),
        ideas.TELL: idea_teller,
        idea_notices.MESSAGE: idea_teller.send,
        loops.DRAFT: drafter,
        loops.LOOK: drafter.look,
        loops.NOTICE: loop_teller,
        loop_notices.MESSAGE: loop_teller.send,
        telling_acts.TELL_ALL: tell_askers.AskerTeller(storage, means.answering, config, clock),
        telling_acts.APPROVE_ALL: tell_askers.AnswerApprover(storage, clock),
        ideas.TRACKED: keeper.tracked,
        ideas.ASKED: keeper.asked,
        tracking.CREATE: keeper.create,
        tracking.MOVE: keeper.move,
        tracking.TELL_ASKED: keeper.tell_asked,
        tracking.LOOK: keeper.look,
        crm_notices.KIND: crm_notices.CrmTeller(platforms, config),
        source_notices.KIND: source_notices.SourceTeller(platforms, config),
        DIGEST: DigestSender(storage, directory, platforms, means.mailer, means.painter, means.letters, config, clock),
        written.KIND: written.WritingSender(
            storage, directory, platforms, means.writing_desk, means.answering, config, clock
        ),
    }
    if means.forecaster is not None:
        work[weekly_forecast.KIND] = weekly_forecast.ForecastMaker(storage, means.forecaster, config)
    return {kind: SpokenTo(handler, directory, config) for kind, handler in work.items()}
