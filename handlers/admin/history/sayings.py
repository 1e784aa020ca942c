"""What the customers of a made-up past are called, write about, and say."""

from __future__ import annotations

FIRST_NAMES = [
    "Maya",
    "Tom",
    "Aisha",
    "Chloé",
    "Liam",
    "Olivia",
    "Noah",
    "Emma",
    "Lucas",
    "Mia",
    "Ethan",
    "Zoé",
    "Felix",
    "Hanna",
    "Mateo",
    "Sofía",
    "Léa",
    "Hugo",
    "João",
    "Inês",
    "Marta",
    "Kasia",
    "Piotr",
    "Elif",
    "Mehmet",
    "Yuki",
    "Haruto",
    "Wei",
    "Ling",
    "Arjun",
    "Priya",
    "Omar",
    "Fatima",
    "Kofi",
    "Ama",
    "Tunde",
    "Ngozi",
    "Sven",
    "Freja",
    "Lars",
    "Ingrid",
    "Marek",
    "Ivana",
    "Giulia",
    "Marco",
    "Jürgen",
    "Anke",
    "Pieter",
    "Sanne",
    "Niamh",
    "Declan",
    "Rhys",
    "Carys",
    "Ondřej",
    "Zuzana",
    "Katarina",
    "Luka",
    "Nikos",
    "Eleni",
]
LAST_NAMES = [
    "Okafor",
    "Miller",
    "Haddad",
    "Martin",
    "Novak",
    "Silva",
    "Weber",
    "Rossi",
    "Kaya",
    "Sato",
    "Berg",
    "Kim",
    "Lima",
    "Patel",
    "Okoro",
    "Jensen",
    "Nowak",
    "Dubois",
    "Leroy",
    "Schmidt",
    "Fischer",
    "Bauer",
    "Garcia",
    "Lopez",
    "Costa",
    "Moreira",
    "Yilmaz",
    "Demir",
    "Tanaka",
    "Suzuki",
    "Chen",
    "Wang",
    "Sharma",
    "Gupta",
    "Mensah",
    "Boateng",
    "Adeyemi",
    "Lindqvist",
    "Hansen",
    "Olsen",
    "Horváth",
    "Kovač",
    "Bianchi",
    "Greco",
    "Vogel",
    "Keller",
    "Visser",
    "Bakker",
    "Murphy",
    "Walsh",
    "Evans",
    "Pryce",
    "Dvořák",
    "Svoboda",
    "Petrov",
    "Ivanova",
    "Papadakis",
    "Nikolaou",
    "Moreau",
    "Laurent",
    "Romero",
    "Vargas",
    "Castro",
    "Ferrari",
    "Conti",
    "Brandt",
    "Krüger",
]

NETWORKS = {
    "x": 24, "mastodon": 14, "bluesky": 10, "instagram": 18, "reddit": 9, "trustpilot": 9, "youtube": 6, "email": 10,
}  # fmt: skip
"""Where they write, and how many of a hundred at the beginning."""

MOVES_TO = ("bluesky", "mastodon", "reddit")
"""Where those go who leave a network in the course of the weeks."""

LEAVES = ("x", "x", "x", "instagram", "trustpilot")
"""Which they leave."""

TOPICS = {
    "delivery": 24, "quality": 16, "app": 13, "price": 11, "billing": 9, "refund": 9, "service": 10, "availability": 8,
}  # fmt: skip
"""What they write about, and how many of a hundred."""

SPEAKS_TO = {
    "delivery": ("logistics", "operations", "support"),
    "quality": ("product", "support"),
    "app": ("product", "support"),
    "price": ("sales", "marketing"),
    "billing": ("support", "sales"),
    "refund": ("support", "sales"),
    "service": ("support", "marketing"),
    "availability": ("sales", "logistics"),
}
"""Departments that a topic speaks to, the first that the company has before the others."""

MOODS = {"negative": 46, "neutral": 33, "positive": 21}
"""How they write, of a hundred."""

