#!/usr/bin/env bash
# jszmq 0.1.2 (with ws 6.2.3), on Node.
#
# A message of several frames is received whole or not at all, in every ZeroMQ. One would think that a connection that ends
# between two frames takes the first one with it. In jszmq it stays: when the endpoint is connected again, the frames of the
# next message are put behind it. The application gets one message of both, and a topic that it cannot tell from a right one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm --silent init -y >/dev/null
npm --silent install --no-audit --no-fund jszmq@0.1.2 ws@6.2.3

cat >cut.js <<'JS'
const zmq = require('jszmq')
const WebSocket = require('ws')

const PORT = 21718
const LAST = 0
const MORE = 1

function frame(flags, text) {
    return Buffer.concat([Buffer.from([flags]), Buffer.from(text)])
}

let connections = 0
new WebSocket.Server({port: PORT}).on('connection', peer => {
    peer.send(frame(LAST, '')) // its routing id
    if (connections++ === 0) {
        peer.send(frame(MORE, 'cut'), () => peer.close())
    } else {
        peer.send(frame(MORE, 'topic'))
        peer.send(frame(LAST, 'body'))
    }
})

const pull = new zmq.Pull()
pull.options.reconnectInterval = 100
pull.on('message', (...frames) => {
    console.log('sent on the second connection: topic body')
    console.log('received: ' + frames.map(String).join(' '))
    process.exit(0)
})
pull.connect(`ws://127.0.0.1:${PORT}/`)
setTimeout(() => process.exit(1), 10000)
JS
node cut.js | tee out
grep -qx 'received: cut topic body' out
# Seen: sent on the second connection: topic body
#       received: cut topic body
