#!/usr/bin/env bash
# Peers: npm zeromq 6.8.0 (libzmq 4.3.5).
#
# A ROUTER makes an id for each peer that announces none. Where the ROUTER is bound, each connection has an id of its own;
# where it connects, the id belongs to the endpoint and stays the same over every new connection. So a reply that was
# meant for a peer whose connection has ended reaches whoever answers at that endpoint next: closing a connection does not
# protect a client that binds from late replies.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zeromq@6.8.0 >/dev/null

cat >ids.js <<'JS'
const zmq = require('zeromq')
const pause = () => new Promise(done => setTimeout(done, 600))

/** The ids under which a ROUTER sees two DEALERs, one after the other, at one endpoint. */
async function ids(routerBinds) {
  const seen = []
  const router = new zmq.Router({ reconnectInterval: 50 })
  ;(async () => { for await (const [id] of router) seen.push(id.toString('hex')) })()
  let endpoint = 'tcp://127.0.0.1:*'
  if (routerBinds) {
    await router.bind(endpoint)
    endpoint = router.lastEndpoint
  }
  for (let i = 0; i < 2; i++) {
    const dealer = new zmq.Dealer({ linger: 0 })
    if (routerBinds) {
      dealer.connect(endpoint)
    } else {
      await dealer.bind(endpoint)
      if (i === 0) router.connect(endpoint = dealer.lastEndpoint)
    }
    await pause()
    await dealer.send('hello')
    await pause()
    dealer.close()
    await pause()
  }
  router.close()
  return seen.length !== 2 ? seen.length + ' messages' : seen[0] === seen[1] ? 'the same id' : 'two ids'
}

async function main() {
  console.log('libzmq ' + zmq.version)
  console.log('two peers of a ROUTER that is bound: ' + await ids(true))
  console.log('two peers of a ROUTER that connects: ' + await ids(false))
  process.exit(0)
}
main()
JS
node ids.js | tee seen

cat >expected <<'OUT'
libzmq 4.3.5
two peers of a ROUTER that is bound: two ids
two peers of a ROUTER that connects: the same id
OUT
diff expected seen && echo "as stated"
