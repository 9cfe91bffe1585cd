// The one error of the page: a stable code and a sentence. Codes of the engine and of the server
// travel through it unchanged.

export class Refusal extends Error {
  /** @param {string} code @param {string} [sentence] shown when the page has no words for `code` */
  constructor(code, sentence = "") {
    super(sentence || code);
    this.name = "Refusal";
    this.code = code;
    this.sentence = sentence;
  }
}

/** An answer of the server that is not a success. */
export class ApiRefusal extends Refusal {
  /** @param {number} status @param {string} code @param {string} sentence */
  constructor(status, code, sentence) {
    super(code, sentence);
    this.status = status;
  }
}

/** Codes that mean "these are not the bytes the hospital stored". */
const UNTRUSTED = ["integrity", "manifest", "signature", "untrusted", "release"];

/** @param {string} code */
export const isUntrusted = (code) => UNTRUSTED.includes(code.split(".")[0]);

/** @param {unknown} error @returns {Refusal} a fault of our own keeps its class name, never its text */
export function asRefusal(error) {
  return error instanceof Refusal ? error : new Refusal(`page.${error?.name ?? "fault"}`);
}

/** @param {unknown} error whether the work was called off rather than refused */
export const isCalledOff = (error) => error?.name === "AbortError";
