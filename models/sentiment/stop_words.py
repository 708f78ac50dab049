"""The commonest words of the languages that share the Latin alphabet, and what sets Turkish verbs apart.

`models.sentiment.language.vote` counts them. Hand-made, without accents where people leave them out; words of a
complaint stand in where a short one has no other word.
"""

from typing import Final

SURELY_ENGLISH: Final = frozenset({
    "the", "and", "my", "your", "you", "this", "that", "have", "has", "with", "not", "are", "were", "it's", "they",
    "i'm", "don't", "i've", "from", "been", "very", "what", "when", "there", "would", "it", "its", "be", "our", "at",
    "just", "get", "got", "how", "who", "which", "about", "out", "could", "should", "more", "some", "than", "their",
    "his", "she", "only", "because", "good", "great", "really", "love", "but", "by", "well", "too", "still", "can't",
    "didn't", "doesn't", "never", "again", "please", "works", "work", "nothing", "any", "time", "one", "best",
})  # fmt: skip
"""Words that none of the other languages uses: one of them settles it."""

_WORDS: Final = {
    "en": "in he me him her them us ok okay yes yeah up down out new go let get got like day today or ha dies man "
    "plus service la el die van site internet support product phone the and is was are were to of my your it its for "
    "with this that have has not but you they we i a an be on at so all from been very what when there would can will "
    "do did if by as our just had how who why where no please thanks thank good great bad love hate cancel refund "
    "order help still",
    "tr": "ve bir bu icin için cok çok ama degil değil daha gibi ben sen biz siz var yok ile hala hâlâ kadar sonra "
    "once önce hic hiç neden nasil nasıl bana beni benim size sizin urun ürün siparis sipariş siparisim siparişim "
    "kargo kargom iade iptal musteri müşteri hizmet hizmetleri tesekkur tesekkurler teşekkürler teşekkür lutfen lütfen "
    "guzel güzel kotu kötü berbat rezalet bozuk bekliyorum merhaba istiyorum oldu olmadi olmadı geldi gelmedi artik "
    "artık aynı ayni defa kez gun gün hemen param paramı parami memnun tavsiye urunu ürünü eksik iyi fena harika nedir "
    "hangi hangisi hakkinda hakkında yakin yakın bilgi bey hanim hanım tam zaman zamaninda zamanında gayet gore göre "
    "bile alin alın satici satıcı yine numaram numarasi numarası saat saati bosuna boşuna olarak tarihi nereden nerede "
    "lazim lazım acaba yani hep her sey şey hicbir hiçbir bugun bugün yarin yarın dun dün yeni eski paket paketi kurye "
    "teslimat urunler ürünler magaza mağaza odamiz odamız oda yemek yemekler personel garanti fatura faturam adres "
    "adresim hesap hesabim hesabım abonelik uygulama site internet cevap yanit yanıt destek ekibi ilgili ediyorum "
    "mukemmel mükemmel sorun sikayet şikayet hizli hızlı",
    "de": "der die das und ist nicht ich ein eine einen mit auf für fuer sie wir ihr mein meine meinen zu den dem "
    "von es sehr aber auch noch war habe haben hat wird bei wie oder wenn kein keine keinen immer schon seit nur mich "
    "mir uns sich nach ihre ihren wo warum bitte danke schlecht gut leider sind wurde werden bin doch nie wieder alles",
    "fr": "le la les et est pas je un une des du de ce cette mon ma mes votre vos vous nous pour avec sur dans que "
    "qui ne plus très tres mais il elle ai suis été ete au aux sont c'est j'ai n'est toujours rien bien merci bonjour "
    "mauvais service encore depuis jamais commande trop tout",
    "es": "el la los las y es no un una de del que en mi su por para con se lo le muy pero me ya ha he está esta "
    "este son fue más mas todo nada gracias hola pedido sigo nunca cuando tengo desde sin como bien mal servicio "
    "siempre todavía todavia aun aún usted ustedes quiero",
    "pt": "o a os as e é um uma de do da em no na que não nao meu minha por para com se muito mas foi mais já ja "
    "está esta eu você voce obrigado obrigada pedido nunca quando tenho desde sem como bem ainda tudo nada são sao dos "
    "das pelo pela até ate péssimo pessimo serviço servico sempre quero",
    "it": "il lo la i gli le e è un una di del della che non per con mi si da in sono ho ha ma molto più piu anche "
    "questo questa mio mia ancora grazie ordine mai quando tutto niente bene male servizio sempre è' perché perche nel "
    "alla dal sto stato buono pessimo vostro ci",
    "nl": "de het een en is niet ik van voor met op dat die zijn heb heeft maar ook nog mijn jullie geen naar bij te "
    "er wat al zo wordt werd kan wel goed slecht bedankt bestelling heel",
    "sv": "och är ar inte jag det som en ett på pa för for med av till den har min mitt ni vi men mycket tack bra "
    "dålig dalig aldrig alltid från fran",
    "pl": "i nie na się sie jest to w z do że ze jak ale za od po mam moje mój moj bardzo dziękuję dziekuje przez "
    "tak już juz czy dla zamówienie zamowienie nadal",
}

TURKISH_ENDINGS: Final = (
    "iyor", "ıyor", "uyor", "üyor", "yorum", "yorsunuz", "yoruz", "yorlar", "medi", "madi", "madı", "medim", "madim",
    "madım", "mediniz", "mıyor", "miyor", "muyor", "müyor", "acak", "ecek", "acağım", "ecegim", "eceğim", "acagim",
    "misiniz", "mısınız", "musunuz", "sınız", "siniz", "sunuz", "niyorum", "miyim", "mıyım", "bilirim", "bilir",
    "mesi", "ması", "masi", "memis", "mamis", "memiş", "mamış", "mişler", "misler", "diler", "dılar", "dilar",
    "tiler", "lardan", "lerden", "larda", "lerde", "likle", "likla", "lıkla", "iyla", "ıyla", "mistik", "miştik",
    "mistim", "miştim", "izdi", "iydi", "aydi", "ildi", "uldu", "ektedir", "aktadir", "aktadır", "imiz", "ımız",
    "umuz", "ümüz", "mem", "misim", "mişim", "cagim", "cegim", "lim", "acim", "edim", "adim", "adım", "larim",
    "lerim", "ları", "leri",
)  # fmt: skip
"""Ends of words that no other language here has; found in words of five letters and more."""


def _votes() -> dict[str, tuple[tuple[str, int], ...]]:
    spoken: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            spoken.setdefault(word, []).append(language)
    return {
        word: tuple((language, 2 if len(languages) == 1 and len(word) > 1 else 1) for language in languages)
        for word, languages in spoken.items()
    }


VOTES: Final = _votes()
"""Word -> (language, votes): two where it alone has the word, one where others do or where it is a single letter."""
