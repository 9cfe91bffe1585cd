// Digests files in Pyodide under Node: paths as a JSON list on standard input, one JSON line a file.
// After the last one, a line of versions.
//
//   echo '["a.dcm"]' | node tests/conformance/digest.mjs

import fs from "node:fs";
import { json } from "node:stream/consumers";

import { installEngine, start } from "../node/runtime.mjs";

async function engine() {
  const pyodide = await start();
  installEngine(pyodide);
  return { pyodide, handle: pyodide.pyimport("diascope.bridge").handle };
}

function digest(handle, path) {
  const answer = handle("digest", "{}", new Uint8Array(fs.readFileSync(path)));
  const reply = answer.get(0);
  answer.destroy();
  return reply;
}

let running = await engine();
for (const path of await json(process.stdin)) {
  try {
    console.log(digest(running.handle, path));
  } catch (error) {
    console.log(JSON.stringify({ refused: "engine.died", told: String(error.message).slice(0, 200) }));
    running = await engine();
  }
}
console.log(JSON.stringify({ node: process.versions.node, pyodide: running.pyodide.version }));
