#!/usr/bin/env bash
# Peers: npm zeromq 6.8.0 (libzmq 4.3.5), at both ends.
#
# A DEALER whose routing id is in use at a ROUTER is not refused: the handshake succeeds, both monitors say so, the
# connection stays open, and sends complete. Nothing that it sends is ever received, and nothing reports it. It stays so
# when the first holder of the id has gone: the second one is only heard after a new connection. So "connected" and
# "sent" say nothing about whether a ROUTER listens.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zeromq@6.8.0 >/dev/null

cat >twice.js <<'JS'
const zmq = require('zeromq')
const pause = () => new Promise(done => setTimeout(done, 700))

async function main() {
  const router = new zmq.Router()
  await router.bind('tcp://127.0.0.1:*')
  const received = []
  ;(async () => { for await (const [id, text] of router) received.push(`${id}: ${text}`) })()

  const dealer = (name, log) => {
    const socket = new zmq.Dealer({ routingId: 'worker', linger: 0 })
    for (const event of ['handshake', 'disconnect', 'close']) socket.events.on(event, () => log && console.log(`${name}: ${event}`))
    socket.connect(router.lastEndpoint)
    return socket
  }
  const first = dealer('first', false)
  await pause()
  await first.send('from the first')
  const second = dealer('second', true)
  await pause()
  await second.send('from the second')
  console.log('second: sent')
  await pause()
  first.close()
  await pause()
  await second.send('from the second, alone')
  console.log('second: sent, alone')
  await pause()
  console.log('received: ' + received.join(', '))
  process.exit(0)
}
main()
JS
node twice.js | tee seen

cat >expected <<'OUT'
second: handshake
second: sent
second: sent, alone
received: worker: from the first
OUT
diff expected seen && echo "as stated"