SAYINGS: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {
        "delivery": {
            "negative": (
                "Still waiting for my parcel, {few} days now. Where is it?",
                "Parcel {n} arrived open and wet.",
            ),
            "neutral": ("Do you deliver to a pick-up point? It is order {n}.", "Which carrier brings order {n}?"),
            "positive": (
                "Ordered on Monday, here on Tuesday. Order {n}, well done.",
                "The courier of order {n} was lovely.",
            ),
        },
        "quality": {
            "negative": (
                "The seam of my {pack} broke after {few} days.",
                "The zip is gone again, the third time on my {pack}.",
            ),
            "neutral": ("Is the new lining the same as on the old {pack}?", "How do I wash the {pack}?"),
            "positive": ("{few} trips and the {pack} still looks new. Best pack I had.", "Solid work on the {pack}."),
        },
        "app": {
            "negative": ("The app logs me out every {few} minutes.", "Since the update the app crashes, error {n}."),
            "neutral": ("Where in the app do I find invoice {n}?", "Does the app work offline on version 4.{few}?"),
            "positive": ("The new map in the app is great, version 4.{few}.", "Love the dark mode of 4.{few}."),
        },
        "price": {
            "negative": (
                "{few} euros more than last year for the same {pack}?",
                "Far too expensive, {few} euros for a strap.",
            ),
            "neutral": ("Is there a student price for the {pack}?", "What does the {pack} cost with shipping?"),
            "positive": (
                "Fair price for the {pack}, got it at once.",
                "Cheaper than the others by {few} euros, and better.",
            ),
        },
        "billing": {
            "negative": ("I was charged twice for order {n}.", "Invoice {n} is wrong, and nobody answers."),
            "neutral": ("Can I have invoice {n} with my company's name?", "How do I change the address on order {n}?"),
            "positive": ("Invoice {n} came corrected within the hour, thank you.", "Easy payment on order {n}."),
        },
        "refund": {
            "negative": (
                "Sent it back {few} days ago and still no refund.",
                "My refund for order {n} is 10 euros short.",
            ),
            "neutral": ("How long does a refund take for order {n}?", "Can I return the {pack} in a shop?"),
            "positive": (
                "The refund for order {n} was there the next day.",
                "Returning the {pack} was no trouble at all.",
            ),
        },
        "service": {
            "negative": ("{few} minutes on hold, then cut off.", "Third mail about case {n}, third standard answer."),
            "neutral": ("Which number do I call about case {n}?", "Are you open on Saturday for case {n}?"),
            "positive": ("Whoever answered case {n}: thank you.", "Case {n} solved in one call."),
        },
        "availability": {
            "negative": ("The {pack} is sold out again.", "You promised the {pack} for October and it is not there."),
            "neutral": ("When is the {pack} back in stock?", "Will there be a {pack} in green?"),
            "positive": ("The {pack} is finally back, ordered two.", "Got the last {pack} in the shop today."),
        },
    },
    "de": {
        "delivery": {
            "negative": ("Seit {few} Tagen warte ich auf mein Paket.",),
            "neutral": ("Welcher Paketdienst bringt Bestellung {n}?",),
            "positive": ("Bestellung {n} war am nächsten Tag da, super.",),
        },
        "quality": {
            "negative": ("Die Naht ist nach {few} Tagen gerissen.",),
            "neutral": ("Wie wasche ich den {pack}?",),
            "positive": ("Nach {few} Touren noch wie neu.",),
        },
    },
    "fr": {
        "delivery": {
            "negative": ("Mon colis a {few} jours de retard.",),
            "neutral": ("Livrez-vous en point relais, commande {n} ?",),
            "positive": ("Commande {n} reçue en un jour, bravo.",),
        },
        "refund": {
            "negative": ("Toujours pas de remboursement après {few} jours.",),
            "neutral": ("Quel est le délai de remboursement pour la commande {n} ?",),
            "positive": ("Commande {n} remboursée dès le lendemain, merci.",),
        },
    },
}
"""By language, topic and mood; the number of an order, a few days and a pack (`filled`) make each a little different."""

