// Starts the worker under test and hands its answer to the driver.

const policy = globalThis.trustedTypes?.createPolicy("diascope-worker", { createScriptURL: (path) => path });
const address = "/worker/worker.js";

globalThis.boot = (bundle, limitMs) => new Promise((resolve) => {
  const worker = new Worker(policy?.createScriptURL(address) ?? address, { type: "module" });
  worker.onmessage = ({ data }) => {
    worker.terminate();
    resolve(data);
  };
  worker.onerror = ({ message }) => resolve({ crash: message });
  worker.postMessage({ bundle, origin: location.origin, limitMs });
});
document.body.dataset.page = "ready";
