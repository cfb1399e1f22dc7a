// What /live says, as {kind, data}: by a worker that all tabs share; where a browser has none, by a stream of the tab's own.

export function listen(hear) {
  if (typeof SharedWorker === 'undefined') {
    const stream = new EventSource('live');
    stream.onopen = () => hear({kind: 'open'});
    stream.onerror = () => hear({kind: 'gone'});
    for (const kind of ['status', 'sample', 'log']) {
      stream.addEventListener(kind, event => hear({kind, data: event.data}));
    }
    return;
  }
  const {port} = new SharedWorker('live-worker.js');
  port.onmessage = ({data}) => hear(data);
  addEventListener('pagehide', () => port.postMessage('closing'));
  addEventListener('pageshow', event => event.persisted && location.reload());
}
