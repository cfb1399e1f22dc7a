#!/usr/bin/env bash
# libzmq 4.3.5 with drafts, as npm's zeromq 6.8.0 has it, on Node.
#
# The words behind the status of an HTTP answer are for people, and may be missing (RFC 9112, section 4). A socket of libzmq
# that connects to ws:// takes an answer with 101 only if the words are "Switching Protocols". Tomcat, from 9 on, sends none, so
# no libzmq gets through to a WebSocket of Tomcat's; it tries again and again, and nothing says why.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm --silent init -y >/dev/null
npm --silent install --no-audit --no-fund zeromq@6.8.0

cat >answer.js <<'JS'
const net = require('net')
const {createHash} = require('crypto')
const zmq = require('zeromq')

/** Whether the peer sends something after an answer with these words: the READY of its handshake. */
function goesOn(words) {
    return new Promise(resolve => {
        const server = net.createServer(peer => {
            let upgraded = false
            peer.on('error', () => {})
            peer.on('data', octets => {
                if (upgraded) {
                    finish(true)
                    return
                }
                upgraded = true
                const key = /Sec-WebSocket-Key: (.*)\r/i.exec(String(octets))[1]
                const accept = createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
                peer.write(`HTTP/1.1 101 ${words}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n`
                    + `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ZWS2.0/NULL\r\n\r\n`)
            })
        })
        const socket = new zmq.Push({linger: 0})
        const timer = setTimeout(() => finish(false), 3000)

        function finish(result) {
            clearTimeout(timer)
            socket.close()
            server.close()
            resolve(result)
        }

        server.listen(0, '127.0.0.1', () => socket.connect(`ws://127.0.0.1:${server.address().port}/`))
    })
}

async function main() {
    console.log(`libzmq ${zmq.version}`)
    for (const words of ['Switching Protocols', '', 'Welcome']) {
        console.log(`101 with "${words}": ${await goesOn(words) ? 'goes on' : 'does not go on'}`)
    }
    process.exit(0)
}

main()
JS
node answer.js | tee out
grep -qx '101 with "Switching Protocols": goes on' out
grep -qx '101 with "": does not go on' out
grep -qx '101 with "Welcome": does not go on' out
# Seen: 101 with "Switching Protocols": goes on
#       101 with "": does not go on
