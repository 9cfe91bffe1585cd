// Rules that hold for every file of the page.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../../web/", import.meta.url);
const text = (name) => readFileSync(new URL(name, WEB), "utf8");
const listed = readdirSync(WEB, { recursive: true }).filter((name) => !/^(lab|kernel)\//.test(name));
const modules = listed.filter((name) => name.endsWith(".js"));
const ours = modules.filter((name) => !/worker\/(boot|harden|install|verify)\.js$/.test(name));
const english = JSON.parse(text("i18n/en.json"));

const source = ours.map(text).join("\n");
const begun = [...source.matchAll(/\b(?:t|known)\(`([\w.-]+\.)\$\{/g)].map(([, start]) => start); // put together at run time

test("every word the page asks for exists", () => {
  const asked = [...source.matchAll(/\bt\("([\w.-]+)"/g)].map(([, key]) => key);
  assert.ok(asked.length > 20);
  assert.deepEqual(asked.filter((key) => !(key in english)), []);
  assert.deepEqual(begun.filter((start) => !Object.keys(english).some((key) => key.startsWith(start))), []);
});

test("no word stands there for nobody", () => {
  const isUsed = (key) => source.includes(`"${key}"`) || begun.some((start) => key.startsWith(start)) || key.startsWith("error.");
  assert.deepEqual(Object.keys(english).filter((key) => !isUsed(key)), []);
});

test("a translation has the words of the page and no others", () => {
  const german = JSON.parse(text("i18n/de.json"));
  const needed = Object.keys(english).filter((key) => !key.startsWith("error."));
  assert.deepEqual(needed.filter((key) => !(key in german)), []);
  assert.deepEqual(Object.keys(german).filter((key) => !(key in english)), []);
  const holes = (words) => (words.match(/\{\w+\}/g) ?? []).sort().join();
  assert.deepEqual(Object.keys(german).filter((key) => holes(german[key]) !== holes(english[key])), []);
});

test("every refusal that the page makes has its sentence", () => {
  const made = modules.filter((name) => !name.startsWith("worker/")).flatMap((name) => [...text(name).matchAll(/(?:Refusal|#lose|#end|orRefuse|readable)\("(\w+\.\w+)"[),]/g)].map(([, code]) => code));
  assert.ok(made.length > 12);
  assert.deepEqual(made.filter((code) => !(`error.${code}` in english)), []);
});

test("text is never parsed as markup or code, and nothing styles by attribute", () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|setAttribute\("style"|javascript:/;
  assert.deepEqual(modules.filter((name) => forbidden.test(text(name))), []);
});

test("nothing is asked of another place, and nothing is kept where script could read it back", () => {
  const forbidden = /https?:\/\/(?!www\.w3\.org\/2000\/svg)|localStorage|sessionStorage|document\.cookie|console\./;
  const files = listed.filter((name) => /\.(js|html|css)$/.test(name));
  assert.deepEqual(files.filter((name) => forbidden.test(text(name))), []);
});

test("addresses and titles are never made from data", () => {
  assert.doesNotMatch(source, /document\.title|location\.(href|hash|search)|(push|replace)State\([^)]*, "", /);
});

test("elements live in the file of their name", () => {
  const defined = [...text("main.js").matchAll(/"([a-z-]+)": (\w+)/g)].map(([, tag, name]) => [tag, name]);
  const files = ours.filter((name) => name.startsWith("elements/")).map((name) => name.slice("elements/".length, -3));
  assert.deepEqual(defined.map(([tag]) => tag).sort(), files.sort());
  defined.forEach(([tag, name]) => assert.match(text(`elements/${tag}.js`), new RegExp(`export class ${name} extends HTMLElement`)));
});

test("what the product is not stands in code", () => {
  assert.match(text("purpose.js"), /NOT_FOR_DIAGNOSTIC_USE = "Not for diagnostic use"/);
  for (const name of ["elements/sign-in.js", "elements/dicom-viewport.js"]) {
    assert.match(text(name), /purposeLabel\(\)/);
  }
});
