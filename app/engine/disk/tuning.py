"""How RocksDB is set up; `app.engine.disk.store` opens every partition with the same options.

docs/decisions/0013-disk-store.md has what was measured.
"""

from typing import Final

from rocksdict import BlockBasedOptions, Cache, DBCompressionType, Options, WriteBufferManager, WriteOptions

_WRITE_SHARE: Final = 4
"""One part in so many of the memory is for writes that are not on disk yet."""
_WRITE_BUFFER_BYTES: Final = 16 << 20
"""Of one partition, at most; so much of it a killed worker reads again from the changelog."""
_BLOOM_BITS: Final = 10
"""Per key: one read in a hundred of a customer that is not there looks for it in vain."""
_BACKGROUND: Final = 2
_OPEN_FILES: Final = 64
"""Of one partition; a file holds 64 MiB. A process may have 1,024 open where nobody raised that."""
_LOG_BYTES: Final = 1 << 20


def options(memory_bytes: int) -> Options:
    """Options that all partitions of a worker share, and with them `memory_bytes` of blocks read and of writes held."""
    cache = Cache(memory_bytes)
    blocks = BlockBasedOptions()
    blocks.set_block_cache(cache)
    blocks.set_bloom_filter(_BLOOM_BITS, block_based=False)
    blocks.set_cache_index_and_filter_blocks(True)  # else they grow with the customers, outside of the bound
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(True)
    made = Options(raw_mode=True)
    made.create_if_missing(True)
    made.set_block_based_table_factory(blocks)
    writes = WriteBufferManager.new_write_buffer_manager_with_cache(memory_bytes // _WRITE_SHARE, False, cache)
    made.set_write_buffer_manager(writes)
    made.set_write_buffer_size(min(_WRITE_BUFFER_BYTES, memory_bytes // _WRITE_SHARE))
    made.set_compression_type(DBCompressionType.lz4())
    made.set_level_compaction_dynamic_level_bytes(True)
    made.set_max_background_jobs(_BACKGROUND)
    made.set_max_open_files(_OPEN_FILES)
    made.set_keep_log_file_num(2)
    made.set_max_log_file_size(_LOG_BYTES)
    made.set_stats_dump_period_sec(0)
    made.set_stats_persist_period_sec(0)
    return made


def write_options(*, wal: bool = False) -> WriteOptions:
    """Without RocksDB's own log: the changelog is one already, and a copy that is behind it reads on from there."""
    made = WriteOptions()
    made.disable_wal = not wal  # type: ignore[assignment,method-assign]  # a property; its stub says method
    return made
