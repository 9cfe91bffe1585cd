// Talks to the server, same origin only. An answer that is not a success becomes an ApiRefusal; a
// 401 is announced, because it ends the session for the whole page.

import { canonical } from "./canonical.js";
import { ApiRefusal, Refusal } from "./refusal.js";

/** The server no longer knows this session. */
export class SignedOut extends Event {
  constructor() {
    super("signed-out");
  }
}

export class Api extends EventTarget {
  /**
   * @param {"GET" | "POST" | "DELETE"} method @param {string} path
   * @param {object} [body] sent as canonical JSON, so that a proof can cover the same bytes
   * @param {Record<string, string>} [headers]
   * @param {{signal?: AbortSignal, keepalive?: boolean}} [manner] when to give up, and whether to outlive the page
   */
  async json(method, path, body = undefined, headers = {}, manner = {}) {
    const text = body === undefined ? undefined : canonical(body);
    const type = text === undefined ? {} : { "Content-Type": "application/json" };
    const answer = await this.#fetch(path, { method, body: text, headers: { ...type, ...headers }, ...manner });
    return answer.status === 204 ? {} : JSON.parse(await answer.text().catch(unreachable));
  }

  /** @param {string} path @param {Record<string, string>} headers @param {AbortSignal} signal */
  async bytes(path, headers, signal) {
    const answer = await this.#fetch(path, { headers, signal });
    return new Uint8Array(await answer.arrayBuffer().catch(unreachable));
  }

  /** @returns {Promise<{nonce: string, server_ms: number}>} */
  nonce() {
    return this.json("POST", "/api/nonce", {});
  }

  async #fetch(path, options) {
    const answer = await fetch(path, { redirect: "error", referrerPolicy: "no-referrer", ...options }).catch(unreachable);
    if (answer.ok) {
      return answer;
    }
    const refusal = await readRefusal(answer);
    if (answer.status === 401 && refusal.code !== "session.refused") {
      this.dispatchEvent(new SignedOut());
    }
    throw refusal;
  }
}

/** An answer that never came, or not whole; a cancelled one stays what it is. */
function unreachable(error) {
  throw error.name === "AbortError" ? error : new Refusal("network.unreachable");
}

async function readRefusal(answer) {
  const { error } = await answer.json().catch(() => ({}));
  return new ApiRefusal(answer.status, String(error?.code ?? `http.${answer.status}`), String(error?.message ?? ""));
}
