#!/usr/bin/env bash
# libzmq 4.3.5 with drafts, as npm's zeromq 6.8.0 has it, and ws 7.5.10, on Node.
#
# A PONG of WebSocket has the octets of the PING that it answers (RFC 6455, 5.5.3), so who sends several tells their answers
# apart by that, and takes the time of a round trip. A socket of libzmq that is bound to ws:// answers each PING with an empty
# PONG. Who compares never sees an answer, though the peer is alive.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm --silent init -y >/dev/null
npm --silent install --no-audit --no-fund zeromq@6.8.0 ws@7.5.10

cat >ping.js <<'JS'
const zmq = require('zeromq')
const WebSocket = require('ws')

const ENDPOINT = 'ws://127.0.0.1:21719'

async function main() {
    const pull = new zmq.Pull()
    await pull.bind(ENDPOINT)
    const peer = new WebSocket(ENDPOINT, 'ZWS2.0/NULL')
    peer.on('pong', payload => {
        console.log(`libzmq ${zmq.version}`)
        console.log(`PING with "seven", PONG with "${payload}"`)
        process.exit(0)
    })
    peer.on('open', () => {
        peer.send(Buffer.from('\x02\x05READY\x0bSocket-Type\0\0\0\x04PUSH\x08Identity\0\0\0\0', 'latin1'))
        peer.ping('seven')
    })
}

main()
setTimeout(() => process.exit(1), 10000)
JS
node ping.js | tee out
grep -qx 'PING with "seven", PONG with ""' out
# Seen: libzmq 4.3.5
#       PING with "seven", PONG with ""
