// Asks the service; a token, where one is wanted, is asked for and kept until the tab is closed.

const KEY = "freshet-token";
const dialog = document.getElementById("ask-token");
let asking = null;

/** Thrown with the service's own words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function askToken(why) {
  asking ??= new Promise((resolve) => {
    if (why) {
      document.getElementById("token-why").textContent = why;
    }
    document.getElementById("token-form").onsubmit = (e) => {
      e.preventDefault();
      const field = document.getElementById("token");
      sessionStorage.setItem(KEY, field.value.trim());
      field.value = "";
      dialog.close();
      asking = null;
      resolve();
    };
    dialog.oncancel = (e) => e.preventDefault();
    dialog.showModal();
  });
  return asking;
}

async function ask(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(KEY);
  if (token) {
    headers.Authorization = "Bearer " + token;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(path, {
    method,
    headers,
    cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) {
    if (sessionStorage.getItem(KEY) !== token) {
      return ask(method, path, body); // another was given while this one was on its way
    }
    sessionStorage.removeItem(KEY);
    await askToken(token ? "The service does not know this token. Another, please." : null);
    return ask(method, path, body);
  }
  const text = await answer.text();
  let json = {};
  try {
    json = JSON.parse(text);
  } catch {
    // An answer without JSON has nothing to say beside its status.
  }
  if (!answer.ok) {
    throw new Refused(answer.status, json.error ?? "the service answered " + answer.status);
  }
  return json;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
