"""A publisher by the plain wire: PUB sends topic, number and payload; ROUTER replays from a number on, without topics.

Prints its two ports, each in a line, publishes as many messages as its argument says when a line comes, and ends with its input.
"""

import collections
import sys
import threading
import time

import zmq

END = (-1).to_bytes(8, "big", signed=True)


def main(count):
    context = zmq.Context()
    publication = context.socket(zmq.PUB)
    replay = context.socket(zmq.ROUTER)
    history = collections.deque(maxlen=count)
    print(publication.bind_to_random_port("tcp://127.0.0.1"), flush=True)
    print(replay.bind_to_random_port("tcp://127.0.0.1"), flush=True)
    go = threading.Event()
    over = threading.Event()

    def read():
        for _ in sys.stdin:
            go.set()
        over.set()

    threading.Thread(target=read, daemon=True).start()
    number = 0
    while not over.is_set():
        busy = go.is_set() and number < count
        if replay.poll(0 if busy else 20):
            client, delimiter, first = replay.recv_multipart()
            first = int.from_bytes(first, "big")
            for kept, payload in history:
                if kept >= first:
                    replay.send_multipart((client, delimiter, kept.to_bytes(8, "big"), payload))
            replay.send_multipart((client, delimiter, END, b""))
        if busy:
            for number in range(number, min(count, number + 50)):
                payload = b"%d" % number
                publication.send_multipart((b"feed", number.to_bytes(8, "big"), payload))
                history.append((number, payload))
            number += 1
            time.sleep(0.001)


main(int(sys.argv[1]))
