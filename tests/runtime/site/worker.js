// Boots as the real worker does, then tells what it sees from inside.

import { boot } from "./boot.js";

const GONE = [
  "indexedDB", "caches", "BroadcastChannel", "WebSocket", "WebSocketStream", "XMLHttpRequest", "EventSource",
  "WebTransport", "Worker", "SharedWorker", "importScripts", "Notification", "fetch", "Request", "Response",
];
const INSIDE = `
import json, sys
import js

names = ("Object", "self", "globalThis", "fetch", "eval", "Function", "indexedDB", "navigator", "postMessage")
json.dumps({"python": sys.version.split()[0], "globals": [name for name in names if hasattr(js, name)]})
`;

const violations = [];
self.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  violations.push(`${effectiveDirective} ${blockedURI}`);
});

self.onmessage = async ({ data: { bundle, origin, limitMs } }) => {
  const steps = [];
  const began = performance.now();
  const onProgress = ({ step, loaded, total }) => steps.push([step, loaded, total, Math.round(performance.now() - began)]);
  try {
    const pyodide = await boot({ bundle, origin, onProgress, limitMs });
    const inside = JSON.parse(pyodide.runPython(INSIDE));
    postMessage({ ...inside, steps, violations, left: GONE.filter((name) => name in self) });
  } catch ({ code, message, cause }) {
    postMessage({ code, message, cause: String(cause), steps, violations });
  }
};
