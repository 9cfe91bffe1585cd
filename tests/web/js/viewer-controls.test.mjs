import assert from "node:assert/strict";
import { test } from "node:test";

import { Commands } from "../../../web/commands.js";
import { ViewerControls } from "../../../web/viewer-controls.js";

const STACKS = [{ count: 40 }, { count: 5 }];

/** A viewer's elements as far as they are spoken to, and a viewport that is not connected to them yet. */
function unconnected(place = null) {
  const viewer = Object.assign(new EventTarget(), {
    viewport: Object.assign(new EventTarget(), { gestures: {} }),
    strip: { current: -1 },
    slider: { position: -1, show(position, count) { Object.assign(this, { position, count }); } },
    shown: [],
    show: (state) => viewer.shown.push(state),
  });
  const queue = new Commands();
  const viewing = {
    painted: null, places: [], get isTold() { return queue.isEmpty; },
    show: (place) => viewing.places.push(place), tell: (command) => queue.push(command), resize() {},
  };
  const controls = new ViewerControls(viewer, place);
  const send = (type, fields) => viewer.dispatchEvent(Object.assign(new Event(type), fields));
  const act = (action, value) => send("action-chosen", { action, value });
  return { viewer, viewing, controls, queue, send, act };
}

/** The same with an image of 40 on screen; the viewport paints when told to. */
function scene() {
  const { viewer, viewing, controls, queue, send, act } = unconnected();
  controls.connect(viewing, STACKS);
  const paint = (state) => {
    viewing.painted = { state: { ...viewing.painted?.state, ...state } };
    controls.painted(viewing.painted.state);
  };
  /** Tell the engine the next thing, which does it. */
  const work = (changes = ({ change }) => change) => {
    const { body } = queue.take();
    paint(changes(body));
    return body;
  };
  controls.go({ stack: 0, position: 3 });
  paint({ stack: 0, position: 3, count: 40, invert: false, zoom_e6: 1_000_000 });
  return { viewer, viewing, controls, queue, paint, work, act, send };
}

test("inverting twice before it is painted is as it was", () => {
  const { act, work } = scene();
  act("invert");
  act("invert");
  assert.deepEqual(work(), { change: { invert: false } });
});

test("each turn is told as it was pressed", () => {
  const { act, work } = scene();
  ["rotate-left", "rotate-right", "flip-horizontal", "flip-vertical"].forEach((action) => act(action));
  const changes = [{ rotate: -90 }, { rotate: 90 }, { flip: "horizontal" }, { flip: "vertical" }];
  assert.deepEqual(changes.map(() => work().change), changes);
});

test("inverting goes on from what is under way", () => {
  const { act, work, queue, paint } = scene();
  act("invert");
  const { body } = queue.take(); // on its way
  act("invert");
  paint(body.change); // it comes back, and the second is still to be told
  act("invert");
  assert.deepEqual(work(), { change: { invert: true } });
  act("invert");
  assert.deepEqual(work(), { change: { invert: false } });
});

test("three presses of zoom are three steps, also while the first is under way", () => {
  const { act, work, queue, paint } = scene();
  act("zoom-in");
  const { body } = queue.take();
  act("zoom-in");
  act("zoom-in");
  paint({ zoom_e6: body.change.zoom_e6 });
  assert.deepEqual(work(), { change: { zoom_e6: 1_953_125 } });
  act("zoom-out");
  assert.deepEqual(work(), { change: { zoom_e6: 1_562_500 } });
});

test("when all is painted, the image says where the next press goes on from", () => {
  const { act, work } = scene();
  act("zoom-in");
  work(() => ({ zoom_e6: 32_000_000 })); // the engine has its limits
  act("zoom-out");
  assert.deepEqual(work(), { change: { zoom_e6: 25_600_000 } });
});

for (const [name, first, expected] of [
  ["a fit", (scene) => scene.act("fit"), 1_250_000],
  ["a reset", (scene) => scene.act("reset"), 1_250_000],
  ["a pinch", ({ send }) => send("viewport-moved", { movement: { kind: "zoom", dx: 0, dy: -9, x: 0, y: 0 } }), 1_250_000],
]) {
  test(`${name} overrules a zoom that was asked for before it`, () => {
    const made = scene();
    made.act("zoom-in");
    made.act("zoom-in");
    first(made);
    made.act("zoom-in");
    const changes = [];
    while (!made.queue.isEmpty) {
      changes.push(made.queue.take().body.change);
    }
    assert.deepEqual(changes.at(-1), { zoom_e6: expected });
  });
}

test("after a reset that is not painted yet, inverting inverts", () => {
  const { act, paint, queue } = scene();
  paint({ invert: true });
  act("reset");
  act("invert");
  queue.take();
  assert.deepEqual(queue.take().body.change, { invert: true });
});

test("what was refused is asked for no more", () => {
  const { act, work, queue, controls } = scene();
  act("invert");
  queue.clear();
  controls.refused();
  act("invert");
  assert.deepEqual(work(), { change: { invert: true } });
});

