"""A worker of this release meets a state that a later one wrote."""

from typing import Any

from models.codec import profile_key
from tests.agents.test_lanes import Worker
from tests.newer_state import newer_profile


async def test_a_state_with_a_newer_release_s_field_stops_the_worker_and_is_not_written_over(world: Any) -> None:
    newer = newer_profile("ada")
    world.have([(profile_key(b"ada"), newer)])
    worker = Worker(world)

    await worker.deliver([world.touchpoint(41)])

    (error,) = world.failures
    assert "holds a field that this release does not know" in str(error)
    assert world.store.get(0, profile_key(b"ada")) == newer
    await worker.stop()
