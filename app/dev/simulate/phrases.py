"""What simulated customers say: sentences by mood, put together by `say`.

`{product}`, `{order}`, `{days}` and `{minutes}` are filled in. The moods are written so that a reader of English has no
doubt; the built-in scorer has to agree on most of them (tests hold it to that).
"""

from random import Random
from typing import Final, Literal

Mood = Literal["angry", "happy", "neutral"]

PRODUCTS: Final = (
    "Espresso One", "Espresso Pro", "Grinder S", "Grinder XL", "Kettle", "Toaster Duo", "Air Fryer", "Robot Vacuum",
    "Desk Lamp", "Smart Scale", "Blender", "Heat Pump Dryer",
)  # fmt: skip

ANGRY: Final = (
    "I am really angry about the {product}.",
    "This is unacceptable, order {order} is late again.",
    "Terrible service, I have been waiting {days} days for an answer.",
    "The {product} arrived broken and nobody cares.",
    "I am very disappointed with the {product}.",
    "I waited {minutes} minutes on the phone and then you hung up, this is awful.",
    "Your support is useless and rude.",
    "This is the worst experience I have ever had with a shop.",
    "The refund for order {order} is still missing, I feel cheated.",
    "The {product} is a horrible waste of money.",
    "I am furious, nobody ever calls me back.",
    "I hate being sent from one desk to the next.",
    "The second {product} failed as well, this is a disaster.",
    "You charged me twice, that is a bad joke.",
    "I am fed up with your excuses.",
    "Awful, the {product} stopped working after {days} days.",
    "This is a terrible way to treat a customer.",
    "I am upset and frustrated, order {order} got lost.",
    "Nobody helps, I am losing my patience and I am angry.",
    "I want to cancel, this is ridiculous.",
)
HAPPY: Final = (
    "I love the {product}, thank you!",
    "Great service, everything arrived on time.",
    "Your colleague was very friendly and helpful.",
    "The {product} works perfectly, I am really happy.",
    "Thanks for the quick and kind help with order {order}.",
    "Excellent, the best support I have had in years.",
    "I am very pleased with the {product}.",
    "What a wonderful surprise, the parcel came early.",
    "Fantastic quality, I will gladly order again.",
    "That was easy, good job!",
    "The {product} is amazing, my family loves it.",
    "I am grateful that you solved this so fast.",
    "Brilliant, the new {product} is a joy to use.",
    "Thank you, I am happy with the solution.",
    "Nice and friendly chat, I recommend you to everyone.",
)
NEUTRAL: Final = (
    "When will order {order} be delivered?",
    "Which filter fits the {product}?",
    "Could you send me the invoice of order {order}?",
    "I moved, my new address is in my account.",
    "Does the {product} come in black?",
    "How long does the {product} need to heat up?",
    "I would like to change the delivery day of order {order}.",
    "Is the {product} available in the shop in town?",
    "What is the size of the box of the {product}?",
    "Where do I enter the code from the letter?",
    "Do you ship to the islands?",
    "How many watts does the {product} use?",
    "Can I add a second {product} to order {order}?",
    "Which days is the shop open?",
    "I have a question about the {product}.",
)
BY_MOOD: Final[dict[Mood, tuple[str, ...]]] = {"angry": ANGRY, "happy": HAPPY, "neutral": NEUTRAL}


def say(rng: Random, mood: Mood, product: str, order: str) -> str:
    """One to three different sentences of one mood."""
    sentences = rng.sample(BY_MOOD[mood], rng.choice((1, 1, 2, 2, 3)))
    text = " ".join(sentences)
    if "{" in text:
        text = text.format(product=product, order=order, days=rng.randint(3, 20), minutes=rng.randint(15, 90))
    return text
