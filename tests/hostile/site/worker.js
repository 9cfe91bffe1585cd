// The product's own worker, which also says how much memory its Python holds.

import { boot } from "./boot.js";
import { serve } from "./serve.js";

let pyodide = null;

/** What the page hears is what it would hear, and the size of the heap in bytes. */
const port = {
  onmessage: null,
  postMessage({ id, reply, ...rest }) {
    const heap = pyodide ? pyodide._module.HEAPU8.length : 0;
    self.postMessage(reply ? { id, reply: { ...reply, heap } } : rest);
  },
};

serve(port, async (options) => {
  pyodide = await boot(options);
  return pyodide;
});
self.onmessage = (event) => port.onmessage(event);
