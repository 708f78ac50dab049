"""The batch engine on Faust: one fetched batch of one partition is one Faust event.

Faust keeps the group, the assignor, the recovery of tables and the worker; these subclasses form the batches
(`consumer`), own the committable offsets (`frontier`) and the back-pressure (`pressure`), keep states as bytes
(`store`, `table`) and write RecordBatches (`changelog`). `changelog_reader` hands changelogs out fast,
`static_member` keeps a worker's id its own. `tests/contract` holds every private name they lean on.
"""

import logging
from typing import Final

FAUST_LOG: Final = logging.getLogger("faust.engine")
"""What Faust itself says through our subclasses; our own lines go through structlog."""
