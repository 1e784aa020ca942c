"""Posts in the other languages that Baton tells apart, written for the bench: sentences, short answers, and chat, one a line."""

from __future__ import annotations

OTHERS: dict[str, str] = {
    "ru": """
        Жду ответа с прошлого вторника, и никому нет дела.
        Новая версия просто замечательная, спасибо всей команде
        Можно ли изменить адрес доставки после оплаты?
        почему деньги списали два раза???
        до сих пор нет ответа
        ужасный сервис
        не могу войти
        когда придет заказ
    """,
    "uk": """
        Чекаю на відповідь з минулого вівторка, і нікому немає діла.
        Нова версія дуже гарна, дякую всій команді
        Чи можна змінити адресу доставки після оплати?
        чому гроші зняли двічі???
        досі немає відповіді
        жахливий сервіс
        не можу увійти
        коли прийде замовлення
    """,
    "bg": """
        Чакам отговор от миналия вторник и никой не се интересува.
        Новата версия е много хубава, благодаря на целия екип
        Мога ли да сменя адреса за доставка след плащането?
        защо ми взехте парите два пъти???
        още няма отговор
        ужасно обслужване
        не мога да вляза
        кога ще дойде поръчката
    """,
    "sv": """
        Jag har väntat på svar sedan förra veckan och ingen verkar bry sig.
        Den nya versionen är jättefin, tack så mycket till hela gänget
        Kan jag ändra leveransadressen efter att jag har betalat?
        varför har ni dragit pengarna två gånger???
        fortfarande inget svar
        sämsta servicen någonsin
        jag kan inte logga in
        när kommer mitt paket
    """,
    "da": """
        Jeg har ventet på svar siden sidste uge, og ingen lader til at bekymre sig.
        Den nye version er rigtig flot, mange tak til hele holdet
        Kan jeg ændre leveringsadressen, efter at jeg har betalt?
        hvorfor har I trukket pengene to gange???
        jeg har stadig ikke fået noget svar
        den dårligste service nogensinde
        hvornår kommer min pakke
        jeg er virkelig skuffet over jer
    """,
    "no": """
        Jeg har ventet på svar siden forrige uke, og ingen ser ut til å bry seg.
        Den nye versjonen er veldig fin, tusen takk til alle sammen
        Kan jeg endre leveringsadressen etter at jeg har betalt?
        hvorfor har dere trukket pengene to ganger???
        jeg har fortsatt ikke fått noe svar
        dårligste servicen noen gang
        når kommer pakken min
        jeg er skikkelig skuffet over dere
    """,
    "fi": """
        Olen odottanut vastausta viime viikosta lähtien eikä ketään näytä kiinnostavan.
        Uusi versio on todella hieno, kiitos paljon koko tiimille
        Voinko muuttaa toimitusosoitetta maksamisen jälkeen?
        miksi rahat veloitettiin kahteen kertaan???
        ei vieläkään vastausta
        huonoin palvelu ikinä
        en pääse kirjautumaan
        milloin paketti tulee
    """,
    "cs": """
        Čekám na odpověď od minulého úterý a nikoho to nezajímá.
        Nová verze je moc pěkná, děkuji celému týmu
        Můžu po zaplacení změnit doručovací adresu?
        proc jste mi strhli penize dvakrat???
        pořád žádná odpověď
        nejhorší služby vůbec
        nemůžu se přihlásit
        kdy přijde moje objednávka
    """,
    "ro": """
        Aștept un răspuns de marțea trecută și nu pare să îi pese nimănui.
        Versiunea nouă este foarte frumoasă, mulțumesc întregii echipe
        Pot să schimb adresa de livrare după ce am plătit?
        de ce mi-ati luat banii de doua ori???
        încă niciun răspuns
        cel mai prost serviciu
        nu pot să intru în cont
        când ajunge comanda mea
    """,
    "hu": """
        Múlt kedd óta várok a válaszra, de úgy látszik, ez senkit sem érdekel.
        Az új változat nagyon szép lett, köszönöm az egész csapatnak
        Meg tudom változtatni a szállítási címet fizetés után?
        miért vontátok le kétszer a pénzt???
        még mindig nincs válasz
        a legrosszabb ügyfélszolgálat
        nem tudok belépni
        mikor jön meg a csomagom
    """,
    "id": """
        Saya sudah menunggu jawaban sejak minggu lalu dan sepertinya tidak ada yang peduli.
        Versi barunya bagus sekali, terima kasih banyak untuk semua tim
        Apakah saya bisa mengganti alamat pengiriman setelah membayar?
        kenapa uang saya dipotong dua kali???
        masih belum ada jawaban
        pelayanan paling buruk
        saya tidak bisa masuk ke akun
        kapan pesanan saya sampai
    """,
    "vi": """
        Tôi chờ trả lời từ thứ ba tuần trước mà không ai quan tâm cả.
        Phiên bản mới rất đẹp, cảm ơn cả đội nhiều lắm
        Tôi có thể đổi địa chỉ giao hàng sau khi thanh toán không?
        sao lại trừ tiền hai lần vậy???
        vẫn chưa có ai trả lời
        dịch vụ quá tệ
        tôi không đăng nhập được
        bao giờ hàng mới đến
    """,
    "sw": """
        Nimekuwa nikisubiri jibu tangu wiki iliyopita na hakuna anayejali.
        Toleo jipya ni zuri sana, asanteni wote kwa kazi nzuri
        Je, ninaweza kubadilisha anwani baada ya kulipa?
        kwa nini mmekata pesa mara mbili???
        bado hakuna jibu lolote
        siwezi kuingia kwenye akaunti yangu
    """,
    "el": """
        Περιμένω απάντηση από την περασμένη Τρίτη και δεν νοιάζεται κανείς.
        γιατί με χρεώσατε δύο φορές???
        ακόμα καμία απάντηση
    """,
    "he": """
        אני מחכה לתשובה מיום שלישי שעבר ולאף אחד לא אכפת
        למה חייבתם אותי פעמיים???
        עדיין אין תשובה
    """,
    "hi": """
        मैं पिछले मंगलवार से जवाब का इंतज़ार कर रहा हूँ
        दो बार पैसे क्यों काटे???
        अभी तक कोई जवाब नहीं
    """,
    "ko": """
        지난 화요일부터 답변을 기다리고 있는데 아무도 신경 쓰지 않네요.
        왜 두 번 결제됐나요???
        아직도 답이 없어요
    """,
    "th": """
        รอคำตอบมาตั้งแต่วันอังคารที่แล้วแต่ไม่มีใครสนใจเลย
        ทำไมตัดเงินสองครั้ง
        ยังไม่มีคำตอบ
    """,
    "fa": """
        از سه‌شنبه‌ی هفته‌ی پیش منتظر جواب هستم و برای هیچ کس مهم نیست
        چرا دو بار پول کم کردید؟
        هنوز جوابی نگرفتم
        نسخه‌ی جدید خیلی قشنگ شده، ممنون
    """,
    "ur": """
        میں پچھلے ہفتے سے جواب کا انتظار کر رہا ہوں اور کسی کو پرواہ نہیں ہے
        پیسے دو بار کیوں کاٹے؟
        ابھی تک کوئی جواب نہیں ملا
        نیا ورژن بہت اچھا ہے، شکریہ
    """,
}
