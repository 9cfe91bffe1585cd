// The page's IndexedDB: the handle of the session's signing key, and beacons not yet acknowledged,
// which are sealed. Nothing else is ever stored, and nothing that names a patient.

const NAME = "diascope";
const STORES = ["keys", "outbox"];

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Run `work` on one store and return its result once the transaction is complete. */
async function transact(store, mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @param {"keys" | "outbox"} store @param {IDBValidKey} key */
export const read = (store, key) => transact(store, "readonly", (records) => records.get(key));

/** @param {"keys" | "outbox"} store @returns {Promise<any[]>} in key order */
export const readAll = (store) => transact(store, "readonly", (records) => records.getAll());

/** @param {"keys" | "outbox"} store @param {IDBValidKey} key @param {unknown} value */
export const write = (store, key, value) => transact(store, "readwrite", (records) => records.put(value, key));

/** @param {"keys" | "outbox"} store @param {IDBValidKey} key */
export const remove = (store, key) => transact(store, "readwrite", (records) => records.delete(key));
