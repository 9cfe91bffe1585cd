// All words of the page, by key. English is always loaded; another language only replaces words.

const LANGUAGES = ["en", "de"];

/** @type {Record<string, string>} */
let words = {};
let language = "en";

/** Load the words for the reader's language. @param {readonly string[]} preferred */
export async function loadWords(preferred) {
  const wanted = preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => LANGUAGES.includes(tag)) ?? "en";
  const english = await fetchWords("en");
  words = wanted === "en" ? english : { ...english, ...(await fetchWords(wanted)) };
  language = wanted;
  document.documentElement.lang = wanted;
}

const fetchWords = async (tag) => (await fetch(`/i18n/${tag}.json`)).json();

/**
 * @param {string} key @param {Record<string, string | number>} [values] for `{name}` in the words
 * @returns {string}
 */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The words of a key, null where there are none. @param {string} key @param {Record<string, string | number>} [values] */
export const known = (key, values) => (Object.hasOwn(words, key) ? t(key, values) : null);

/** One sentence for a refusal: the page's own words for its code, else those it came with. */
export function sentence({ code, sentence: given }) {
  return words[`error.${code}`] ?? (given || t("error.other"));
}

/** @param {number} ms @returns {string} time of day in the reader's manner */
export const timeOfDay = (ms) => new Date(ms).toLocaleTimeString(language);

/** @param {string} value DICOM DA, also in its old form with dots @returns {string} ISO 8601, the same in every country */
export const calendarDate = (value) => value.replace(/^(\d{4})\.?(\d{2})\.?(\d{2})$/, "$1-$2-$3");

/** @param {string} value DICOM PN @returns {string} "Family, Given Middle", first group only */
export function personName(value) {
  const [family, ...given] = value.split("=")[0].split("^");
  const rest = given.slice(0, 2).filter(Boolean).join(" ");
  return rest ? `${family}, ${rest}` : family;
}
