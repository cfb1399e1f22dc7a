#!/usr/bin/env bash
# jszmq 0.1.2 (with ws 6.2.3), on Node.
#
# A WebSocket server answers with one of the subprotocols that it was offered and that it speaks, or with none. One would
# think that a jszmq socket that is bound answers `ZWS2.0`, the only one that it speaks. It answers whatever was offered
# first, for it leaves the choice to its WebSocket library, which takes the first. So a client of ZeroMQ that prefers
# `ZWS2.0/NULL` is promised a handshake, and gets messages without one; and a client of something else is served too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm --silent init -y >/dev/null
npm --silent install --no-audit --no-fund jszmq@0.1.2 ws@6.2.3

cat >offer.js <<'JS'
const zmq = require('jszmq')
const http = require('http')

const PORT = 21717

function offer(...subprotocols) {
    return new Promise((resolve, reject) => {
        const request = http.get({
            port: PORT,
            path: '/',
            headers: {
                Connection: 'Upgrade',
                Upgrade: 'websocket',
                'Sec-WebSocket-Version': '13',
                'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
                'Sec-WebSocket-Protocol': subprotocols.join(', ')
            }
        })
        request.on('upgrade', (response, socket) => {
            socket.destroy()
            resolve(response.headers['sec-websocket-protocol'])
        })
        request.on('response', response => resolve('status ' + response.statusCode))
        request.on('error', reject)
    })
}

async function main() {
    new zmq.Pub().bindSync(`ws://127.0.0.1:${PORT}/`)
    await new Promise(resolve => setTimeout(resolve, 500))
    for (const offered of [['ZWS2.0'], ['ZWS2.0/NULL', 'ZWS2.0'], ['mqtt']]) {
        console.log(`offered ${offered.join(', ')}: answered ${await offer(...offered)}`)
    }
    process.exit(0)
}

main()
JS
node offer.js | tee out
grep -qx 'offered ZWS2.0: answered ZWS2.0' out
grep -qx 'offered ZWS2.0/NULL, ZWS2.0: answered ZWS2.0/NULL' out
grep -qx 'offered mqtt: answered mqtt' out
# Seen: offered ZWS2.0/NULL, ZWS2.0: answered ZWS2.0/NULL
#       offered mqtt: answered mqtt
