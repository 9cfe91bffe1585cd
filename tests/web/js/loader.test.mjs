import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { stallLimit } from "../../../web/arrivals.js";
import { Loader } from "../../../web/loader.js";
import { Refusal } from "../../../web/refusal.js";

/** A study of one series with a header and a frame an image; the test sees what is fetched and when. */
function scene(count, { broken = () => false } = {}) {
  const held = new Set();
  const fetched = [];
  let atOnce = 0;
  let most = 0;
  const engine = {
    async call(command, body, { payload } = {}) {
      if (command === "needs") {
        return { parts: [0, 1].map((part) => ({ series: 0, instance: body.position, part })).filter(({ instance, part }) => !held.has(`${instance}/${part}`)) };
      }
      held.add(`${body.instance}/${body.part}`);
      return { held_bytes: payload.byteLength };
    },
  };
  const study = {
    part: ({ instance, part }) => ({ object: `${instance}/${part}`, sop: String(instance) }),
    async fetchPart({ instance, part }, signal) {
      fetched.push(instance);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => { setTimeout(resolve, 1); });
      atOnce -= 1;
      signal.throwIfAborted();
      if (broken(instance, part)) {
        throw new Refusal("integrity.object");
      }
      return new Uint8Array(1);
    },
  };
  return { loader: new Loader(study, engine, [count]), held, fetched, most: () => most };
}

test("an image is loaded once, however many wait for it", async () => {
  const { loader, fetched } = scene(3);
  await Promise.all([loader.ensure(0, 1), loader.ensure(0, 1), loader.ensure(0, 1)]);
  await loader.ensure(0, 1);
  assert.deepEqual(fetched, [1, 1]);
});

test("the rest of the stack follows outward, four parts at a time at most", async () => {
  const { loader, fetched, held, most } = scene(21);
  await loader.ensure(0, 10);
  await loader.prefetch(0, 10);
  assert.equal(held.size, 42);
  assert.ok(most() <= 4);
  const distances = fetched.map((instance) => Math.abs(instance - 10));
  distances.forEach((distance, index) => assert.ok(distance >= Math.max(...distances.slice(0, index + 1)) - 2));
});

test("what is wanted now overtakes what is fetched in advance", async () => {
  const { loader, fetched } = scene(200);
  const all = loader.prefetch(0, 0);
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  await loader.ensure(0, 190);
  assert.ok(fetched.indexOf(190) < 40);
  loader.leave();
  await all;
});

test("leaving stops the fetching and refuses nothing", async () => {
  const { loader, fetched } = scene(200);
  const refused = [];
  loader.addEventListener("part-refused", (event) => refused.push(event));
  const all = loader.prefetch(0, 0);
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  loader.leave();
  await all;
  assert.ok(fetched.length < 60);
  assert.deepEqual(refused, []);
});

test("a part that is refused is announced, also in advance, and its image fails", async () => {
  const { loader, held } = scene(5, { broken: (instance, part) => instance === 3 && part === 1 });
  const refused = [];
  loader.addEventListener("part-refused", ({ refusal, part }) => refused.push([refusal.code, part.object]));
  await loader.prefetch(0, 0);
  assert.deepEqual(refused, [["integrity.object", "3/1"]]);
  assert.equal(held.size, 9);
  await assert.rejects(loader.ensure(0, 3), { code: "integrity.object" });
});

test("progress counts images, not parts", async () => {
  const { loader } = scene(3);
  const seen = [];
  loader.addEventListener("stack-progress", ({ stack, loaded, count }) => seen.push([stack, loaded, count]));
  await loader.ensure(0, 0);
  await loader.ensure(0, 2);
  assert.deepEqual(seen, [[0, 1, 3], [0, 2, 3]]);
});

const MIB = 2 ** 20;

