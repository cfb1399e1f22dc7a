#!/usr/bin/env bash
# Peers: npm zeromq 6.8.0 (libzmq 4.3.5).
#
# A SUB socket that subscribes twice to one prefix and unsubscribes twice sends two SUBSCRIBE commands and one CANCEL,
# with the second unsubscribe. A publisher that counts subscriptions therefore goes on sending for ever to a subscriber
# that wants nothing any more; it must stop at the first CANCEL.
#
# A bare TCP server plays the publisher and lists what comes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zeromq@6.8.0 >/dev/null

cat >sub.js <<'JS'
const net = require('net'), zmq = require('zeromq')

const greeting = Buffer.alloc(64)
greeting[0] = 0xff, greeting[9] = 0x7f, greeting[10] = 3, greeting[11] = 1
greeting.write('NULL', 12)
const property = (name, value) => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(value.length)
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, Buffer.from(value)])
}
const ready = Buffer.concat([Buffer.from('\x05READY'), property('Socket-Type', 'PUB')])

const seen = []
const server = net.createServer(socket => {
  socket.on('error', () => {})
  let read = Buffer.alloc(0), greeted = false
  socket.write(greeting)
  socket.on('data', octets => {
    read = Buffer.concat([read, octets])
    if (!greeted && read.length >= 64) {
      greeted = true
      read = read.subarray(64)
      socket.write(Buffer.concat([Buffer.from([4, ready.length]), ready]))
    }
    while (greeted && read.length >= 2 && read.length >= 2 + read[1]) {
      const body = read.subarray(2, 2 + read[1])
      const name = body.toString('latin1', 1, 1 + body[0])
      if (name !== 'READY') seen.push(name + ' ' + body.toString('latin1', 1 + body[0]))
      read = read.subarray(2 + read[1])
    }
  })
})
const pause = () => new Promise(done => setTimeout(done, 500))
server.listen(0, '127.0.0.1', async () => {
  const sub = new zmq.Subscriber()
  sub.connect('tcp://127.0.0.1:' + server.address().port)
  await pause()
  for (const step of ['subscribe', 'subscribe', 'unsubscribe', 'unsubscribe']) {
    sub[step]('tick')
    await pause()
    seen.push('-- after ' + step)
  }
  console.log('libzmq ' + zmq.version)
  console.log(seen.join('\n'))
  process.exit(0)
})
JS
node sub.js | tee seen

cat >expected <<'OUT'
libzmq 4.3.5
SUBSCRIBE tick
-- after subscribe
SUBSCRIBE tick
-- after subscribe
-- after unsubscribe
CANCEL tick
-- after unsubscribe
OUT
diff expected seen && echo "as stated"
