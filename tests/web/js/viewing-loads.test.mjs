import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { calm, drag, hanging, holdTime, pass, scene } from "./viewing-scene.mjs";

holdTime();

test("a load that hangs gives way to a newer wish in a second, to an image that is here at once", async () => {
  const { asked, ensure } = hanging(0, 7);
  const { viewing, log } = scene({ ensure, isHere: ({ position }) => position === 7 });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 5 });
  viewing.show({ stack: 0, position: 6 });
  await calm();
  assert.deepEqual(asked.map(({ position }) => position), [0, 5]);
  await pass(1_000);
  assert.deepEqual(asked.map(({ position }) => position), [0, 5, 6]);
  viewing.show({ stack: 0, position: 7 });
  await pass(0);
  const ended = asked.map(({ position, signal }) => [position, signal.aborted]);
  assert.deepEqual(ended.slice(1), [[5, true], [6, true], [7, false]]);
  const painted = new Set(log.filter(([name]) => name === "paint").map(([, position]) => position));
  assert.deepEqual([...painted], [0, 7]);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});

test("a long scroll over images that are still to come shows those that come on its way", async () => {
  const ensure = (_stack, _position, { signal }) => new Promise((resolve, reject) => {
    setTimeout(resolve, 300);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  const { viewing, log } = scene({ ensure });
  for (let position = 0; position < 30; position += 1) {
    viewing.show({ stack: 0, position });
    await pass(100);
  }
  const shown = log.filter(([name]) => name === "paint").length;
  assert.ok(shown >= 8, `${shown} of 30`);
});

test("what stands there settles also while the next image is long in coming, once", async () => {
  const { ensure } = hanging(0);
  const { viewing, views } = scene({ ensure });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 1 });
  await pass(10_000);
  viewing.show({ stack: 0, position: 2 });
  await pass(10_000);
  assert.deepEqual(views, [2]);
});

for (const [ms, isSeen] of [[999, false], [1_000, true]]) {
  test(`an engine at work for ${ms} ms is ${isSeen ? "" : "not yet "}seen, and can be ended`, async () => {
    const { viewing, log } = scene({ answered: (command) => (command === "show" ? new Promise(() => {}) : null) });
    viewing.show({ stack: 0, position: 0 });
    await calm();
    await pass(ms);
    const work = log.find(([name]) => name === "work");
    assert.equal(Boolean(work), isSeen);
    work?.[1]();
    assert.equal(log.some(([name]) => name === "cancel"), isSeen);
  });
}

test("stopping calls the load off", async () => {
  const { asked, ensure } = hanging();
  const { viewing, log } = scene({ ensure });
  viewing.show({ stack: 0, position: 0 });
  viewing.stop();
  await calm();
  assert.ok(asked[0].signal.aborted);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});

for (const [name, input] of [["settle", null], ["gesture", drag(1)], ["show", null], ["layout", null]]) {
  test(`a part refused while a ${name} is under way stays the reason, whatever that brings`, async () => {
    let open = () => {};
    const isOpen = new Promise((resolve) => { open = resolve; });
    let isHeld = false;
    const answered = (command) => (isHeld && command === name ? isOpen : null);
    const ensure = async (_, position) => { if (position === 9) { throw new Refusal("integrity.object"); } };
    const { viewing, log, views, element } = scene({ ensure, answered });
    viewing.show({ stack: 0, position: 0 });
    await calm();
    isHeld = true;
    if (name === "layout" || name === "show") {
      element.layout = () => ({ width: 8, height: 7, scale_verified: true });
      viewing.resize();
    } else if (input) {
      viewing.tell(input);
    }
    await pass(name === "settle" ? 250 : 0);
    viewing.show({ stack: 0, position: 9 });
    await calm();
    assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
    open();
    await pass(1_000);
    assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
    assert.deepEqual(views, []);
    assert.equal(viewing.painted, null);
  });
}

test("a refusal that comes after the picture went does not replace the reason", async () => {
  let open = () => {};
  const isOpen = new Promise((resolve) => { open = resolve; });
  const answered = (command) => (command === "gesture" ? isOpen : null);
  const refuses = (command) => (command === "gesture" ? new Refusal("command.nothing_shown") : null);
  const ensure = async (_, position) => { if (position === 9) { throw new Refusal("integrity.object"); } };
  const { viewing, log } = scene({ ensure, answered, refuses });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.tell(drag(1));
  viewing.show({ stack: 0, position: 9 });
  await calm();
  open();
  await calm();
  assert.deepEqual(log.filter(([name]) => name === "refuse"), [["refuse", "integrity.object"]]);
});

test("it is idle when what stands there is on record and nothing else is wanted", async () => {
  const { ensure } = hanging(0);
  const { viewing } = scene({ ensure });
  const seen = [viewing.isIdle];
  viewing.show({ stack: 0, position: 0 });
  await calm();
  seen.push(viewing.isIdle);
  viewing.addEventListener("view-settled", () => seen.push(viewing.isIdle), { once: true });
  await pass(250);
  viewing.show({ stack: 0, position: 1 });
  seen.push(viewing.isIdle);
  viewing.stop();
  assert.deepEqual(seen, [false, false, true, false]);
});

/** An engine that has dropped what it needs, until it is brought again; the first load is the image's own. */
function dropping(name, times = 1) {
  let left = times;
  const brought = [];
  const ensure = async (_, position) => { brought.push(position); };
  const refuses = (command) => {
    const isMissing = command === name && left > 0;
    left -= isMissing ? 1 : 0;
    return isMissing ? new Refusal("command.missing") : null;
  };
  return { ...scene({ ensure, refuses }), brought };
}

for (const name of ["show", "gesture", "settle"]) {
  test(`what the engine dropped before a ${name} is brought again, and the picture stays`, async () => {
    const { viewing, log, told, brought } = dropping(name);
    viewing.show({ stack: 0, position: 4 });
    await calm();
    viewing.tell(drag(3));
    await calm();
    await pass(250);
    assert.deepEqual(brought, [4, 4]);
    assert.equal(told.filter(([command]) => command === name).length, 2);
    assert.deepEqual(log.filter(([what]) => what === "refuse"), []);
    assert.equal(log.at(-1)[0], "settle");
  });
}

test("what is missing twice is refused", async () => {
  const { viewing, log, brought } = dropping("gesture", 2);
  viewing.show({ stack: 0, position: 4 });
  await calm();
  viewing.tell(drag(3));
  await calm();
  assert.deepEqual([brought, log.at(-1)], [[4, 4], ["refuse", "command.missing"]]);
});

test("what is brought again gives way to a newer wish, and comes back to no other picture", async () => {
  let isMissing = true;
  const { asked, ensure } = hanging(5);
  const refuses = (command) => (command === "gesture" && isMissing ? new Refusal("command.missing") : null);
  const first = async (stack, position, wish) => (asked.length ? ensure(stack, position, wish) : void asked.push({}));
  const { viewing, log, told } = scene({ ensure: first, refuses });
  viewing.show({ stack: 0, position: 4 });
  await calm();
  viewing.tell(drag(3));
  await calm();
  isMissing = false;
  viewing.show({ stack: 0, position: 5 });
  await calm();
  assert.equal(viewing.painted.state.position, 4);
  await pass(1_000);
  assert.equal(viewing.painted.state.position, 5);
  assert.equal(told.filter(([command]) => command === "gesture").length, 1);
  assert.deepEqual(log.filter(([what]) => what === "refuse"), []);
});
