"""Small words and letters by which a language is known in a few words, also typed in a hurry. Data.

What is listed for several languages speaks for each of them. Words are also known without their accents.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "en": (
        "the and is are was were be been you your i i'm im it's its it this that these those what why when where who how not no yes "
        "don't dont can't cant won't didn't didnt doesn't isn't my me we our us they them their he she his her him with for from "
        "have has had having will would could should can do does did just really very so too but or if then than about after "
        "before there here of to in on at by as an a get got getting still never always again please pls thanks thank u ur "
        "good great love best worst bad new like know want need people time day today now all some any more out up down back "
        "over only even because been going gonna wanna lol omg wtf hey hello hi guys anyone everyone something nothing service "
        "i've i'd i'll you're we're they're that's what's let's let much many well been off into make made see say said work "
        "works working help sorry think right first last next every other same right nice happy customer order delivery flight "
        "phone app better way lot thing things amazing terrible awful "
        "rubbish ridiculous brilliant pathetic meh useless"
    ),
    "de": (
        "der die das und ist sind war waren sein nicht kein keine keinen ich du er sie es wir ihr mich mir dich dir uns euch ihn "
        "ihm mein meine meinen dein deine euer eure ein eine einen einem einer des dem den zu zum zur im in am an auf aus bei mit "
        "nach von vom vor für über unter um durch ohne gegen seit bis auch noch nur schon mal ja nein doch wie was wer wo wann "
        "warum wieso weil dass daß ob wenn als aber oder denn so sehr mehr immer nie wieder heute morgen gestern jetzt hier da "
        "dann haben hat habe hatte habt wird werden wurde kann können konnte muss müssen soll will wollen möchte bitte danke "
        "vielen gut gute guten schlecht toll super alles nichts etwas man jemand niemand leider endlich mein ganz viel viele "
        "machen macht gemacht geht ging kommt gibt bin bist seid echt halt eben einfach hallo moin tag tage uhr jahr jahre "
        "wirklich warten seit bekommen bestellung lieferung kundenservice nix hab isn nen ne gerade beim ins unser unsere "
        "furchtbar mies klasse unfassbar peinlich grauenhaft"
    ),
    "es": (
        "el la los las un una unos unas y o pero que qué no sí si es son era fue ser está están estoy estar hay he ha han muy más "
        "menos mi mis tu tus su sus me te se le les nos lo con sin por para porque como cómo cuando cuándo donde dónde quien "
        "quién de del al a en desde hasta sobre entre también ya todavía aún siempre nunca nada algo todo todos toda hoy mañana "
        "ayer ahora aquí ahí allí gracias hola bueno buena buenos buenas mal mejor peor gran este esta esto ese esa eso estos "
        "tengo tiene tienen tener puedo puede pueden hacer hace hecho quiero quiere ver voy va van vamos soy eres somos yo tú él "
        "ella ellos usted ustedes nosotros servicio cliente pedido atención favor días día hora horas años año vez q xq pq tb "
        "jaja jajaja dios amigo vida cosa cosas gente tan tanto solo sólo otra otro cada desde quisiera llevo sigue siguen "
        "pésimo pésima estupendo increíble asco vergüenza malísimo"
    ),
    "fr": (
        "le la les un une des du de et ou mais que qui quoi dont où est sont était être suis es sommes êtes ai as a avons avez ont "
        "avait j'ai c'est n'est d'un d'une qu'il qu'on l' d' j' n' s' c' qu' ne pas plus jamais rien tout tous toute toutes je tu "
        "il elle on nous vous ils elles mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces avec "
        "sans pour par dans sur sous chez entre vers depuis très trop bien mal bon bonne bonjour bonsoir salut merci svp aussi "
        "encore déjà toujours souvent quand comment pourquoi parce si comme peu beaucoup fait faire faut peut peux veux veut va "
        "vais vont aller aujourd'hui demain hier ici là oui non au aux en y jour jours heure heures fois même moins mieux "
        "j'adore merci client commande livraison service monde gens ça ca cela ceci mdr ptdr trop juste été rien lui moi toi eux "
        "nul nulle superbe pitoyable enfin honteux affreux"
    ),
    "it": (
        "il lo la i gli le un uno una e ed o ma che chi cosa non sì si è sono era sei siamo siete essere ho hai ha abbiamo avete "
        "hanno avere mi ti ci vi li ne me te lui lei noi voi loro mio mia miei mie tuo tua suo sua nostro nostra vostro vostra di "
        "del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in nel nella nei con col su sul sulla per "
        "tra fra come quando dove perché perchè xké xche quindi anche ancora già sempre mai più meno molto tanto troppo poco "
        "bene male buono buona bello bella brutto oggi domani ieri ora adesso qui qua là grazie ciao prego buongiorno buonasera "
        "fatto fare fa vado va posso può puoi voglio vuole devo deve questo questa questi quello quella tutto tutti tutta niente "
        "nulla qualcosa solo stato stata anni giorno giorni volta cosa cose gente così cosi nn cmq servizio cliente ordine dopo "
        "prima senza ogni altro altra però pero proprio davvero sto sta stanno c'è l'ho dell' all' un' po' "
        "schifo pessimo pessima vergogna ottimo"
    ),
    "pt": (
        "o a os as um uma uns umas e ou mas que não nao sim é são era foi ser estar está estão estou tá tô há tem têm tenho temos "
        "eu tu ele ela nós vós eles elas você vocês voce vc vcs me te se lhe nos meu minha meus minhas teu tua seu sua seus suas "
        "nosso nossa de do da dos das em no na nos nas num numa por pelo pela para pra pro com sem sobre até entre desde também "
        "tb já ainda sempre nunca nada tudo todo todos toda muito mais menos bem mal bom boa melhor pior como quando onde porque "
        "pq quem qual hoje amanhã ontem agora aqui ali lá obrigado obrigada olá oi bom dia tarde noite fazer faz feito quero quer "
        "pode posso vou vai vão isso isto esse essa este esta aquele mesmo só depois antes dias dia horas hora ano anos vez coisa "
        "gente kkk kkkk rsrs mano cara atendimento cliente pedido serviço entrega ao à aos às então assim cada outro outra meu deus "
        "nojento péssimo péssima ótimo vergonha"
    ),
    "nl": (
        "de het een en of maar dat die dit deze wat wie waar wanneer waarom hoe niet geen ja nee wel is zijn was waren ben bent "
        "wordt worden werd heb hebt heeft hebben had ik jij je u hij zij ze wij we jullie mij me jou hem haar ons hun mijn jouw "
        "uw zijn onze van voor met op in aan uit bij naar om tot te door over onder tegen zonder sinds ook nog al alleen maar "
        "heel erg zeer meer minder altijd nooit weer vandaag morgen gisteren nu hier daar er dan toen als want omdat dus toch "
        "kan kunnen kon moet moeten mag wil willen ga gaan gaat doen doet gedaan komt goed goede slecht mooi leuk beter beste "
        "alles niets iets iemand niemand veel weinig graag bedankt dank alstublieft hallo hoi doei groetjes echt gewoon even "
        "dag dagen uur jaar keer mensen bestelling levering klantenservice steeds helaas eindelijk nieuwe zo te deed werkt "
        "lekker hoor he gister jou weet zeg zegt staat krijg kreeg "
        "prachtig fantastisch geweldig waardeloos belachelijk"
    ),
    "pl": (
        "i a o w z u we ze na do od po za przy przez dla bez nad pod przed między nie tak jest są był była było były być będzie "
        "jestem jesteś mam masz ma mamy mają się sie mnie mi cię ci go jej mu nas was nam ich im ja ty on ona ono my wy oni mój "
        "moja moje twój jego nasz ten ta to te tego tej tym tych co kto gdzie kiedy jak czemu dlaczego że żeby bo ale albo lub "
        "czy już jeszcze tylko też także bardzo więcej mniej zawsze nigdy znowu dzisiaj dziś jutro wczoraj teraz tu tutaj tam "
        "dzień dobry dziękuję dzięki dzieki proszę prosze cześć hej dobrze dobra źle super wszystko nic coś ktoś nikt mogę może "
        "można trzeba chcę chce muszę robi robić ludzie czas lat rok dni dnia godzin zamówienie przesyłka paczka obsługa klienta "
        "jakie jaki jaka który która które no spoko kurde tez juz moze bylo dziekuje nawet bym by aż raz "
        "beznadzieja masakra polecam okropne dramat żenada"
    ),
    "tr": (
        "ve ile bir bu şu o da de ki mi mı mu mü ne neden niye niçin nasıl nerede kim hangi için gibi kadar daha çok az en değil "
        "yok var evet hayır tamam ben sen biz siz onlar bana sana ona bize size beni seni onu bizi benim senin onun bizim sizin "
        "ama fakat veya ya hem her hiç hiçbir şey şimdi bugün yarın dün sonra önce artık hala hâlâ yine tekrar lütfen teşekkürler "
        "teşekkür ederim merhaba selam günaydın iyi kötü güzel büyük yeni oldu olur olan olarak olsun oluyor ediyor ediyorum "
        "etti yapmak yaptı yapıyor geldi gelmedi gelen gitti istiyorum istemiyorum gün saat yıl defa kez insan müşteri hizmetleri "
        "sipariş kargo ürün para allah abi ya işte böyle öyle sadece bile diye göre beri rağmen üzerinden hakkında bunu şunu cok "
        "icin degil nasil musteri siparis tesekkurler lutfen yani falan aynı bütün tüm başka "
        "berbat rezalet harika rezil mükemmel"
    ),
    "sv": (
        "och att det som är var en ett den de dem jag du han hon vi ni mig dig oss er min mitt mina din ditt sin inte ingen inget "
        "på av för med till från i om men eller så när där här hur vad vem varför då nu har hade kan ska skulle vill måste får "
        "fick blir blev mycket mer bra dåligt alltid aldrig igen idag imorgon igår tack snälla hej också bara än efter utan över "
        "alla allt något någon varit kommer går gör finns år dagar dag tid folk nej ja väldigt sån jätte"
    ),
    "da": (
        "og at det som er var en et den de dem jeg du han hun vi i mig dig os jer min mit mine din ikke ingen intet på af for med "
        "til fra om men eller så når hvor her hvordan hvad hvem hvorfor da nu har havde kan skal skulle vil må får fik bliver "
        "blev meget mere godt dårligt altid aldrig igen idag imorgen tak venligst hej også kun end efter uden over alle alt noget "
        "nogen været kommer går gør findes år dage dag tid folk nej ja rigtig jeres sig selv uge lige"
    ),
    "no": (
        "og at det som er var en et den de dem jeg du han hun vi dere meg deg oss min mitt mine din ikke ingen på av for med til "
        "fra om men eller så når hvor her hvordan hva hvem hvorfor da nå har hadde kan skal skulle vil må får fikk blir ble "
        "veldig mye mer bra dårlig alltid aldri igjen dag imorgen takk vennligst hei også bare enn etter uten over alle alt noe "
        "noen vært kommer går gjør finnes år dager tid folk nei ja deres seg selv uke litt sånn"
    ),
    "fi": (
        "ja on ei en et se että mutta tai jos kun niin kuin minä sinä hän me te he minun mun sun mulla sulla tämä tuo nyt vain "
        "myös jo vielä aina koskaan kaikki mitään mikä mitä kuka missä miksi miten olen olet oli olla ollut ovat voi pitää "
        "täytyy hyvä hyvin huono kiitos hei moi terve tänään huomenna eilen paljon todella ihan kanssa ilman sitten täällä siellä "
        "mä sä oo eikö onko joo kyllä päivää vuotta asiakaspalvelu tilaus jossa joka"
    ),
    "cs": (
        "a i že je jsou byl byla bylo být jsem jsi jsme jste se si to ten ta ne ano na do od po za pro při bez nad pod před v ve "
        "z ze s u k o ale nebo když jak co kdo kde kdy proč už ještě jen také taky velmi moc víc vždy nikdy zase dnes zítra včera "
        "teď tady tam děkuji díky prosím ahoj dobrý den dobře špatně všechno nic něco mám máte má můj moje mě mi vás nás jeho "
        "může musí chci bych by není nejsou které který která tak jako protože objednávka hodin dní dny rok let"
    ),
    "ro": (
        "și si în la de pe cu din pentru care că nu da este e sunt era am ai are au fi fost mai foarte un o unei lui ei eu tu el "
        "ea noi voi ei mă te se ne vă mi mea meu ta tău sa său asta acest această ce cine unde când cum dacă dar sau ori doar "
        "încă deja mereu niciodată astăzi azi mâine ieri acum aici acolo mulțumesc mersi salut bună ziua bine rău tot toate "
        "nimic ceva pot poate vreau trebuie fac face zile ore ani comanda după fără până"
    ),
    "hu": (
        "a az egy és is nem de hogy vagy ha mert van volt lesz lenne én te ő mi ti ők engem nekem neked ez azt ezt itt ott most "
        "már még csak nagyon jó rossz köszönöm köszi kérem szia sziasztok igen ma holnap tegnap mindig soha minden semmi valami "
        "ki mit hol mikor miért hogyan kell lehet tudom akarok meg el fel le után nélkül nincs vagyok vagytok legyen napja órája "
        "rendelés ügyfélszolgálat éve sem akkor így úgy több"
    ),
    "id": (
        "yang dan di ke dari ini itu untuk dengan tidak tak gak nggak ga enggak bukan ada adalah akan sudah udah belum bisa saya "
        "aku kamu anda dia kami kita mereka apa siapa mana kapan kenapa mengapa bagaimana gimana juga saja aja lagi sangat banget "
        "lebih karena kalau jika tapi atau seperti pada oleh dalam hari jam tahun orang terima kasih makasih tolong mohon halo "
        "selamat pagi siang malam baik bagus jelek semua sekali sama dong sih nih deh ya yg dgn tdk sdh pesanan barang min kak"
    ),
    "vi": (
        "và là của có không được cho tôi bạn này đó một những các với trong ra vào đã đang sẽ rất quá thì mà nhưng khi nào gì ai "
        "đâu sao như cũng chỉ còn người ngày giờ năm cảm ơn xin chào em anh chị mình nó họ chúng ta tốt đẹp hàng đơn dịch vụ khách "
        "khong duoc cua nguoi cam on rat lam nhe ạ ơi vậy hơn nhiều lại nữa về từ đến"
    ),
    "sw": (
        "na ya wa kwa ni si hii hiyo huyu huo za la cha vya katika kama lakini au sana tu pia bado tena leo kesho jana sasa hapa "
        "hapo kuna hakuna mimi wewe yeye sisi ninyi wao yangu yako yake yetu wangu nini nani wapi lini kwanini vipi asante "
        "tafadhali habari karibu ndiyo hapana watu siku saa mwaka mtu kila kitu nzuri mbaya yote wote hivyo ambayo alikuwa ilikuwa"
    ),
    "ru": (
        "и в не на я что с он а это как по но мы вы она они ты меня мне нас вам вас мой моя мои у за из от для до при без так же "
        "бы да нет уже ещё еще только очень всё все ничего есть был была было быть будет если когда где кто почему зачем сегодня "
        "завтра вчера сейчас тут там здесь спасибо пожалуйста привет здравствуйте хорошо плохо можно нельзя надо нужно тоже или "
        "чтобы который заказ день часов лет просто больше опять вообще ваш вашего эта этот эти"
    ),
    "uk": (
        "і й в у не на я що з він а це як по але ми ви вона вони ти мене мені нас вам вас мій моя мої за із від для до при без так "
        "же би та ні вже ще тільки лише дуже все всі нічого є був була було бути буде якщо коли де хто чому сьогодні завтра вчора "
        "зараз тут там дякую будь ласка привіт добрий день добре погано можна треба потрібно також або щоб який замовлення годин "
        "років просто більше знову цей ця ці"
    ),
    "bg": (
        "и в не на аз че с той а това как по но ние вие тя те ти мен ми ни ви съм си е са сте сме беше бях бъде ще да за от до при "
        "без със във така вече още само много всичко нищо има няма ако когато къде кой защо днес утре вчера сега тук там "
        "благодаря моля здравейте здрасти добър ден добре лошо може трябва също или който поръчка часа години просто повече пак "
        "вас нас му им го я се ли"
    ),
    "ar": (
        "في من على إلى الى عن مع هذا هذه ذلك التي الذي ما لا لم لن ليس هل كيف متى أين اين لماذا ليش وين شو ايش انا أنا انت أنت هو "
        "هي نحن كان كانت يكون كل بعد قبل عند أو او ثم لكن بس يا والله الله شكرا جدا اليوم غدا أمس الان الآن خدمة العملاء طلب عندي "
        "مش مو ولا وش قد حتى لو اذا إذا غير"
    ),
    "fa": (
        "و در به از که این آن را با است بود شد می نمی برای هم من تو او ما شما آنها چه چرا کجا کی چطور نه بله خیلی هر همه هیچ یا "
        "اما ولی اگر تا بر امروز فردا دیروز الان ممنون سلام لطفا خوب بد است هست نیست باید شده کرد کردن کنید دارم دارد سفارش های "
        "رو اون"
    ),
    "ur": (
        "اور کے کی کا کو میں سے ہے ہیں تھا تھی تھے نے پر یہ وہ ہم آپ تم نہیں بھی تو ہی جو کیا کیوں کب کہاں کون کیسے بہت اب آج کل "
        "شکریہ ہو گا گی رہا رہی رہے کر کرنا کیا ہوں میرا میری مجھے لیے ایک کچھ سب پھر لیکن یا اگر ساتھ بعد"
    ),
}

LETTERS: dict[str, str] = {
    "de": "äöüß",
    "es": "ñ¿¡áéíóú",
    "fr": "éèêëàâçîïôûùœ",
    "it": "èàùòìé",
    "pt": "ãõçáéêíóúâàô",
    "nl": "ëïĳ",
    "pl": "łąęśźżćńó",
    "tr": "ğışçöüİ",
    "sv": "åäö",
    "da": "æøå",
    "no": "æøå",
    "fi": "äö",
    "cs": "řěůčšžýáíéúďťň",
    "ro": "ăâîșțşţ",
    "hu": "őűáéíóöúü",
    "vi": "đơưăâêôạảấầẩậắằặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửữựỳỵỷỹàáãìíòóõùúý",
    "ru": "ыэёъщ",
    "uk": "іїєґ",
    "bg": "ъщ",
    "fa": "پچگژکی",
    "ur": "ٹڈڑےںھہپچگکی",
    "ar": "ةىيكأإ",
}
