// Runs the engine's tests in Pyodide under Node, from the very files that the browser gets.
//
//   node tests/node/run.mjs [pytest arguments]      from the project's folder, after `make runtime`
//
// The last line but pytest's own is JSON: {"passed": 12, "failed": 0, …}. Exit status is pytest's.

import fs from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";

import { ROOT, install, installEngine, start, verified } from "./runtime.mjs";

const FOR_TESTS = path.join(ROOT, "build/runtime-tests");
const HOME = "/diascope";

const extra = JSON.parse(fs.readFileSync(path.join(ROOT, "web/runtime.lock.json"), "utf8")).files;
const forTests = (role) => extra.filter((file) => file.role === role)
  .map((file) => [file.name, verified(file, path.join(FOR_TESTS, file.name))]);

/** Install the test wheels with micropip from files; it refuses one that does not fit this Python. */
async function installTestWheels(pyodide) {
  const archives = forTests("test");
  install(pyodide, archives.filter(([name]) => name.endsWith(".zip")).map(([, bytes]) => bytes));
  install(pyodide, forTests("lab").map(([, bytes]) => bytes));
  pyodide.FS.mkdirTree("/wheels");
  const wheels = archives.filter(([name]) => name.endsWith(".whl"));
  for (const [name, bytes] of wheels) pyodide.FS.writeFile(`/wheels/${name}`, bytes);
  const micropip = pyodide.pyimport("micropip");
  await micropip.install.callKwargs(wheels.map(([name]) => `emfs:/wheels/${name}`), { deps: false });
}

/** Show the tests, and what they read, at the places where CPython's pytest has them. */
function mount(pyodide) {
  const inside = (host, place) => {
    if (!fs.existsSync(host)) return;
    pyodide.FS.mkdirTree(place);
    pyodide.mountNodeFS(place, host);
  };
  for (const name of ["engine", "vectors", "support", "data"]) {
    inside(path.join(ROOT, "tests", name), `${HOME}/tests/${name}`);
  }
  inside(path.resolve(ROOT, process.env.DIASCOPE_SHARED ?? "../shared"), "/shared");
  pyodide.FS.writeFile(`${HOME}/pyproject.toml`, fs.readFileSync(path.join(ROOT, "pyproject.toml")));
  pyodide.FS.chdir(HOME);
}

const RUN = `
import collections, imagecodecs, json, pytest

class Count:
    def __init__(self):
        self.outcomes = collections.Counter()
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1

count = Count()
status = int(pytest.main(list(arguments), plugins=[count]))
json.dumps({"status": status, **count.outcomes, "codecs": imagecodecs.version(dict)})
`;

async function main() {
  const began = performance.now();
  const pyodide = await start({ DIASCOPE_SHARED: "/shared" });
  installEngine(pyodide);
  pyodide.pyimport("diascope.bridge");
  console.log(`engine imported after ${Math.round(performance.now() - began)} ms`);
  await installTestWheels(pyodide);
  mount(pyodide);
  const given = process.argv.slice(2);
  const wanted = ["-q", "-p", "no:cacheprovider", ...(given.length ? given : ["tests/engine"])];
  pyodide.globals.set("arguments", pyodide.toPy(wanted));
  return JSON.parse(await pyodide.runPythonAsync(RUN));
}

const outcome = await main().catch((error) => {
  console.error(String(error.message).slice(-2000)); // not the stack: it would show a megabyte of loader
  return { status: 1 };
});
console.log(JSON.stringify(outcome));
process.exitCode = outcome.status;
