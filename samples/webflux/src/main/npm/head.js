// jszmq's SUB and the packages that it needs, in one file. Licences: jszmq MPL-2.0, ieee754 BSD-3-Clause, the others MIT;
// their texts and sources are in the packages of these names of the npm registry.

const modules = new Map();

function define(name, run) {
  modules.set(name, {run, exports: {}, hasRun: false});
}

/** A module by the last part of its name; it runs when it is first asked for. */
function require(name) {
  const module = modules.get(name.split('/').pop());
  if (!module.hasRun) {
    module.hasRun = true;
    module.run.call(module.exports, module, module.exports, require);
  }
  return module.exports;
}

define('assert', module => {
  module.exports = right => {
    if (!right) {
      throw new Error('assertion failed');
    }
  };
});

define('webSocketListener', () => {}); // a page cannot bind
