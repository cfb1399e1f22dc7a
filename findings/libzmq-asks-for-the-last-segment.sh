#!/usr/bin/env bash
# libzmq 4.3.5 with drafts, as npm's zeromq 6.8.0 has it, on Node.
#
# A socket that connects to ws://host:port/a/b is thought to ask the web server for /a/b, as each client of HTTP does. libzmq
# asks for what is behind the last slash: /b. So a server that has several sockets below one path, or a proxy that routes by
# the first segment, answers 404, or as somebody else; to be met by libzmq, a path must have one segment.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm --silent init -y >/dev/null
npm --silent install --no-audit --no-fund zeromq@6.8.0

cat >ask.js <<'JS'
const net = require('net')
const zmq = require('zeromq')

function asked(path) {
    return new Promise(resolve => {
        const server = net.createServer(peer => peer.once('data', request => {
            socket.close()
            peer.destroy()
            server.close(() => resolve(String(request).split('\r\n')[0].split(' ')[1]))
        }))
        const socket = new zmq.Push({linger: 0})
        server.listen(0, '127.0.0.1', () => socket.connect(`ws://127.0.0.1:${server.address().port}${path}`))
    })
}

async function main() {
    console.log(`libzmq ${zmq.version}`)
    for (const path of ['', '/ticks', '/zmtp/ticks', '/a/b/c']) {
        console.log(`connected to "${path}": asked for ${await asked(path)}`)
    }
    process.exit(0)
}

main()
setTimeout(() => process.exit(1), 20000)
JS
node ask.js | tee out
grep -qx 'connected to "/ticks": asked for /ticks' out
grep -qx 'connected to "/zmtp/ticks": asked for /ticks' out
grep -qx 'connected to "/a/b/c": asked for /c' out
# Seen: libzmq 4.3.5
#       connected to "/zmtp/ticks": asked for /ticks
