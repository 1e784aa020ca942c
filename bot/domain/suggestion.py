"""A short word rule that suggests departments, best first, until triage takes over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.domain.lexicon import Lexicon, fold

MOST = 2
"""So many departments are suggested at most: a longer list suggests nothing."""

_WORDS = {
    "support": (
        "help", "helpline", "support", "customer service", "refund*", "return*", "broken", "doesn't work", "not working",
        "account", "log in", "login", "password", "no answer", "no reply", "on hold", "cancel*", "complain*", "invoice",
        "hilfe", "kundenservice", "kundendienst", "erstattung*", "zurückgeben", "rückgabe", "kaputt", "passwort", "rechnung",
        "aide", "service client", "rembours*", "retour*", "cassé*", "mot de passe", "facture", "ayuda", "atención al cliente",
        "reembolso", "devol*", "roto", "rota", "contraseña", "aiuto", "assistenza", "rimborso", "reso", "rotto", "rotta",
        "ajuda", "atendimento", "estorno", "quebr*", "senha", "klantenservice", "terugbetaling", "kapot", "wachtwoord",
        "pomoc", "zwrot*", "zepsut*", "hasło", "yardım", "iade", "bozuk", "bozuldu", "şifre", "返金", "返品", "壊れ", "サポート",
    ),
    "product": (
        "app", "app's", "feature*", "bug", "bugs", "crash*", "update", "zip", "zipper", "strap*", "pocket*", "design", "quality",
        "size", "colour*", "color*", "waterproof", "seam*", "wish it", "would be great if", "idea", "seat", "seats", "wifi",
        "reißverschluss", "träger", "tasche", "qualität", "farbe*", "absturz", "stürzt", "funktion", "fermeture éclair",
        "bretelle*", "poche*", "qualité", "couleur*", "fonction*", "cremallera", "correa*", "bolsillo*", "calidad", "aplicación",
        "cerniera", "spallacci*", "tasca", "qualità", "applicazione", "aplicativo", "alça*", "bolso", "qualidade", "rits",
        "schouderband*", "kwaliteit", "zamek", "kieszeń", "jakość", "aplikacj*", "fermuar", "cep", "kalite", "uygulama",
        "アプリ", "ファスナー", "機能", "色", "品質", "ポケット",
    ),
    "sales": (
        "price*", "quote", "discount", "buy", "order 20", "bulk", "wholesale", "in stock", "back in stock", "availab*", "resell*",
        "book", "booking", "reservation", "purchase", "preis*", "angebot", "rabatt", "kaufen", "großbestellung", "verfügbar",
        "prix", "devis", "réduction", "acheter", "en stock", "precio*", "presupuesto", "descuento", "comprar", "disponible*",
        "prezzo", "preventivo", "sconto", "comprare", "acquistare", "preço*", "orçamento", "desconto", "prijs", "offerte",
        "korting", "kopen", "cena", "oferta", "rabat", "kupić", "fiyat*", "teklif", "indirim", "satın al*", "価格", "見積", "在庫",
    ),
    "marketing": (
        "campaign", "advert*", "ad", "commercial*", "newsletter", "influencer*", "sponsor*", "collab*", "partnership", "brand", "competition", "giveaway", "werbung", "kampagne", "kooperation", "publicité", "campagne", "partenariat",
        "publicidad", "campaña", "colaboración", "pubblicità", "campagna", "collaborazione", "publicidade", "parceria",
        "reclame", "samenwerking", "reklam*", "kampania", "współprac*", "kampanya", "iş birliği", "広告", "キャンペーン", "コラボ",
    ),
    "legal": (
        "lawyer", "attorney", "lawsuit", "sue", "legal", "court", "gdpr", "privacy", "my data", "personal data", "copyright", "licence",
        "trademark", "anwalt", "klage", "datenschutz", "dsgvo", "avocat", "rgpd", "données personnelles", "abogad*", "demanda*",
        "datos personales", "avvocato", "dati personali", "advogad*", "lgpd", "dados pessoais", "advocaat", "avg", "privacywet",
        "prawnik*", "rodo", "dane osobowe", "avukat*", "kvkk", "kişisel veri*", "弁護士", "個人情報", "著作権",
    ),
    "logistics": (
        "parcel*", "package", "packages", "packaging", "deliver*", "shipping", "shipment", "shipped", "courier", "tracking", "warehouse",
        "lost bag*", "lost luggage", "luggage", "baggage", "my bags", "suitcase", "damaged box", "wrong address", "paket*", "lieferung",
        "geliefert", "versand", "sendung*", "zustell*", "colis", "livr*", "expédi*", "suivi", "transporteur", "paquete*", "envío",
        "entrega*", "repartidor", "seguimiento", "pacco", "consegn*", "spedizion*", "corriere", "encomenda", "envio", "rastre*",
        "transportadora", "pakket*", "bezorg*", "verzending", "paczk*", "dostaw*", "kurier*", "przesyłk*", "kargo", "teslim*",
        "paket", "荷物", "配送", "配達", "届か", "届い", "追跡",
    ),
    "operations": (
        "opening hours", "queue", "store", "shop", "branch", "outage", "down again", "website is down", "late flight", "flight*", "delay*",
        "gate", "runway", "waiting on", "schedule", "closed", "filiale", "laden", "öffnungszeiten", "warteschlange", "magasin",
        "boutique", "horaires", "file d'attente", "panne", "tienda", "horario", "cola", "caíd*", "negozio", "orari", "coda", "loja",
        "fila", "fora do ar", "winkel", "openingstijden", "wachtrij", "storing", "sklep*", "kolejk*", "godziny otwarcia", "mağaza*",
        "kuyruk", "çalışma saatleri", "店舗", "お店", "営業時間", "障害",
    ),
    "people": (
        "staff", "employee*", "rude", "attitude", "crew", "attendant*", "agent was", "job", "jobs", "hiring", "apply", "application for",
        "friendly", "unfriendly", "mitarbeiter*", "unfreundlich", "unhöflich", "bewerb*", "personnel", "employé*", "impoli*",
        "candidature", "emploi", "emplead*", "maleducad*", "trabajo", "dipendent*", "maleducat*", "lavoro", "funcionári*", "grosseir*",
        "vaga", "medewerker*", "onbeleefd", "onvriendelijk", "vacature", "pracowni*", "niemił*", "praca", "çalışan*", "kaba", "iş ilanı",
        "店員", "スタッフ", "態度", "求人",
    ),
}  # fmt: skip


def suggest(text: str, departments: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Keys of the departments a post speaks to: those with the most different words in it, ties in the given order.

    `departments` maps each department that exists to words of the company's own, which count double.
    """
    folded = fold(text)
    generic, own = _lexicons(tuple(departments.items()))
    scores = dict.fromkeys(departments, 0)
    for label, _ in {(hit.label, hit.found) for hit in generic.find(folded)}:
        scores[label] += 1
    for label, _ in {(hit.label, hit.found) for hit in own.find(folded)}:
        scores[label] += 2
    ranked = sorted((key for key in scores if scores[key]), key=lambda key: -scores[key])
    return tuple(key for key in ranked[:MOST] if 2 * scores[key] >= scores[ranked[0]])


@lru_cache(maxsize=16)
def _lexicons(departments: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Lexicon[str], Lexicon[str]]:
    """The generic words and the company's own, of these departments."""
    return Lexicon({key: _WORDS.get(key, ()) for key, _ in departments}), Lexicon(dict(departments))
