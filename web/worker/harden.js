// Takes away, for good, what a decoder broken by a hostile file could use to reach storage, the
// network or other contexts (protocol.md, 12). Python reaches the worker's globals through
// Pyodide's own file systems whatever `jsglobals` says, so they go from every prototype. This is
// depth, not a sandbox: the worker's response headers are the wall.

const BEFORE_BOOT = [
  "indexedDB", "caches", "BroadcastChannel", "WebSocket", "WebSocketStream", "XMLHttpRequest",
  "EventSource", "WebTransport", "Worker", "SharedWorker", "importScripts", "Notification",
];
const AFTER_BOOT = ["fetch", "Request", "Response"];

/** Remove what Pyodide does not need. Call before it is imported; calling twice does no harm. */
export function stripBeforeBoot(scope = self) {
  strip(scope, BEFORE_BOOT);
}

/** Remove the last ways to the network, when nothing more has to be loaded. */
export function stripAfterBoot(scope = self) {
  strip(scope, AFTER_BOOT);
}

function strip(scope, names) {
  for (const name of names) {
    for (let object = scope; object !== null; object = Object.getPrototypeOf(object)) {
      Reflect.deleteProperty(object, name);
    }
    if (name in scope) throw new Error(`${name} could not be removed`);
  }
}
