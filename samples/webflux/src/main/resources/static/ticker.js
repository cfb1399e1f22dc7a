// Listens to /live and shows what comes.

import {drawChart, drawSparkline} from './chart.js';
import {listen} from './live.js';
import {$, badge, make, price, seconds, whole, write} from './page.js';
import './ways.js';

const MINUTE = 60_000;
const MOST_EVENTS = 100;
const SPARK = 150;
const OLD = 2_000; // milliseconds behind, which is said aloud

// ---- the stream

const PATIENCE = 5_000;

listen(({kind, data}) => {
  switch (kind) {
    case 'open': return opened();
    case 'gone': return gone();
    case 'status': return later(JSON.parse(data));
    case 'sample': return sample(JSON.parse(data));
    case 'log': return log(JSON.parse(data));
  }
});

const late = setTimeout(() => hint('bad', 'No connection yet. A browser opens six connections to a host: other tabs may hold them all.'), PATIENCE);

let next = null;

/** Shows the latest status with the next picture: a tab that is hidden, or slow, is not behind. */
function later(status) {
  if (!next) {
    requestAnimationFrame(() => {
      if (next) {
        show(next);
      }
      next = null;
    });
  }
  next = status;
}

function opened() {
  clearTimeout(late);
  samples.length = counts.length = 0;
  history.clear();
  $('log').replaceChildren();
  badge($('live'), 'good', 'live');
}

/** Nothing is known any more. */
function gone() {
  clearTimeout(late);
  next = null;
  document.querySelectorAll('.badge:not(.way .badge)').forEach(each => badge(each, '', 'unknown'));
  badge($('live'), 'bad', 'the application is gone');
  hint('bad', 'The application is gone: what is shown is how it was. The browser tries to connect again.');
}

// ---- status

const counts = []; // the samples of the last second
const samples = []; // of the last minute: rates, and what waits

/** Rates are those of one second. */
function sample(count) {
  const {time, queued} = count;
  counts.push(count);
  while (counts.length > 1 && counts[1].time <= time - 1000) {
    counts.shift();
  }
  const elapsed = (time - counts[0].time) / 1000;
  const rate = key => (count[key] - counts[0][key]) / elapsed;
  if (elapsed >= 1) {
    samples.push({time, queued, published: rate('published'), taken: rate('taken'), dropped: rate('dropped')});
  }
  while (samples.length && samples[0].time < time - MINUTE - 2000) {
    samples.shift();
  }
  remember(count.prices);
}

function show(status) {
  const {queued} = status;
  const now = samples.at(-1) ?? {published: 0, taken: 0, dropped: 0};
  const endpoint = (socket, ...states) => status.endpoints.find(each => each.socket === socket && !states.includes(each.state));
  const feed = endpoint('ticks', 'Listening');

  write($('published'), whole(now.published));
  write($('taken'), whole(now.taken));
  write($('queued'), whole(queued));
  write($('dropped'), whole(status.dropped));
  write($('hwm'), whole(status.hwm));
  write($('total'), whole(status.taken));
  write($('lag'), status.lag < 1000 ? `${status.lag} ms` : seconds(status.lag));
  $('lag').className = status.lag > OLD ? 'old' : '';
  write($('market-endpoint'), status.endpoints.filter(each => each.socket === 'feed').map(each => each.endpoint).join(', '));
  $('fill').style.width = `${Math.min(100, queued / status.hwm * 100)}%`;
  $('fill').className = queued >= status.hwm ? 'full' : '';
  document.querySelector('.dropped').classList.toggle('some', now.dropped > 0);
  document.querySelector('.link').className = `link ${!status.open ? 'down' : status.slow ? 'slow' : ''}`;

  badge($('market-state'), status.open ? 'good' : 'bad', status.open ? 'listening' : 'gone');
  badge($('desk-state'), ...deskState(status, feed));
  $('kill').disabled = !status.open;
  $('revive').disabled = status.open;
  $('slow').disabled = status.slow;
  $('fast').disabled = !status.slow;
  hint(...explain(status, feed, queued));

  drawChart($('rates'), samples, status.time, [
    {key: 'published', colour: '--soft', kind: 'line'},
    {key: 'taken', colour: '--accent', kind: 'area'},
  ], {least: 100});
  drawChart($('queue'), samples, status.time, [
    {key: 'dropped', colour: '--bad', kind: 'area'},
    {key: 'queued', colour: '--warn', kind: 'area'},
  ], {least: status.hwm * 1.1, mark: status.hwm});
  showPrices(status.latest);
  showPeers(status);
}

/** While it has not read all that was sent before, a socket does not know that its peer has gone. */
const isUnaware = (status, feed) => !status.open && feed?.state === 'HandshakeSucceeded';

function deskState(status, feed) {
  switch (feed?.state) {
    case 'HandshakeSucceeded':
      return isUnaware(status, feed) ? ['wait', 'reads the rest'] : status.slow ? ['wait', 'slow'] : ['good', 'ready'];
    case 'Retrying': return ['wait', `retrying in ${seconds(feed.retryIn)}`];
    default: return ['bad', feed ? feed.state.toLowerCase() : 'no peer'];
  }
}

function hint(kind, text) {
  $('hint').className = `hint ${kind}`;
  write($('hint'), text);
}

