"""Posts in the languages that Baton expects most, written for the bench: sentences, short answers, and chat, one a line."""

from __future__ import annotations

LIKELY: dict[str, str] = {
    "en": """
        I have been waiting for a reply since last Tuesday and nobody seems to care.
        The new update is lovely, thank you so much to whoever fixed the search!
        Is there a way to change the address after I have paid?
        My parcel was left in the rain and everything inside is ruined
        Third time this month the app logs me out in the middle of checkout.
        can someone tell me why my card was charged twice???
        Honestly the best support I've had from any company this year
        u guys need to sort this out, its been down all day
        Will you be open on Sunday?
        Love it, would buy again
        still no answer smh
        worst service ever
        thanks for the quick reply!
        why is it so slow today
        please call me back
        never again
        where's my refund?
        it works now, cheers
        I can't log in
        how much is shipping
        this is brilliant
        not happy at all
        who do I talk to about a broken screen
        just got mine and it's gorgeous
    """,
    "de": """
        Ich warte seit letzter Woche auf eine Antwort und niemand meldet sich bei mir.
        Das neue Update ist wirklich gelungen, vielen Dank an das ganze Team!
        Kann ich die Lieferadresse nach der Bezahlung noch ändern?
        Mein Paket stand im Regen und alles darin ist kaputt
        Schon zum dritten Mal fliegt man mitten im Bezahlen aus der App.
        koennt ihr mir sagen warum zweimal abgebucht wurde???
        Ehrlich der beste Kundendienst, den ich dieses Jahr erlebt habe
        leute das geht gar nicht, seit heute frueh laeuft nichts mehr
        Habt ihr am Sonntag geöffnet?
        Gerne wieder
        immer noch keine antwort
        so ein schlechter service
        danke für die schnelle hilfe!
        warum ist das heute so langsam
        bitte rufen sie mich zurück
        nie wieder
        wo bleibt mein geld?
        jetzt geht's, danke
        komme nicht rein
        was kostet der versand
        echt klasse gemacht
        bin gar nicht zufrieden
        ich will mein geld zurueck
        wann kommt das denn endlich
    """,
    "es": """
        Llevo esperando una respuesta desde el martes y parece que a nadie le importa.
        La nueva versión es preciosa, muchas gracias a quien arregló el buscador
        ¿Puedo cambiar la dirección de entrega después de pagar?
        Dejaron mi paquete bajo la lluvia y todo lo que había dentro está estropeado
        Es la tercera vez este mes que la aplicación se cierra en mitad de la compra.
        alguien me explica por que me han cobrado dos veces???
        Sinceramente, la mejor atención que he recibido este año
        llevan todo el dia sin funcionar, hagan algo ya
        ¿Abren ustedes el domingo?
        Me encanta, lo volvería a comprar
        sigo sin respuesta
        el peor servicio del mundo
        gracias por contestar tan rápido!
        por que va tan lento hoy
        llámenme por favor
        nunca más
        donde esta mi dinero?
        ya funciona, gracias
        no puedo entrar
        cuanto cuesta el envio
        que maravilla
        no estoy nada contento
        quiero hablar con una persona
        todavia no me llega nada
    """,
    "fr": """
        J'attends une réponse depuis mardi dernier et personne ne semble s'en soucier.
        La nouvelle version est magnifique, merci beaucoup à toute l'équipe
        Est-ce que je peux changer l'adresse de livraison après le paiement ?
        Mon colis est resté sous la pluie et tout ce qu'il y avait dedans est fichu
        C'est la troisième fois ce mois-ci que l'application se ferme en pleine commande.
        quelqu'un peut m'expliquer pourquoi j'ai ete debite deux fois ???
        Franchement le meilleur service que j'ai eu cette année
        ca fait toute la journee que rien ne marche faites quelque chose
        Vous êtes ouverts dimanche ?
        J'adore, je rachèterai
        toujours pas de réponse
        le pire service client
        merci pour votre réponse rapide !
        pourquoi c'est si lent aujourd'hui
        rappelez-moi svp
        plus jamais
        où est mon remboursement ?
        ça remarche, merci
        impossible de me connecter
        combien coute la livraison
        c'est vraiment génial
        je suis très déçue
        mdr ils repondent jamais
        on fait comment pour annuler
    """,
    "it": """
        Aspetto una risposta da martedì scorso e sembra che non importi a nessuno.
        La nuova versione è bellissima, grazie mille a tutta la squadra
        Posso cambiare l'indirizzo di consegna dopo il pagamento?
        Hanno lasciato il pacco sotto la pioggia e dentro è tutto rovinato
        È la terza volta questo mese che l'app si chiude durante l'acquisto.
        qualcuno mi spiega perche mi hanno addebitato due volte???
        Sinceramente la migliore assistenza che ho avuto quest'anno
        ragazzi e tutto il giorno che non funziona niente, fate qualcosa
        Siete aperti la domenica?
        Lo adoro, lo ricomprerei
        ancora nessuna risposta
        il peggior servizio di sempre
        grazie per la risposta veloce!
        perché oggi è così lento
        richiamatemi per favore
        mai più
        dov'è il mio rimborso?
        adesso funziona, grazie
        non riesco ad entrare
        quanto costa la spedizione
        che meraviglia
        non sono per niente contenta
        nn mi arriva niente xke
        quando arriva il mio ordine
    """,
    "pt": """
        Estou esperando uma resposta desde terça-feira e parece que ninguém se importa.
        A nova versão está linda, muito obrigado a quem arrumou a busca
        Posso mudar o endereço de entrega depois de pagar?
        Deixaram a minha encomenda na chuva e está tudo estragado lá dentro
        É a terceira vez este mês que o aplicativo fecha no meio da compra.
        alguem me explica por que fui cobrado duas vezes???
        Sinceramente o melhor atendimento que tive este ano
        gente ta fora do ar o dia todo, facam alguma coisa
        Vocês abrem no domingo?
        Adorei, compraria de novo
        ainda sem resposta
        o pior serviço que já vi
        obrigada pela resposta rápida!
        por que está tão lento hoje
        me liguem por favor
        nunca mais
        cadê o meu dinheiro?
        agora funcionou, obrigado
        não consigo entrar
        quanto custa o frete
        que coisa maravilhosa
        não estou nada satisfeito
        vcs nao respondem ninguem
        quando chega a minha encomenda
    """,
    "nl": """
        Ik wacht al sinds vorige week op antwoord en het lijkt niemand iets te kunnen schelen.
        De nieuwe versie is prachtig, heel erg bedankt aan het hele team
        Kan ik het afleveradres nog wijzigen nadat ik heb betaald?
        Mijn pakket stond in de regen en alles wat erin zat is kapot
        Voor de derde keer deze maand vlieg ik midden in het afrekenen uit de app.
        kan iemand mij uitleggen waarom er twee keer is afgeschreven???
        Eerlijk waar de beste service die ik dit jaar heb gehad
        jongens het ligt er al de hele dag uit, doe er wat aan
        Zijn jullie zondag open?
        Heel mooi, zou het zo weer kopen
        nog steeds geen antwoord
        slechtste service ooit
        bedankt voor de snelle reactie!
        waarom is het zo traag vandaag
        bel me alsjeblieft terug
        nooit meer
        waar blijft mijn geld?
        het werkt weer, dankjewel
        ik kan niet inloggen
        wat kost de verzending
        echt geweldig gedaan
        ik ben helemaal niet blij
        hoe zeg ik dit op
        wanneer komt het nou eens
    """,
    "pl": """
        Czekam na odpowiedź od zeszłego wtorku i nikogo to chyba nie obchodzi.
        Nowa wersja jest piękna, bardzo dziękuję całemu zespołowi
        Czy mogę zmienić adres dostawy po zapłaceniu?
        Paczka stała na deszczu i wszystko w środku jest zniszczone
        Trzeci raz w tym miesiącu aplikacja wyłącza się w trakcie zakupów.
        czy ktos mi wyjasni dlaczego pobraliscie pieniadze dwa razy???
        Szczerze mówiąc najlepsza obsługa, jaką miałem w tym roku
        ludzie caly dzien nic nie dziala, zrobcie cos z tym
        Czy w niedzielę jest otwarte?
        Super, kupiłabym jeszcze raz
        nadal brak odpowiedzi
        najgorsza obsługa na świecie
        dzięki za szybką odpowiedź!
        czemu dzisiaj tak wolno
        proszę oddzwonić
        nigdy więcej
        gdzie są moje pieniądze?
        już działa, dziękuję
        nie moge sie zalogowac
        ile kosztuje wysylka
        coś wspaniałego
        nie jestem zadowolona
        kiedy przyjdzie moja paczka
        prosze o kontakt
    """,
    "tr": """
        Geçen salıdan beri cevap bekliyorum ve kimsenin umurunda değil galiba.
        Yeni sürüm çok güzel olmuş, emeği geçen herkese teşekkür ederim
        Ödeme yaptıktan sonra teslimat adresini değiştirebilir miyim?
        Paketimi yağmurun altında bırakmışlar, içindeki her şey mahvolmuş
        Bu ay üçüncü kez alışverişin ortasında uygulama kapanıyor.
        biri bana neden iki kere para cektiginizi aciklasin???
        Açıkçası bu yıl gördüğüm en iyi hizmet
        arkadaslar butun gun calismiyor, bir sey yapin artik
        Pazar günü açık mısınız?
        Bayıldım, yine alırım
        hala cevap yok
        hayatımda gördüğüm en kötü hizmet
        hızlı cevap için teşekkürler!
        neden bugün bu kadar yavaş
        lütfen beni arayın
        bir daha asla
        param nerede kaldı?
        şimdi çalıştı, sağ olun
        giris yapamiyorum
        kargo ucreti ne kadar
        harika olmuş
        hiç memnun kalmadım
        siparisim ne zaman gelir
        kimse telefona bakmiyor
    """,
    "ar": """
        أنتظر الرد منذ يوم الثلاثاء الماضي ولا أحد يهتم
        التحديث الجديد جميل جدا شكرا لكل الفريق
        هل يمكنني تغيير عنوان التوصيل بعد الدفع؟
        تركوا الطرد تحت المطر وكل ما بداخله تلف
        للمرة الثالثة هذا الشهر يغلق التطبيق أثناء الشراء
        ليش انسحب المبلغ مرتين من حسابي؟؟
        بصراحة أفضل خدمة حصلت عليها هذه السنة
        هل أنتم مفتوحون يوم الأحد؟
        ما في رد للحين
        أسوأ خدمة
        شكرا على الرد السريع
        ليه بطيء اليوم
        اتصلوا بي من فضلكم
        وين فلوسي
        ما اقدر ادخل حسابي
        كم سعر التوصيل
        رائع جدا
        متى يوصل الطلب
        مش راضي عن الخدمة
        لن أشتري منكم مرة أخرى
    """,
    "ja": """
        先週の火曜日から返事を待っていますが、誰も気にしていないようです。
        新しいバージョンはとても使いやすいです。ありがとうございます！
        支払いの後で届け先の住所を変更できますか？
        荷物が雨の中に置かれていて、中身が全部だめになりました
        今月もう三回目、買い物の途中でアプリが落ちる。
        二重に請求されたんだけど、どういうこと？？
        正直、今年いちばん良い対応でした
        日曜日は営業していますか
        まだ返事がない
        最悪の対応
        早速のご返信ありがとう！
        今日なんでこんなに遅いの
        電話ください
        もう二度と買わない
        返金はまだですか
        直りました、助かった
        ログインできない
        送料いくらですか
        最高です
        いつ届きますか
    """,
    "zh": """
        我从上周二就在等回复，好像没有人在乎。
        新版本很好看，谢谢你们整个团队！
        付款以后还能修改收货地址吗？
        包裹放在雨里，里面的东西全坏了
        这个月第三次了，买到一半应用就闪退。
        为什么扣了我两次钱？？
        说实话这是我今年遇到的最好的服务
        你们周日开门吗
        还是没有人回复
        最差的服务
        谢谢你们这么快回复！
        今天怎么这么慢
        请给我打电话
        再也不买了
        我的退款在哪里
        现在好了，谢谢
        登录不了
        运费多少钱
        太棒了
        什么时候到货
    """,
}
