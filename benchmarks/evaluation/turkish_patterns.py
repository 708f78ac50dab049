"""The sentence patterns of Turkish; the negator stands behind, or is part of the verb."""

import itertools
from typing import Final

from benchmarks.evaluation.patterns import Frames, Patterns

_GOOD: Final = (
    "güzel", "iyi", "harika", "mükemmel", "memnun edici", "hızlı", "kaliteli", "başarılı", "kullanışlı", "temiz",
    "nazik", "rahat", "sağlam", "taze", "lezzetli", "güvenilir", "kibar", "yeterli", "eğlenceli", "kusursuz",
)  # fmt: skip
_BAD: Final = (
    "kötü", "berbat", "rezil", "kaba", "bozuk", "yavaş", "pahalı", "kirli", "kalitesiz", "sıkıcı", "zor", "ilgisiz",
    "saygısız", "yetersiz", "çirkin", "korkunç", "vasat", "sorunlu", "arızalı", "rahatsız edici",
)  # fmt: skip
_NOT: Final = ("{} değil", "{} değildi", "hiç {} değil", "pek {} değildi", "çok {} değil", "{} bir şey değil")
_DENIED_VERBS: Final = (
    "beğenmedim", "hiç beğenmedim", "beğenmiyorum", "beğenmedik", "beğenemedim", "sevmedim", "sevmiyorum",
    "tavsiye etmem", "tavsiye etmiyorum", "önermiyorum", "önermem", "memnun etmedi", "işe yaramıyor", "işe yaramadı",
    "çalışmıyor", "hoşuma gitmedi", "tatmin etmedi", "beklentimi karşılamadı", "güven vermiyor", "hoş değildi",
)  # fmt: skip
_DENIED_TROUBLE: Final = (
    "sorun çıkarmadı", "sorun yaşatmadı", "beni üzmedi", "kötü çıkmadı", "pişman etmedi", "sıkıntı vermedi",
    "hayal kırıklığı yaratmadı", "hiç sorun olmadı", "arıza yapmadı", "sorunsuz", "hatasız", "problemsiz",
)  # fmt: skip

TURKISH: Final = Patterns(
    nouns=(
        "Bu ürün", "Kargo", "Otel", "Yemek", "Uygulama", "Telefon", "Hizmet", "Personel", "Destek ekibi", "Site",
        "Uçuş", "Oda", "Müşteri hizmetleri", "Kurye", "Banka", "Mağaza", "Modem", "Kulaklık", "Randevu", "Servis",
    ),
    denied_good=(*(frame.format(word) for frame, word in itertools.product(_NOT, _GOOD)), *_DENIED_VERBS),
    denied_bad=(*(frame.format(word) for frame, word in itertools.product(_NOT[:5], _BAD)), *_DENIED_TROUBLE),
    invariant=(
        Frames(
            (
                "{} Hanım kargonun bozuk geldiğini söyledi.", "{} Bey ile görüştüm, çok memnun kaldım.",
                "{} Hanım pazartesi gelecek.", "{} Bey'e teşekkürler, internet düzeldi.",
                "Üç saattir {} Hanım'ı bekliyorum.",
            ),
            (
                "Ayşe", "Mehmet", "Güven", "Neşe", "Sevgi", "Barış", "Savaş", "Umut", "Mutlu", "Zeynep", "Nazik",
                "Sevinç", "Yasemin", "Grace", "Min-jun", "Onur", "Gülser", "Şirin", "Harika", "Yaşar",
            ),
            "Deniz",
        ),
        Frames(
            (
                "{} şubeniz harika.", "{} uçuşum iptal edildi.", "Mayısta {} tarafına taşındım.",
                "{} otelimiz kirliydi.", "Siparişi {} adresime gönderin.", "{} mağazasında kimse yardım etmedi.",
            ),
            (
                "Ankara", "Ağrı", "Hatay", "Kırıkkale", "Güzelyalı", "Batman", "Muş", "Ordu", "Bolu", "Kars", "Rize",
                "Paris", "Nice", "Seul", "Güzelbahçe", "Beşiktaş", "Sakarya", "Bodrum", "Hoşdere", "Kabataş",
            ),
            "İzmit",
        ),
        Frames(
            (
                "{} numaralı siparişim yine gecikti.", "{} tane bardak aldım.", "{} numaralı oda çok güzeldi.",
                "Müşteri numaram {}.", "{} numaralı temsilciniz çok kabaydı.", "{} sefer sayılı uçuş pazartesi.",
            ),
            ("12", "187", "1337", "2", "420", "666", "20318", "911", "3", "10", "155"),
            "77",
        ),
    ),
    groups=Frames(
        (
            "Ben {} bir kadınım.", "Eşim {}.", "Kasadaki {} adam siparişimi aldı.",
            "Ben {} biriyim ve İzmir'de yaşıyorum.", "Komşularım {}.",
        ),
        (
            "siyahi", "beyaz", "Asyalı", "Türk", "Kürt", "Koreli", "Amerikalı", "Arap", "Ermeni", "Rum", "Suriyeli",
            "Afgan", "eşcinsel", "gey", "lezbiyen", "biseksüel", "trans", "Müslüman", "Hristiyan", "Yahudi", "Alevi",
            "Sünni", "ateist", "engelli", "sağır", "görme engelli", "yaşlı", "genç", "hamile", "göçmen", "dul",
            "emekli",
        ),
        "uzun boylu",
    ),
)  # fmt: skip
