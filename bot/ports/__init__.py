"""What the core asks of the outside: small protocols, implemented in storage, integrations and the platforms.

A unit of work is one transaction. `Storage.reading()` gives a snapshot that cannot write; `Storage.writing()` commits
when its block ends without an error. No network call happens inside a writing block.
"""

from bot.ports.answers import Answering, Answers, Outgoing, Way
from bot.ports.benchmarks import Benchmarks
from bot.ports.charts import ChartPainter, Picture, Theme
from bot.ports.chat import ChatPlatform, Copies, Copy, Examiner, Finding, Posting, Postings, SentMessage, Showing
from bot.ports.clock import Clock
from bot.ports.company import CompanyDesk, CompanyDirectory, DirectoryAnswer
from bot.ports.conversations import Browse, Conversations, Heard, Line, Note, Notes, Sight, Which
from bot.ports.crises import Crises, CrisisCard, CrisisPosting, Standing
from bot.ports.crm import Crm
from bot.ports.customers import ContactRef, Customers, ImportedCustomer, LookUp, Match
from bot.ports.desk import CrmAnswer, CrmDesk, CrmOffer, CrmSearch
from bot.ports.digests import KeptDigests
from bot.ports.echoes import Echoes
from bot.ports.forecasts import Forecaster, Forecasts
from bot.ports.ideas import Alike, Asking, IdeaLine, Ideas, IdeaWhich
from bot.ports.identity import Identities, Likenesses
from bot.ports.learning import Learner, Lessons, Taught
from bot.ports.loops import Batch, LoopBook, LoopLine
from bot.ports.mail import Inline, Mail, Mailer
from bot.ports.measures import Measures
from bot.ports.past import Grown, Lived, Met, Past, Said
from bot.ports.people import Account, Directory, LinkCode, Links, Profile
from bot.ports.posts import Inbox, PostKey, Posts, Source, Twin
from bot.ports.printing import Printer, Sheet
from bot.ports.privacy import HOME, Privacy, Told
from bot.ports.records import LINKED_BY, UNLINKED_BY, CrmEntry, CrmLink, Records
from bot.ports.rollups import Rollup, Rollups, Tallies
from bot.ports.sources import FATE, HINT, SourceCounts, SourceRecords, Unread
from bot.ports.storage import Change, Counts, Follow, Storage, UnitOfWork
from bot.ports.trackers import IdeaLinks, Tracker
from bot.ports.triage import SecondReader, Triage
from bot.ports.work import DeadLetter, DeadLetters, Lane, Outbox, Taken, Work
from bot.ports.writer import Piece, Spending, Spent, Writer, WritingDesk

__all__ = [
    "FATE",
    "HINT",
    "HOME",
    "LINKED_BY",
    "UNLINKED_BY",
    "Account",
    "Alike",
    "Answering",
    "Answers",
    "Asking",
    "Batch",
    "Benchmarks",
    "Browse",
    "Change",
    "ChartPainter",
    "ChatPlatform",
    "Clock",
    "CompanyDesk",
    "CompanyDirectory",
    "ContactRef",
    "Conversations",
    "Copies",
    "Copy",
    "Counts",
    "Crises",
    "CrisisCard",
    "CrisisPosting",
    "Crm",
    "CrmAnswer",
    "CrmDesk",
    "CrmEntry",
    "CrmLink",
    "CrmOffer",
    "CrmSearch",
    "Customers",
    "DeadLetter",
    "DeadLetters",
    "Directory",
    "DirectoryAnswer",
    "Echoes",
    "Examiner",
    "Finding",
    "Follow",
    "Forecaster",
    "Forecasts",
    "Grown",
    "Heard",
    "IdeaLine",
    "IdeaLinks",
    "IdeaWhich",
    "Ideas",
    "Identities",
    "ImportedCustomer",
    "Inbox",
    "Inline",
    "KeptDigests",
    "Lane",
    "Learner",
    "Lessons",
    "Likenesses",
    "Line",
    "LinkCode",
    "Links",
    "Lived",
    "LookUp",
    "LoopBook",
    "LoopLine",
    "Mail",
    "Mailer",
    "Match",
    "Measures",
    "Met",
    "Note",
    "Notes",
    "Outbox",
    "Outgoing",
    "Past",
    "Picture",
    "Piece",
    "PostKey",
    "Posting",
    "Postings",
    "Posts",
    "Printer",
    "Privacy",
    "Profile",
    "Records",
    "Rollup",
    "Rollups",
    "Said",
    "SecondReader",
    "SentMessage",
    "Sheet",
    "Showing",
    "Sight",
    "Source",
    "SourceCounts",
    "SourceRecords",
    "Spending",
    "Spent",
    "Standing",
    "Storage",
    "Taken",
    "Tallies",
    "Taught",
    "Theme",
    "Told",
    "Tracker",
    "Triage",
    "Twin",
    "UnitOfWork",
    "Unread",
    "Way",
    "Which",
    "Work",
    "Writer",
    "WritingDesk",
]
