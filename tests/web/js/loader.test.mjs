import assert from "node:assert/strict";
import { test } from "node:test";

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

test("the rest of the series follows outward, four parts at a time at most", async () => {
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
  loader.addEventListener("series-progress", ({ series, loaded, count }) => seen.push([series, loaded, count]));
  await loader.ensure(0, 0);
  await loader.ensure(0, 2);
  assert.deepEqual(seen, [[0, 1, 3], [0, 2, 3]]);
});
