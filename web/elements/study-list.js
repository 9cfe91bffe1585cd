// <study-list>: search and a table of studies. Dispatches `study-chosen`. The search text goes to the
// server in a request body and never into an address.

import { pageHeader } from "../controls.js";
import { icon, make } from "../dom.js";
import { calendarDate, personName, sentence, t } from "../i18n.js";
import { asRefusal } from "../refusal.js";

const PAGE_SIZE = 100;
const TYPING_MS = 250;
const COLUMNS = ["patient", "id", "born", "sex", "date", "modality", "description", "counts"];

/** A study shall be opened. */
export class StudyChosen extends Event {
  /** @param {string} handle */
  constructor(handle) {
    super("study-chosen");
    this.handle = handle;
  }
}

export class StudyList extends HTMLElement {
  #api = null;
  #search = make("input", {
    type: "search", "aria-label": t("list.search"), placeholder: t("list.search"),
    autocomplete: "off", spellcheck: "false", maxlength: "256",
  });
  #rows = make("tbody");
  #status = make("p", { role: "status", class: "status" });
  #more = make("button", { type: "button", class: "more" }, t("list.more"));
  #timer = 0;
  #round = 0;

  /** @param {import("../api.js").Api} api @param {import("../session.js").SessionView} session */
  open(api, session) {
    this.#api = api;
    this.replaceChildren(pageHeader(session), this.#main());
    this.#search.addEventListener("input", () => this.#searchSoon());
    this.#more.addEventListener("click", () => this.#load(this.#rows.childElementCount));
    this.#load(0);
    this.#search.focus();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#round += 1;
  }

  #main() {
    const heads = COLUMNS.map((name) => make("th", { scope: "col", class: name }, t(`list.${name}`)));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), this.#rows);
    const search = make("label", { class: "search" }, icon("search"), this.#search);
    const engine = make("div", { class: "end" }, make("engine-progress", { "data-brief": true }));
    const bar = make("div", { class: "bar" }, make("h1", {}, t("list.title")), search, this.#status, engine);
    return make("main", {}, bar, make("div", { class: "table", tabindex: "-1" }, table, this.#more));
  }

  #searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(0), TYPING_MS);
  }

  /** Show the page of results from `offset`; only the latest question is answered. */
  async #load(offset) {
    const round = this.#round += 1;
    this.setAttribute("aria-busy", "true");
    try {
      const text = this.#search.value.trim();
      const found = await this.#api.json("POST", "/api/studies/search", { text, limit: PAGE_SIZE, offset });
      if (round === this.#round) {
        this.#show(found, offset);
      }
    } catch (error) {
      this.#refuse(round, asRefusal(error));
    }
    this.removeAttribute("aria-busy");
  }

  #show({ total, studies }, offset) {
    const rows = studies.map((study) => this.#row(study));
    if (offset === 0) {
      this.#rows.replaceChildren(...rows);
    } else {
      this.#rows.append(...rows);
    }
    const shown = this.#rows.childElementCount;
    this.#more.hidden = shown >= total;
    this.#status.textContent = t(total === 0 ? "list.none" : total === 1 ? "list.one" : "list.total", { total });
  }

  #refuse(round, refusal) {
    if (round === this.#round) {
      this.#rows.replaceChildren();
      this.#more.hidden = true;
      this.#status.textContent = `${sentence(refusal)} (${refusal.code})`;
    }
  }

  #row(study) {
    const cells = COLUMNS.map((name) => make("td", { class: name }, cell[name](study)));
    const row = make("tr", { "data-study": study.handle }, ...cells);
    const choose = () => this.dispatchEvent(new StudyChosen(study.handle));
    row.addEventListener("click", choose);
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose();
      } else {
        moveFocus(event);
      }
    });
    return row;
  }
}

/** The row is a row to a screen reader; this, in its first cell, is what opens. A pointer may hit all of the row. */
function opener(study) {
  const patient = personName(study.patient_name) || t("list.no_name");
  const facts = [patient, calendarDate(study.study_date), study.modalities.join(" "), study.description];
  const name = t("list.open", { study: facts.filter(Boolean).join(", ") });
  return make("span", { role: "button", tabindex: "0", "data-study": study.handle, "aria-label": name }, patient);
}

/** What stands in each column. */
const cell = {
  patient: opener,
  id: (study) => study.patient_id,
  born: (study) => calendarDate(study.birth_date),
  sex: (study) => study.sex,
  date: (study) => calendarDate(study.study_date),
  modality: (study) => study.modalities.join(" "),
  description: (study) => study.description,
  counts: ({ series, instances }) => t("list.count", { series, instances }),
};

function moveFocus(event) {
  const row = event.currentTarget;
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (next) {
    event.preventDefault();
    next.querySelector("[role=button]").focus();
  }
}
