// Starts Pyodide under Node from the very files that the browser gets.

import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

export const ROOT = path.resolve(import.meta.dirname, "../..");
const SERVED = path.join(ROOT, "build/runtime");

// By its text: without a package.json, older Nodes take a .js file for a script of the old kind.
const source = fs.readFileSync(path.join(ROOT, "web/worker/install.js"), "base64");
const worker = await import(`data:text/javascript;base64,${source}`);
export const { install } = worker;

const { files } = JSON.parse(fs.readFileSync(path.join(SERVED, "bundle.json"), "utf8"));

/** The bytes at a location, if they are those of the listed file. */
export function verified(file, location) {
  const bytes = fs.readFileSync(location);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== file.sha256) throw new Error(`${file.name}: sha256 ${found}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const served = (file) => verified(file, path.join(SERVED, file.sha256, file.name));

/** A bare Pyodide; the folder of its files goes when Node does. */
export async function start(environment = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "diascope-node-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const file of files.filter(({ role }) => role === "pyodide")) {
    fs.writeFileSync(path.join(folder, file.name), served(file));
  }
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
  return loadPyodide({
    indexURL: folder,
    lockFileContents: worker.NO_PACKAGES,
    env: { ...worker.ENVIRONMENT, ...environment },
  });
}

/** Numpy, the codecs and the engine, as the worker has them. */
export function installEngine(pyodide) {
  install(pyodide, files.filter(({ role }) => role !== "pyodide").map(served));
}