PACKS = ("Trail 40", "Trail 28", "Ridge 55", "Commuter 18", "Harbour 22", "Summit 35")


def filled(said: str, number: int) -> str:
    """The saying with its order, its few and its pack, all of which follow from a number."""
    few, pack = 3 + number % 17, PACKS[number % len(PACKS)]
    return said.replace("{n}", str(20_000 + number)).replace("{few}", str(few)).replace("{pack}", pack)


LANGUAGES = {"en": 64, "de": 20, "fr": 16}

AGAIN = (
    "Any news?",
    "Thank you, that helped.",
    "It still does not work.",
    "Great, thanks.",
    "And when will it be here?",
)
"""What customers write when they come back to it."""

ANSWERS = (
    "We are sorry for that. A new one is on its way.",
    "Thank you for telling us. We have passed it on and will come back to you.",
    "We have looked into it: it should be right by tomorrow.",
    "Thank you, that made our day.",
    "Could you send us your order number in a message?",
)
VIEWS = {
    "support": (
        "asked for this three times this week",
        "wants a quick answer, nothing more",
        "customer is upset, call them",
    ),
    "product": (
        "known weakness of the new model",
        "works as designed, needs a better text",
        "fixed in the next version",
    ),
    "sales": ("ready to buy again if we are quick", "large account, handle with care", "price is not the point here"),
    "marketing": (
        "many followers read along",
        "good story, ask whether we may share it",
        "sounds like the campaign misled",
    ),
    "legal": ("no promise on dates, please", "harmless, no claim in it", "keep the wording of the guarantee"),
}
"""What departments see in a conversation; others say the same as support."""

COMMON_VIEWS = ("asked for this three times this week", "known weakness of the new model")
"""What more than one department may see."""

QUESTIONS = ("Is this known?", "May we say so?", "Who can look at this today?", "Does this need a statement?")
ASKS = ("Is this the new box?", "Can you take this one?", "Please answer, it is yours", "What do we tell them?")
REFUSALS = ("not ours, try another", "no capacity this week", "answered elsewhere already")
NOTES = ("Called the warehouse, waiting for them.", "Same as last week.", "Sent a photo by mail.", "Order looked up.")
WANTED = ("a new one", "an answer", "their money back", "it in green", "a date", "to say thank you")
CHANGED = (
    "new box for long parcels",
    "text of the return form",
    "carrier told",
    "bug fixed",
    "price shown with shipping",
)
WHY_ESCALATED = ("three of these today", "asks for the press office", "key account", "could get loud")

IDEAS = {
    "delivery": (
        "Delivery to pick-up points",
        "Say on which day the parcel comes",
        "Gift wrap",
        "Choose the carrier oneself",
    ),
    "quality": ("A seam that holds", "Zips that can be replaced", "Washing instructions inside the pack"),
    "app": ("Stay signed in", "Find invoices in the app", "The map without a network", "Dark mode everywhere"),
    "price": ("A price for students", "Show the price with shipping", "Spare straps at cost"),
    "billing": ("Invoices to a company's name", "Change the address of an order", "Pay by invoice"),
    "refund": ("Return in any shop", "Say when the refund is paid", "Refund without a form"),
    "service": ("Call back instead of holding the line", "One person for one case", "Open on Saturdays"),
    "availability": ("Tell me when it is back in stock", "Reserve in the shop", "The green one all year"),
}
"""What conversations ask for, by what they are about; the first of each is asked for most."""

VOTES = (
    "customers ask for it every week",
    "would save us a third of the questions",
    "small to build, and noticed at once",
    "the others have had it for a year",
)
VOTES_AGAINST = ("too dear for so few", "makes returns harder for the warehouse", "not before the new shop is there")
WHY_DECLINED = ("too dear for what it brings", "our carriers cannot do it", "we solve it another way")
NEWS = "You asked for this some time ago. It is there now: thank you for telling us."
"""What those are told who asked for something that shipped."""
