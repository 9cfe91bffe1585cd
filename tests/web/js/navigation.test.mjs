import assert from "node:assert/strict";
import { test } from "node:test";

import { installHistory, installWindow } from "./browser_side.mjs";
import { Navigation } from "../../../web/navigation.js";

const [ANNA, BEN] = ["tag of Anna's sign-in", "tag of Ben's"];
const LIST = { page: "studies" };
const VIEWER = { page: "viewer", study: "handle", place: { stack: 0, position: 3 } };

function scene() {
  const window = installWindow();
  const history = installHistory();
  const navigation = new Navigation();
  const returns = [];
  navigation.addEventListener("returned", ({ where }) => returns.push(where));
  const back = () => window.send("popstate", { state: history.back() });
  return { navigation, history, returns, back };
}

test("a reload finds where the same session was left, and the chain before", () => {
  const { navigation } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.stay(LIST);
  navigation.step(VIEWER);
  const { page, study, place, chain } = new Navigation().left(ANNA);
  assert.deepEqual([{ page, study, place }, chain], [VIEWER, "chain 1"]);
});

test("nobody else finds anything", () => {
  const { navigation } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.step(VIEWER);
  assert.equal(new Navigation().left(BEN), null);
});

test("a history without a state says nothing", () => assert.equal(scene().navigation.left(ANNA), null));

test("Back leads to where this session was", () => {
  const { navigation, returns, back } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.stay(LIST);
  navigation.step(VIEWER);
  back();
  assert.deepEqual(returns.map((where) => where?.page), ["studies"]);
});

test("Back after a hand-over says nothing of the person before", () => {
  const { navigation, returns, back } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.step(VIEWER);
  navigation.step(LIST);
  navigation.end();
  navigation.begin(BEN, "chain 2");
  navigation.stay(LIST);
  back();
  assert.deepEqual(returns, [null]);
});

test("Back while nobody is signed in says nothing at all", () => {
  const { navigation, returns, back } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.step(VIEWER);
  navigation.step(LIST);
  navigation.end();
  back();
  assert.deepEqual(returns, []);
});

test("the entry that is open at the end keeps no handle", () => {
  const { navigation, history } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.step(VIEWER);
  navigation.end();
  assert.deepEqual(history.state, { page: "sign-in" });
});

for (const manner of ["throw", "drop"]) {
  test(`a browser that has had too many changes (${manner}) stops nothing`, () => {
    const { navigation, history } = scene();
    navigation.begin(ANNA, "chain 1");
    navigation.stay(LIST);
    history.fails = manner;
    navigation.step(VIEWER);
    navigation.stay(VIEWER);
    navigation.end();
    assert.equal(navigation.left(ANNA).page, "studies");
  });
}

test("what an entry holds can be told: page, handle, place, tag, chain", () => {
  const { navigation, history } = scene();
  navigation.begin(ANNA, "chain 1");
  navigation.stay(VIEWER);
  assert.deepEqual(Object.keys(history.state).sort(), ["chain", "page", "place", "session", "study"]);
});
