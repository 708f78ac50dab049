"""What the writer of a mail said: without the quoted history below it and without the signature.

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
_MARK: Final = ">"


def own_words(text: str) -> str:
    """Leave out quoted lines, the history below its first line, and the signature.

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
    own = "\n".join(kept).strip()
    return own or text
