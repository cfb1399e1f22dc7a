// One stream for all tabs: a browser opens six connections to a host, and each stream would hold one of them.

const tabs = new Set();
let stream = null;

const tell = message => tabs.forEach(tab => tab.postMessage(message));

/** Begins anew, so that a tab that has just come gets the past too; the others show it again. */
function listen() {
  stream?.close();
  stream = new EventSource('live');
  stream.onopen = () => tell({kind: 'open'});
  stream.onerror = () => tell({kind: 'gone'});
  for (const kind of ['status', 'sample', 'log']) {
    stream.addEventListener(kind, event => tell({kind, data: event.data}));
  }
}

onconnect = ({ports: [tab]}) => {
  tabs.add(tab);
  tab.onmessage = () => {
    tabs.delete(tab); // it is being closed
    if (!tabs.size) {
      stream.close();
    }
  };
  listen();
};
