"""What a worker does not start on, said in one sentence that names the mend."""

import pytest

from app.dev.children import Children
from app.settings import Settings
from tests.integration.workers import Workers

SOON_S = 20


def test_a_missing_topic_is_refused(bare: Settings) -> None:
    with Children() as children:
        code, why = Workers(children, bare).start().ended(SOON_S)

    assert code == 1
    assert why.startswith(f"{bare.inputs[0]}[0]: ")
    assert "run `kanarya topics apply`" in why


@pytest.mark.parametrize("partitions", [3, 5])
def test_another_partition_count_is_refused(workers: Workers, settings: Settings, partitions: int) -> None:
    code, why = workers.start(partitions=partitions).ended(SOON_S)

    assert code == 1
    assert f"the topic has 4 partitions and KANARYA_PARTITIONS is {partitions}" in why
    assert "kanarya topics apply" in why
