// Sockets of zeromq.js (libzmq) and of jszmq, driven by lines of JSON on the standard input: {id, op, …}. Each is
// answered by one line: {id, value} or {id, error}. Octets are in Base64.
'use strict'

const dgram = require('dgram')
const http = require('http')
const net = require('net')
const readline = require('readline')
const zeromq = require('zeromq')
const draft = require('zeromq/draft')
const jszmq = require('jszmq')

const sockets = new Map()

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const port = server.address().port
      server.close(() => resolve(port))
    })
  })
}

function freeDatagramPort() {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4')
    socket.on('error', reject)
    socket.bind(0, () => {
      const port = socket.address().port
      socket.close(() => resolve(port))
    })
  })
}

function octetsOf(routingId) {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(routingId)
  return octets
}

/** What stands before the body in messages of some types, as our sockets have it, and beside it in those of zeromq.js. */
const addresses = {
  Radio: part => ({ group: part }),
  Server: part => ({ routingId: part.readUInt32BE() }),
}

/** libzmq. */
class Zeromq {
  constructor(type, options) {
    const Type = zeromq[type] || draft[type]
    this.socket = new Type(options)
    this.socket.linger = 0
    this.sending = Promise.resolve()
    this.address = addresses[type]
  }

  async bind(endpoint) {
    const free = endpoint.startsWith('udp:') ? freeDatagramPort : freePort
    const at = endpoint.includes(':*') ? endpoint.replace(':*', ':' + (await free())) : endpoint
    await this.socket.bind(at)
    return at
  }

  connect(endpoint) {
    this.socket.connect(endpoint)
  }

  subscribe(topic) {
    this.socket.subscribe(topic)
  }

  join(group) {
    this.socket.join(group)
  }

  leave(group) {
    this.socket.leave(group)
  }

  send(parts) {
    const sent = this.sending.then(() =>
      this.address ? this.socket.send(parts.slice(1), this.address(parts[0])) : this.socket.send(parts))
    this.sending = sent.catch(() => {})
    return sent
  }

  async receive() {
    const parts = await this.socket.receive()
    const { group, routingId } = parts[parts.length - 1]
    if (group !== undefined) {
      return [group, ...parts.slice(0, -1)]
    }
    return routingId === undefined ? parts : [octetsOf(routingId), ...parts.slice(0, -1)]
  }

  close() {
    this.socket.close()
  }
}

/** ZWS in JavaScript. */
class Jszmq {
  constructor(type, options) {
    this.socket = new jszmq[type]()
    if (options.routingId) {
      this.socket.options.routingId = Buffer.from(options.routingId)
    }
    this.arrived = []
    this.waiting = []
    this.socket.on('message', (...parts) => {
      const waiting = this.waiting.shift()
      if (waiting) {
        waiting(parts)
      } else {
        this.arrived.push(parts)
      }
    })
  }

  bind(endpoint) {
    return new Promise((resolve, reject) => {
      this.server = http.createServer()
      this.server.on('error', reject)
      this.server.listen(0, '127.0.0.1', () => {
        const at = endpoint.replace(':*', ':' + this.server.address().port)
        this.socket.bind(at, this.server)
        resolve(at)
      })
    })
  }

  connect(endpoint) {
    this.socket.connect(endpoint)
  }

  subscribe(topic) {
    this.socket.subscribe(topic)
  }

  send(parts) {
    this.socket.send(parts)
  }

  receive() {
    return this.arrived.length > 0
      ? this.arrived.shift()
      : new Promise(resolve => this.waiting.push(resolve))
  }

  close() {
    this.socket.close()
    if (this.server) {
      this.server.closeAllConnections()
      this.server.close()
    }
  }
}

const operations = {
  open({ socket, library, type, options }) {
    sockets.set(socket, library === 'jszmq' ? new Jszmq(type, options) : new Zeromq(type, options))
  },
  bind: ({ socket, endpoint }) => sockets.get(socket).bind(endpoint),
  connect: ({ socket, endpoint }) => sockets.get(socket).connect(endpoint),
  subscribe: ({ socket, topic }) => sockets.get(socket).subscribe(topic),
  join: ({ socket, group }) => sockets.get(socket).join(group),
  leave: ({ socket, group }) => sockets.get(socket).leave(group),
  send: ({ socket, parts }) => sockets.get(socket).send(parts.map(part => Buffer.from(part, 'base64'))),
  async receive({ socket }) {
    const parts = await sockets.get(socket).receive()
    return parts.map(part => Buffer.from(part).toString('base64'))
  },
  /** Has libzmq ask here who may come by PLAIN (RFC 27): one user with one password. */
  async admit({ user, password }) {
    const zap = new zeromq.Reply()
    await zap.bind('inproc://zeromq.zap.01')
    const answer = async () => {
      for await (const [version, id, , , , mechanism, name, secret] of zap) {
        const known = String(mechanism) === 'PLAIN' && String(name) === user && String(secret) === password
        await zap.send([version, id, known ? '200' : '400', known ? 'OK' : 'No', known ? user : '', ''])
      }
    }
    answer()
  },
  close({ socket }) {
    sockets.get(socket).close()
    sockets.delete(socket)
  },
  versions: () => ({ libzmq: zeromq.version, ws: zeromq.capability.ws === true, curve: zeromq.capability.curve === true }),
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', async line => {
    const request = JSON.parse(line)
    let answer
    try {
      answer = { id: request.id, value: await operations[request.op](request) }
    } catch (error) {
      answer = { id: request.id, error: String(error && error.stack || error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  })
  .on('close', () => process.exit(0))
