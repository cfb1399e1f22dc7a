"""A subscriber by the plain wire: SUB, and a DEALER that asks for what is missing.

Takes the two endpoints and how many messages to expect; prints "ready" when it has asked for the first one, and at the end how
many messages it had in order, and whether anything was wrong.
"""

import sys

import zmq

END = (-1).to_bytes(8, "big", signed=True)


def main(publication_at, replay_at, count):
    context = zmq.Context()
    publication = context.socket(zmq.SUB)
    publication.setsockopt(zmq.RECONNECT_IVL, 20)
    publication.setsockopt(zmq.RCVTIMEO, 200)
    publication.subscribe(b"")
    publication.connect(publication_at)
    replay = context.socket(zmq.DEALER)
    replay.setsockopt(zmq.RCVTIMEO, 30000)
    replay.connect(replay_at)
    expected = 0

    def missed():
        nonlocal expected
        replay.send_multipart((b"", expected.to_bytes(8, "big")))
        while True:
            delimiter, number, payload = replay.recv_multipart()
            assert delimiter == b""
            if number == END:
                assert payload == b""
                return
            number = int.from_bytes(number, "big")
            if number >= expected:
                assert number == expected and payload == b"%d" % number, (number, expected)
                expected += 1

    missed()
    print("ready", flush=True)
    while expected < count:
        try:
            topic, number, payload = publication.recv_multipart()
        except zmq.Again:
            missed()  # perhaps the last one was lost
            continue
        number = int.from_bytes(number, "big")
        if number > expected:
            missed()
        if number == expected:
            assert topic == b"feed" and payload == b"%d" % number
            expected += 1
    print("done", expected, flush=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
