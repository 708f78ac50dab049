"""A reader who has stopped holds nobody up; one who is gone is noticed."""

import os
import time
from collections.abc import Iterator

import pytest

from app.dev.demo.view.writer import ReaderGoneError, Writer, text_stream

MOST = 1 << 20


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # closed by the test


def read(fd: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += os.read(fd, count - len(data))
    return data


def test_everything_arrives_in_order(pipe: tuple[int, int]) -> None:
    writer = Writer(pipe[1])
    stream = text_stream(writer, "utf-8")
    wanted = "".join(f"line {number} ä\n" for number in range(1000)).encode()
    for number in range(1000):
        stream.write(f"line {number} ä\n")

    assert read(pipe[0], len(wanted)) == wanted
    assert writer.finish(5)
    assert (writer.left_out, writer.idle) == (0, True)


def test_a_full_pipe_holds_nobody_up_and_what_finds_no_room_is_counted(pipe: tuple[int, int]) -> None:
    writer = Writer(pipe[1], most_bytes=MOST)
    line = b"x" * 1023 + b"\n"
    begin_s = time.monotonic()
    for _ in range(3 * MOST // len(line)):
        assert writer.write(line) == len(line)
    assert writer.finish(0.05) is False
    assert time.monotonic() - begin_s < 2
    assert writer.left_out >= 2 * MOST // len(line) - 100
    assert not writer.idle

    taken = 3 * MOST // len(line) - writer.left_out
    assert read(pipe[0], taken * len(line)) == line * taken
    assert writer.finish(5)


def test_a_reader_who_is_gone_is_noticed(pipe: tuple[int, int]) -> None:
    writer = Writer(pipe[1])
    os.close(pipe[0])
    writer.write(b"anybody there?")

    assert writer.finish(5) is False
    with pytest.raises(ReaderGoneError):
        writer.check()


def test_a_descriptor_that_does_not_wait_is_waited_for(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    writer = Writer(pipe[1], most_bytes=MOST)
    writer.write(b"y" * MOST)

    assert read(pipe[0], MOST) == b"y" * MOST
    assert writer.finish(5)


def test_closing_leaves_the_descriptor_open(pipe: tuple[int, int]) -> None:
    stream = text_stream(Writer(pipe[1]), "utf-8")
    stream.write("a")
    stream.close()

    assert read(pipe[0], 1) == b"a"
    os.write(pipe[1], b"still open")


def test_what_an_encoding_cannot_say_is_a_question_mark(pipe: tuple[int, int]) -> None:
    text_stream(Writer(pipe[1]), "ascii").write("─ä")

    assert read(pipe[0], 2) == b"??"
