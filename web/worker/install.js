// Puts verified archives where Python imports from. The same code runs in the worker and under Node.

/** An empty package index: packages come only from the bundle. Pyodide compares the ABI with its own. */
export const NO_PACKAGES = { info: { abi_version: "2025_0" }, packages: {} };

/** Python needs no byte code files here: nothing that is written outlives the worker. */
export const ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: "1" };

/**
 * Unpack zip archives (wheels, the engine) into site-packages, in the order given.
 * @param {object} pyodide  @param {Iterable<Uint8Array>} archives
 */
export function install(pyodide, archives) {
  // Without a folder Pyodide unpacks into the working directory.
  const extractDir = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const bytes of archives) pyodide.unpackArchive(bytes, "zip", { extractDir });
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
}