function explain(status, feed, queued) {
  if (isUnaware(status, feed)) {
    return ['bad', `The market is gone. The desk takes what was sent before, ${seconds(status.lag)} old by now, and learns of it when it has read all.`];
  }
  if (!status.open) {
    const next = feed?.state === 'Retrying' ? ` Attempt ${feed.attempt} is next.` : '';
    return ['bad', `The market is gone, and what waited for the desk with it. The SUB socket dials again, ever more slowly.${next}`];
  }
  if (feed?.state !== 'HandshakeSucceeded') {
    return ['warn', 'The market is back. The next attempt will find it.'];
  }
  if (status.slow && queued >= status.hwm * .95) {
    return ['bad', `The desk is ${seconds(status.lag)} behind, and the queue is full. PUB drops what does not fit, counts it, and goes on for everybody else.`];
  }
  if (status.slow) {
    return ['warn', 'The desk asks for 50 ticks a second, so its socket reads no more: TCP fills up, then the queue in the market.'];
  }
  if (queued > 50 || status.lag > 500) {
    return ['warn', 'The desk asks for all it can get: what waited goes out.'];
  }
  return ['', 'The desk keeps up with the market. How far this tab is behind stands below. Try the buttons.'];
}

// ---- prices

const tiles = new Map();
const history = new Map(); // the last prices of each symbol

function remember(prices) {
  for (const [symbol, value] of Object.entries(prices)) {
    const values = history.get(symbol) ?? [];
    history.set(symbol, values);
    values.push(value);
    if (values.length > SPARK) {
      values.shift();
    }
  }
}

function showPrices(latest) {
  for (const tick of latest) {
    const tile = tiles.get(tick.symbol) ?? addTile(tick.symbol);
    const values = history.get(tick.symbol) ?? [tick.price];
    const change = (tick.price / values[0] - 1) * 100;
    const up = change >= 0;
    write(tile.price, price(tick.price));
    write(tile.change, `${up ? '▲' : '▼'} ${Math.abs(change).toFixed(2)} %`);
    tile.change.className = up ? 'up' : 'down';
    drawSparkline(tile.spark, values, up ? '--good' : '--bad');
  }
}

function addTile(symbol) {
  const button = make('button', '', 'price');
  const tile = {price: make('b'), change: make('span'), spark: make('canvas'), answer: make('em', 'ask with REQ')};
  tile.answer.setAttribute('role', 'status');
  const name = make('span', `${symbol} `);
  name.append(tile.change);
  button.append(name, tile.price, tile.spark, tile.answer);
  button.onclick = () => ask(symbol, tile.answer);
  $('prices').append(button);
  tiles.set(symbol, tile);
  return tile;
}

async function ask(symbol, shown) {
  const began = performance.now();
  try {
    const response = await fetch(`quotes/${encodeURIComponent(symbol)}`);
    const took = (performance.now() - began).toFixed(0);
    write(shown, response.ok ? `REP ${price((await response.json()).price)} in ${took} ms` : `no answer (${response.status}) in ${took} ms`);
  } catch {
    write(shown, 'no answer: the application is gone');
  }
}

// ---- endpoints and peers

const STATES = {
  HandshakeSucceeded: ['good', 'ready'],
  Listening: ['good', 'listening'],
  Ended: ['bad', 'closed'],
  Disconnected: ['bad', 'disconnected'],
};

function showPeers(status) {
  const rows = [];
  for (const {socket, type, endpoint, state, attempt, retryIn} of status.endpoints) {
    const there = status.peers.filter(peer => peer.socket === socket && peer.endpoint === endpoint);
    const unaware = socket === 'ticks' && isUnaware(status, {state});
    const shown = unaware ? ['wait', 'gone, rest unread'] : state === 'Retrying' ? ['wait', `attempt ${attempt} in ${seconds(retryIn)}`] : STATES[state] ?? ['wait', state.toLowerCase()];
    rows.push([`${socket} ${type}`, 'at', endpoint, shown, '']);
    for (const {name, queued, unread} of there) {
      rows.push(['', 'at peer', name, unaware ? shown : ['good', 'ready'], whole(queued + unread)]);
    }
  }
  $('peers').replaceChildren(...rows.map(([socket, at, where, [kind, text], waiting]) => {
    const row = make('tr', '', socket ? '' : 'peer');
    const state = make('td', '', 'state');
    state.append(make('span', text, `badge ${kind}`));
    row.append(make('td', socket), make('td', where, at), state, make('td', waiting, 'number'));
    return row;
  }));
}

// ---- events

const KINDS = {
  Listening: 'good', HandshakeSucceeded: 'good', Retrying: 'wait',
  Disconnected: 'bad', Dropped: 'bad', HandshakeFailed: 'bad', BindFailed: 'bad', Ended: 'bad',
};

function log({time, socket, event, detail}) {
  const item = make('li');
  item.append(
    make('time', new Date(time).toLocaleTimeString('en-GB')),
    make('b', event, KINDS[event] ?? ''),
    make('span', socket),
    make('em', detail));
  item.title = detail;
  $('log').prepend(item);
  if ($('log').childElementCount > MOST_EVENTS) {
    $('log').lastElementChild.remove();
  }
}

// ---- buttons

for (const [id, path] of [['slow', 'desk/slow'], ['fast', 'desk/fast'], ['kill', 'market/kill'], ['revive', 'market/revive']]) {
  $(id).onclick = () => fetch(path, {method: 'POST'});
}