/** Fetches end when the test says so; the engine holds `room` bytes and drops what came first. */
function slowScene({ counts = [50], size = 1, room = Infinity, refuses = () => null } = {}) {
  const fetches = [];
  const held = new Map();
  const put = [];
  const engine = {
    async call(command, { stack, series, position, instance }, { payload } = {}) {
      if (command === "needs") {
        return { parts: held.has(`${stack}/${position}`) ? [] : [{ series: stack, instance: position, part: 0 }] };
      }
      await null;
      const refusal = refuses();
      if (refusal) {
        throw refusal;
      }
      put.push(`${series}/${instance}`);
      held.set(`${series}/${instance}`, payload.byteLength);
      const total = () => [...held.values()].reduce((sum, one) => sum + one, 0);
      while (total() > room) {
        held.delete(held.keys().next().value);
      }
      return { held_bytes: total() };
    },
  };
  const study = {
    part: ({ series, instance }) => ({ object: `${series}/${instance}`, sop: String(instance), sealed_size: 128_000 }),
    fetchPart: ({ series, instance }, signal) => new Promise((resolve, reject) => {
      const bytes = { length: size, buffer: { byteLength: size } };
      fetches.push({ name: `${series}/${instance}`, signal, arrive: () => resolve(bytes), fail: reject });
    }),
  };
  const loader = new Loader(study, engine, counts);
  const refused = [];
  loader.addEventListener("part-refused", ({ refusal, part }) => refused.push([refusal.code, part.object]));
  return { loader, fetches, put, held, refused, names: () => fetches.map(({ name }) => name) };
}

const calm = async () => {
  for (let turn = 0; turn < 50; turn += 1) {
    await null;
  }
};

test("a wish that is called off ends its fetches; what somebody else waits for comes all the same", async () => {
  const { loader, fetches, put } = slowScene();
  const wish = new AbortController();
  const gone = assert.rejects(loader.ensure(0, 3, { signal: wish.signal }), { name: "AbortError" });
  const shared = assert.rejects(loader.ensure(0, 4, { signal: wish.signal }), { name: "AbortError" });
  const ahead = loader.ensure(0, 4, { isUrgent: false });
  await calm();
  wish.abort(new DOMException("", "AbortError"));
  await Promise.all([gone, shared]);
  await calm();
  assert.deepEqual(fetches.map(({ name, signal }) => [name, signal.aborted]), [["0/3", true], ["0/4", false]]);
  fetches[1].arrive();
  await ahead;
  assert.deepEqual(put, ["0/4"]);
});

test("what was called off can be wished again", async () => {
  const { loader, fetches, put } = slowScene();
  const wish = new AbortController();
  const gone = loader.ensure(0, 3, { signal: wish.signal }).catch(() => {});
  await calm();
  wish.abort(new DOMException("", "AbortError"));
  const again = loader.ensure(0, 3);
  await Promise.all([gone, calm()]);
  fetches.at(-1).arrive();
  await again;
  assert.deepEqual([fetches.length, put], [2, ["0/3"]]);
});

test("an image that is held needs no fetch, whoever called its wish off", async () => {
  const { loader, fetches } = slowScene();
  const first = loader.ensure(0, 3);
  await calm();
  fetches[0].arrive();
  await first;
  await loader.ensure(0, 3, { signal: AbortSignal.abort() });
  assert.equal(fetches.length, 1);
});

test("fetches in advance that hang do not keep a wish waiting, nor one that stands behind them", async () => {
  const { loader, fetches, names } = slowScene();
  loader.prefetch(0, 0);
  const behind = loader.ensure(0, 9, { isUrgent: false });
  await calm();
  assert.deepEqual(names(), ["0/0", "0/1", "0/2", "0/3"]);
  const wishes = [loader.ensure(0, 20), loader.ensure(0, 9)];
  await calm();
  assert.deepEqual(names().slice(4).sort(), ["0/20", "0/9"]);
  fetches.slice(4).forEach(({ arrive }) => arrive());
  await Promise.all([...wishes, behind]);
  await calm();
  assert.equal(names().length, 6); // the four are still four
  loader.leave();
});

