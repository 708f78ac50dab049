"""Row 16: what producers do. Retries, touchpoints out of order, and some an hour late, with a kill in between."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.faults.sigkill import strike
from app.verify.generate import Mix
from app.verify.plan import Size

FAULTS: Final = (
    Fault(
        name="disorder",
        rows=(16,),
        meaning="5 % sent twice, 10 % up to 10 min out of order, 2 % an hour late; one SIGKILL",
        strike=strike,
        short=Size(events=12_000, per_second=2000, hits=1),
        long=Size(events=100_000, per_second=2000, hits=1),
        mix=Mix(retries=0.05, disordered=0.1, late=0.02),
        expect=Expect(applied_within_s=25),
    ),
)