test("nothing is changed where nothing stands", () => {
  const { act, viewing, queue } = scene();
  viewing.painted = null;
  ["invert", "zoom-in", "fit", "reset"].forEach((action) => act(action));
  act("preset", "x");
  assert.ok(queue.isEmpty);
});

test("slider and strip stay with the reader, who is ahead of the image", () => {
  const { viewer, viewing, controls, paint, send } = scene();
  send("viewport-scrolled", { steps: 4 });
  paint({ position: 5 });
  assert.deepEqual([viewer.slider.position, controls.place], [7, { stack: 0, position: 7 }]);
  send("stack-chosen", { stack: 1 });
  paint({ position: 7 });
  assert.deepEqual([viewer.strip.current, viewer.slider.position, viewer.slider.count], [1, 0, 5]);
  controls.refused();
  assert.deepEqual([viewer.strip.current, viewer.slider.position], [1, 0]);
  assert.deepEqual(viewing.places.at(-1), { stack: 1, position: 0 });
  assert.equal(viewer.shown.at(-1).position, 7); // the toolbar follows the image
});

test("a new engine finds the reader where they were", () => {
  const { viewer, viewing, controls, send } = scene();
  send("position-chosen", { position: 12 });
  Object.assign(viewer.strip, { current: -1 });
  controls.disconnect();
  controls.connect(viewing, STACKS);
  assert.deepEqual([viewer.strip.current, viewer.slider.position], [0, 12]);
});

test("overlays go on from what is under way, and a presentation state brings them back", () => {
  const { act, work, queue, paint } = scene();
  paint({ overlays: true });
  act("overlays");
  assert.deepEqual(work(), { change: { overlays: false } });
  act("presentation-state", "1.2.3");
  act("overlays");
  assert.deepEqual([queue.take().body.change, queue.take().body.change], [{ presentation_state: "1.2.3" }, { overlays: false }]);
});

test("a presentation state chosen after a refusal is applied once the image stands there again", () => {
  const { act, viewing, controls, queue, paint } = scene();
  viewing.painted = null;
  controls.refused();
  act("presentation-state", "1.2.3");
  assert.ok(queue.isEmpty);
  assert.deepEqual(viewing.places.at(-1), { stack: 0, position: 3 });
  paint({ stack: 0, position: 3 });
  assert.deepEqual(queue.take().body.change, { presentation_state: "1.2.3" });
  paint({ stack: 0, position: 3 });
  assert.ok(queue.isEmpty);
});

test("a presentation state that was chosen for one image is not applied to another", () => {
  const { act, viewing, controls, queue, paint, send } = scene();
  viewing.painted = null;
  controls.refused();
  act("presentation-state", "1.2.3");
  send("viewport-scrolled", { steps: 1 });
  paint({ stack: 0, position: 4 });
  assert.ok(queue.isEmpty);
});

test("what is wished before an engine is connected is kept, and fits the stack once that is known", () => {
  const { viewer, viewing, controls, send, act } = unconnected({ stack: 0, position: 7 });
  send("viewport-scrolled", { steps: -9 });
  assert.deepEqual(controls.place, { stack: 0, position: 0 });
  act("last");
  send("stack-chosen", { stack: 1 });
  assert.deepEqual(controls.place, { stack: 1, position: 0 });
  act("last");
  assert.equal(viewer.slider.position, -1); // it is not known how far the slider goes
  controls.connect(viewing, STACKS);
  controls.go(controls.place);
  assert.deepEqual(viewing.places, [{ stack: 1, position: 4 }]);
  assert.deepEqual([viewer.strip.current, viewer.slider.position, viewer.slider.count], [1, 4, 5]);
});

test("a wish that nobody hears is told, whether or not there is a place; one that is heard is not", () => {
  const { viewing, controls, act } = unconnected();
  let kept = 0;
  controls.addEventListener("wish-kept", () => { kept += 1; });
  act("reset");
  assert.deepEqual([kept, controls.place], [1, null]);
  controls.connect(viewing, STACKS);
  controls.go({ stack: 0, position: 1 });
  assert.equal(kept, 1);
  controls.disconnect();
  viewing.painted = null;
  act("reset");
  assert.deepEqual([kept, controls.place], [2, { stack: 0, position: 1 }]);
});

test("a presentation state chosen while there is no engine is applied when the image stands there again", () => {
  const { act, viewing, controls, queue, paint } = scene();
  controls.disconnect();
  act("presentation-state", "1.2.3");
  viewing.painted = null;
  controls.connect(viewing, STACKS);
  controls.go(controls.place);
  paint({ stack: 0, position: 3 });
  assert.deepEqual(queue.take().body.change, { presentation_state: "1.2.3" });
});

test("a presentation state whose image was refused is not applied later", () => {
  const { act, viewing, controls, queue, paint } = scene();
  viewing.painted = null;
  act("presentation-state", "1.2.3");
  controls.refused();
  act("reset");
  paint({ stack: 0, position: 3 });
  assert.ok(queue.isEmpty);
});
