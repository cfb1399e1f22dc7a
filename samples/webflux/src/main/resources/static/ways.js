// The market's ticks in this tab, by server-sent events and by ZeroMQ, and what each of the two ways is like.

import {$, badge, seconds, whole, write} from './page.js';

const BUCKET = 100; // milliseconds
const BUCKETS = 10; // a second
const FREEZE = 8_000;
const OLD = 2_000; // milliseconds behind

/** What has come by one way. It keeps sums only, so that it does not grow however long the tab is hidden. */
class Figures {
  reconnects = 0;
  missed = 0;
  gaps = 0;
  #last = 0;
  #buckets = [];

  took(text, octets) {
    const {time, number} = JSON.parse(text);
    const now = Date.now();
    let bucket = this.#buckets.at(-1);
    if (!(now < bucket?.until)) {
      bucket = {until: now + BUCKET, ticks: 0, octets: 0, lag: 0};
      this.#buckets.push(bucket);
      this.#buckets.splice(0, this.#buckets.length - BUCKETS);
    }
    bucket.ticks++;
    bucket.octets += octets;
    bucket.lag += now - time;
    this.#follow(number);
  }

  /** The market numbers its ticks: what is between two of them was dropped on the way. Other publishers' have none. */
  #follow(number) {
    if (!number) {
      return;
    }
    if (this.#last && number > this.#last + 1) {
      this.missed += number - this.#last - 1;
      this.gaps++;
    }
    this.#last = number; // a lower one is of a market that began anew
  }

  /** What comes while nobody listens is not missed. */
  pause() {
    this.#last = 0;
    this.#buckets = [];
  }

  lastSecond() {
    const now = Date.now();
    const recent = this.#buckets.filter(({until}) => until > now - BUCKET * BUCKETS);
    const sum = key => recent.reduce((sum, bucket) => sum + bucket[key], 0);
    const ticks = sum('ticks');
    const elapsed = now - recent[0]?.until + BUCKET;
    return {ticks, rate: ticks && ticks / Math.max(elapsed, BUCKET) * 1_000, lag: sum('lag') / ticks, octets: sum('octets') / ticks};
  }
}

/** Each opens a way, and returns how to close it, and its ready state: 0 connecting, 1 open, 2 closed. */
const open = {
  async events(figures) {
    const source = new EventSource('ticks');
    let before = false;
    source.onopen = () => {
      figures.reconnects += before;
      before = true;
    };
    source.onmessage = ({data}) => figures.took(data, 'data:'.length + data.length + '\n\n'.length);
    return {close: () => source.close(), state: () => source.readyState};
  },

  async zeromq(figures) {
    const {Sub} = await import('./jszmq.js');
    const socket = new Sub();
    socket.options.reconnectInterval = 1_000;
    // The topic and the tick. After a connection that ended between the two jszmq has the topic of then before them.
    socket.on('message', (...frames) => figures.took(frames.at(-1).toString(), frames.reduce((sum, frame) => sum + wire(frame), 0)));
    socket.connect(new URL('zmtp/ticks', location).href.replace(/^http/, 'ws'));
    socket.subscribe('');
    // Its socket says nothing of its connection, but its endpoint does.
    const [endpoint] = socket.endpoints;
    endpoint.on('hiccuped', () => figures.reconnects++);
    return {close: () => socket.close(), state: () => endpoint.socket.readyState};
  },
};

/** A frame of a WebSocket: its head, a flag of ZeroMQ's, and what it holds. */
const wire = ({length}) => (length < 125 ? 2 : 4) + 1 + length;

class Way {
  #figures = new Figures();
  #opening = null;
  #opened = null;
  #error = null;

  constructor(name) {
    this.name = name;
  }

  set(on) {
    if (on === Boolean(this.#opening)) {
      return;
    }
    if (!on) {
      this.#opened?.close();
      this.#opening = this.#opened = null;
      this.#figures.pause();
      return;
    }
    this.#error = null;
    const opening = this.#opening = open[this.name](this.#figures);
    opening.then(
        opened => opening === this.#opening ? this.#opened = opened : opened.close(),
        error => this.#error = error);
  }

  #state() {
    if (this.#error) {
      return ['bad', 'jszmq.js was not built'];
    }
    if (!this.#opening) {
      return ['', 'off'];
    }
    switch (this.#opened?.state()) {
      case 1: return ['good', 'open'];
      case 2: return ['bad', 'closed'];
      default: return ['wait', 'connecting'];
    }
  }

  show() {
    const part = name => $(`${this.name}-${name}`);
    const {missed, gaps, reconnects} = this.#figures;
    const {ticks, rate, lag, octets} = this.#figures.lastSecond();
    badge(part('state'), ...this.#state());
    write(part('rate'), whole(rate));
    write(part('lag'), !ticks ? '–' : lag < 1000 ? `${lag.toFixed(1)} ms` : seconds(lag));
    part('lag').className = lag > OLD ? 'old' : '';
    write(part('octets'), ticks ? whole(octets) : '–');
    write(part('missed'), missed ? `${whole(missed)} in ${whole(gaps)} gap${gaps === 1 ? '' : 's'}` : 'none');
    write(part('reconnects'), whole(reconnects));
  }
}

// ---- the switch

const ways = [new Way('events'), new Way('zeromq')];
const choices = [...document.querySelectorAll('[name=way]')];

/**
 * A browser opens six connections to a host, of which each stream of events holds one: a tab that is hidden gives it back.
 * WebSockets do not count among them.
 */
function update() {
  const chosen = choices.find(choice => choice.checked).value;
  const [events, zeromq] = ways;
  events.set(chosen !== 'zeromq' && !document.hidden);
  zeromq.set(chosen !== 'events');
}

for (const choice of choices) {
  choice.checked ||= choice.value === sessionStorage.getItem('way');
  choice.onchange = () => {
    sessionStorage.setItem('way', choice.value);
    update();
  };
}
document.addEventListener('visibilitychange', update);
update();

setInterval(() => document.hidden || ways.forEach(way => way.show()), 250);

/** What a script does that computes for long. The browser reads no more, and TCP fills up as it does with any slow peer. */
$('freeze').onclick = () => {
  const until = performance.now() + FREEZE;
  while (performance.now() < until) {
    // nothing else happens in this tab
  }
};
