"""What the writer of a mail said: without the quoted history below it, the closing words and the signature.

`agents.fold` calls `own_words` for a text of the channel `email` before the scorer sees it, and so does
`kanarya sentiment --email`: what somebody else wrote earlier is no feeling of today.
"""

import re
from typing import Final

_QUOTE_BEGINS: Final = re.compile(
    r"^(?:"
    r"-{2,}\s*(?:Original Message|Forwarded message|Original-?Nachricht|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original|Mensagem original|Messaggio originale|Orijinal (?:Mesaj|İleti)|원본 메[일세]\w*)\b.*"
    r"|_{10,}"
    r"|On .{4,200}\bwrote:"
    r"|Am .{4,200}\bschrieb.{0,100}:"
    r"|Le .{4,200}\ba écrit\s?:"
    r"|El .{4,200}\bescribió:"
    r"|Em .{4,200}\bescreveu:"
    r"|Il .{4,200}\bha scritto:"
    r"|.{4,200}\bşunları yazdı:"
    r"|.{4,200}\btarihinde .{2,200}\byazdı:"
    r"|.{4,200}(?:님이|에) 작성:"
    r"|(?:From|Von|De|Da|Kimden|보낸 ?사람): .+"
    r")\s*$",
    re.IGNORECASE,
)
"""The line at which the history begins; all below it was said before."""
_SIGNATURE: Final = re.compile(
    r"^(?:-- ?|—|Sent from my .{1,40}|Get Outlook for .{1,20}|Von meinem .{1,40} gesendet|Envoyé de mon .{1,40}"
    r"|Enviado desde mi .{1,40}|Enviado do meu .{1,40}|Inviato da .{1,40}|.{1,20}'?(?:imden|ımdan|umdan) gönderildi"
    r"|나의 .{1,40}에서 보냄)\s*$",
    re.IGNORECASE,
)
"""The line at which the signature begins."""
_CLOSING: Final = re.compile(
    r"^(?:(?:with |my |all (?:the|my) |very )?(?:best|kind|kindest|warm|warmest)(?: (?:regards|wishes))?|regards"
    r"|all the best|(?:yours )?(?:sincerely|faithfully|truly|respectfully|cordially)(?: yours)?|(?:with )?love|warmly"
    r"|cheers|(?:en )?(?:(?:derin )?sevgi ve )?saygılar(?:ımla|ımızla)?|sevgiler(?:imle)?|kolay gelsin"
    r"|iyi (?:günler|çalışmalar|akşamlar)(?: dilerim)?|mit freundlichen gr(?:üß|üss|uess)en|mfg"
    r"|(?:viele|liebe|beste|herzliche) gr(?:üß|üss|uess)e|(?:bien )?cordialement|atentamente|atenciosamente"
    r"|(?:un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?|(?:com os )?melhores cumprimentos"
    r"|(?:cordiali|distinti) saluti|(?:.{1,20} )?(?:드림|올림))[,.!]*$",
    re.IGNORECASE,
)
"""A line that closes a letter; names, roles and addresses follow it."""
_SIGNED_LINES: Final = 5
"""So many lines may follow a closing one and be no more than a signature."""
_SIGNED_WORDS: Final = 6
_MARK: Final = ">"


def own_words(text: str) -> str:
    """Leave out quoted lines, the history below its first line, and the signature with the words that close a letter.

    A mail in which nothing would be left is given back whole: somebody who answers inside the quote alone, or forwards
    without a word, still said it.
    """
    if "\n" not in text:
        return text
    kept = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(_MARK):
            continue
        if _SIGNATURE.match(bare) or _QUOTE_BEGINS.match(bare):
            break
        kept.append(line)
    own = "\n".join(_unsigned(kept)).strip()
    return own or text


def _unsigned(lines: list[str]) -> list[str]:
    """Leave out the lines that close a letter, and what is signed below the first of them that only names follow."""
    names = 0  # lines at the end that may be a signature, from the last one up
    begin = len(lines)
    while begin and _may_sign(lines[begin - 1].strip()):
        if lines[begin - 1].strip():
            if names == _SIGNED_LINES:
                break
            names += 1
        begin -= 1
    kept: list[str] = []
    for at, line in enumerate(lines):
        if not _CLOSING.match(line.strip()):
            kept.append(line)
        elif at + 1 >= begin:
            break
    return kept


def _may_sign(line: str) -> bool:
    """Say whether a line could stand in a signature: some words that end no sentence and begin no postscript."""
    return (
        len(line.split()) <= _SIGNED_WORDS
        and not line.endswith((".", "!", "?"))
        and not line.upper().startswith(("PS", "P.S"))
    )