test("a fetch that hangs is refused in time, and the next one begins", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { loader, fetches, refused, names } = slowScene();
    const wish = assert.rejects(loader.ensure(0, 30), { code: "network.stalled" });
    loader.prefetch(0, 0);
    await calm();
    mock.timers.tick(stallLimit(128_000) - 1);
    await calm();
    assert.deepEqual(refused, []);
    mock.timers.tick(1);
    await wish;
    await calm();
    assert.ok(fetches.slice(0, 4).every(({ signal }) => signal.aborted));
    assert.deepEqual(refused[0], ["network.stalled", "0/30"]);
    assert.deepEqual(names().slice(4), ["0/3", "0/4", "0/5", "0/6"]);
    loader.leave();
  } finally {
    mock.timers.reset();
  }
});

test("a large part has more time on a slow line", () => {
  assert.equal(stallLimit(0), 15_000);
  assert.ok(stallLimit(30 * MIB) > 4 * 60_000);
});

test("what comes after the study was left is not put, and what is refused then is no alarm", async () => {
  const { loader, fetches, put, refused } = slowScene();
  const waiting = [0, 1].map((position) => assert.rejects(loader.ensure(0, position), { name: "AbortError" }));
  await calm();
  loader.leave();
  fetches[0].arrive(); // it was being decrypted
  fetches[1].fail(new Refusal("integrity.object"));
  await Promise.all(waiting);
  await calm();
  assert.deepEqual([put, refused], [[], []]);
  await assert.rejects(loader.ensure(0, 5), { name: "AbortError" });
  assert.equal(fetches.length, 2);
});

test("a part that the next study's engine refuses is no alarm", async () => {
  const { loader, fetches, refused } = slowScene({ refuses: () => new Refusal("command.part") });
  const waiting = assert.rejects(loader.ensure(0, 0), { name: "AbortError" });
  await calm();
  fetches[0].arrive();
  await null;
  await null;
  loader.leave();
  await waiting;
  await calm();
  assert.deepEqual(refused, []);
});

/** Let everything arrive until nothing more is asked for. */
async function flow(fetches, from = 0) {
  for (let at = from; at < fetches.length; at += 1) {
    fetches[at].arrive();
    await calm();
  }
}

test("a full engine stops one stack in advance, not the next, and what was dropped is brought again", async () => {
  const { loader, fetches, held, names } = slowScene({ counts: [40, 40], size: 32 * MIB, room: 448 * MIB });
  const progress = [];
  loader.addEventListener("stack-progress", ({ stack, loaded }) => progress.push([stack, loaded]));
  const bring = async (stack) => {
    const from = fetches.length;
    const all = loader.prefetch(stack, 0);
    await calm();
    await flow(fetches, from);
    await all;
    return names().slice(from).filter((name) => name.startsWith(`${stack}/`)).length;
  };
  const first = await bring(0);
  assert.ok(first >= 12 && first <= 15, `${first} of stack 0`); // 384 MiB, and what was on its way
  const second = await bring(1);
  assert.ok(second >= 12 && second <= 15, `${second} of stack 1`);
  assert.deepEqual(progress.filter(([stack]) => stack === 0).at(-1), [0, 0]);
  assert.ok(await bring(0) >= 10);
  assert.ok(held.size <= 14);
});

test("parts of no stack are brought once, count for none, and one that is refused keeps back no other", async () => {
  const { loader, held, fetched } = scene(3, { broken: (instance) => instance === 11 });
  const refused = [];
  const told = [];
  loader.addEventListener("part-refused", ({ part }) => refused.push(part.sop));
  loader.addEventListener("stack-progress", (event) => told.push(event));
  await loader.bring([10, 11, 12].map((instance) => ({ series: 0, instance, part: 0 })));
  assert.deepEqual([[...held], fetched.sort(), refused, told], [["10/0", "12/0"], [10, 11, 12], ["11"], []]);
});
