#!/usr/bin/env bash
# Peers: npm zeromq 6.8.0 (libzmq 4.3.5).
#
# A socket that connects redials after nearly everything: a refused connection, a reset, a close in the middle of the
# handshake. But an ERROR command, by which RFC 37 lets a server say why it refuses, is final: whatever the reason, also
# "300", ZAP's temporary error, the socket never dials that endpoint again, and keeps what is queued for it for ever. A
# server that refuses somebody for now (a name that is taken, a limit that is reached) must close without a word if that
# peer is to come back.
#
# A bare TCP server refuses, either way, and counts how often it is dialled in three seconds.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zeromq@6.8.0 >/dev/null

cat >refuse.js <<'JS'
const net = require('net'), zmq = require('zeromq')

const greeting = Buffer.alloc(64)
greeting[0] = 0xff, greeting[9] = 0x7f, greeting[10] = 3, greeting[11] = 1
greeting.write('NULL', 12)
const error = reason => {
  const body = Buffer.concat([Buffer.from('\x05ERROR'), Buffer.from([reason.length]), Buffer.from(reason)])
  return Buffer.concat([Buffer.from([4, body.length]), body])
}

async function dialled(answer) {
  let count = 0
  const server = net.createServer(socket => {
    count++
    socket.on('error', () => {})
    socket.write(greeting)
    socket.once('data', () => setTimeout(() => socket.end(answer), 50))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const dealer = new zmq.Dealer({ linger: 0, reconnectInterval: 100 })
  dealer.connect('tcp://127.0.0.1:' + server.address().port)
  await new Promise(done => setTimeout(done, 3000))
  dealer.close()
  server.close()
  return count === 1 ? 'once' : count > 5 ? 'again and again' : count + ' times'
}

async function main() {
  console.log('libzmq ' + zmq.version)
  console.log('closed in the handshake: dialled ' + await dialled(Buffer.alloc(0)))
  for (const reason of ['300', 'busy']) console.log(`ERROR "${reason}": dialled ` + await dialled(error(reason)))
  process.exit(0)
}
main()
JS
node refuse.js | tee seen

cat >expected <<'OUT'
libzmq 4.3.5
closed in the handshake: dialled again and again
ERROR "300": dialled once
ERROR "busy": dialled once
OUT
diff expected seen && echo "as stated"
