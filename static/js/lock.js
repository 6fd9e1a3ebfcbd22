// A page that nobody touches covers itself. Every name goes, to eyes, ears and paper; all that was typed stays
// where it is for the one who comes back. The server holds the lock: this module only shows it, in every tab.

const cover = document.getElementById("verrou");
const root = document.documentElement;
const tabs = new BroadcastChannel("amh.lock");

const SEEN = "amh.seen";
const IDLE_MS = Number(cover.dataset.minutes) * 60_000;
const PRESENCE_MS = IDLE_MS / 2;
const NOTE_MS = 1000;
const LOOK_MS = 5000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"];
const FAILURES = ["htmx:sendError", "htmx:timeout", "htmx:responseError"];
const LOCKED = 423;
const LOGGED_OUT = 401;

let focused = null;
let known = true;
let turn = 0;
let telling = Promise.resolve();
let saidAt = Date.now();

const seenAt = () => Number(localStorage.getItem(SEEN));
const isIdle = () => Date.now() - seenAt() >= IDLE_MS;
const see = () => localStorage.setItem(SEEN, Date.now());
const others = () => [...document.body.children].filter((element) => element !== cover);

function notice() {
  if (isHidden()) return;
  if (isIdle()) return lock();
  if (Date.now() - seenAt() > NOTE_MS) see();
  if (Date.now() - saidAt > PRESENCE_MS) sayPresent();
}

function sayPresent() {
  saidAt = Date.now();
  ask({}).then(obey);
}

// Hidden is what must not be seen; covered is also asked for a code. A page that comes back is hidden until it is known.
function hide() {
  root.dataset.locked = "";
}

const isHidden = () => root.dataset.locked !== undefined;

function show() {
  delete root.dataset.locked;
}

function put() {
  if (cover.open) return;
  turn += 1;
  focused = document.activeElement;
  hide();
  for (const element of others()) element.inert = true;
  refuse("");
  cover.showModal();
  document.dispatchEvent(new CustomEvent("amh:locked"));
}

function lift() {
  see();
  show();
  if (!cover.open) return;
  form().reset();
  for (const element of others()) element.inert = false;
  cover.close();
  focused?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("amh:unlocked"));
}

function lock() {
  if (cover.open) return;
  put();
  known = false;
  tabs.postMessage("locked");
  telling = tell();
}

// Until the server knows, no answer of the server may lift the cover; only the right code does.
async function tell() {
  if (known) return;
  const headers = { "X-CSRFToken": document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "", "HX-Request": "true" };
  try {
    const { status } = await fetch(cover.dataset.lock, { method: "POST", headers, keepalive: true });
    if (status === LOGGED_OUT) return location.reload();
    known = status < 300;
    turn += 1;
  } catch {
    // the network is away: the next turn tells it
  }
}

// What was asked before the page was covered, or before the server knew, tells of the time before: that is no answer.
async function ask(headers) {
  const asked = turn;
  try {
    const answer = await fetch(cover.dataset.state, { cache: "no-store", headers: { "HX-Request": "true", ...headers } });
    const said = answer.status === LOGGED_OUT ? { who: null } : await answer.json();
    return asked === turn ? said : null;
  } catch {
    return null;
  }
}

const askQuietly = () => ask({ "AMH-Background": "1" });

// What the server says of the session: another person's page goes, a locked one is covered, an open one is free.
function obey(answer) {
  if (!answer) return;
  if (String(answer.who) !== cover.dataset.who) return location.reload();
  if (answer.locked) put();
  else if (known && isHidden()) lift();
}

async function comeBack() {
  hide();
  const answer = await askQuietly();
  if (answer) obey(answer);
  else put();
}

const form = () => document.getElementById("verrou-formulaire");

function refuse(sentence) {
  document.getElementById("verrou-refus").textContent = sentence;
  form().elements.secret.removeAttribute("aria-invalid");
}

// A quick hand must not overtake the lock: it would come last and cover the page again.
window.addEventListener("htmx:confirm", (event) => {
  if (known || !cover.contains(event.target)) return;
  event.preventDefault();
  telling.then(() => event.detail.issueRequest(true));
});

// Nothing that was asked for before comes in behind the cover, and a failure there is said here.
window.addEventListener("htmx:beforeSwap", (event) => {
  if (cover.open && !cover.contains(event.target)) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

for (const failure of FAILURES) {
  window.addEventListener(failure, (event) => {
    const status = event.detail.xhr?.status;
    if (!cover.open && status !== LOCKED) return;
    event.stopPropagation();
    if (status === LOCKED) put();
    else if (status === LOGGED_OUT) location.reload();
    else if (cover.contains(event.target)) refuse(cover.dataset.noAnswer);
  }, true);
}

document.addEventListener("amh:opened", () => {
  known = true;
  lift();
  tabs.postMessage("open");
});

// The stream was turned away: because of the lock, or because the session is over.
document.addEventListener("amh:turned-away", async (event) => {
  event.preventDefault();
  const answer = await askQuietly();
  if (answer?.locked) put();
  else event.detail();
});

tabs.addEventListener("message", async ({ data }) => {
  if (data === "locked") put();
  else if (isHidden()) obey(await askQuietly());
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && cover.open) event.preventDefault();
  if (event.key !== "F9" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  lock();
}, true);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-lock]")) return;
  event.preventDefault();
  lock();
});

cover.addEventListener("cancel", (event) => event.preventDefault());
cover.addEventListener("close", () => { if (isHidden()) cover.showModal(); });
for (const sign of SIGNS) window.addEventListener(sign, notice, { capture: true, passive: true });
window.addEventListener("pageshow", (event) => { if (event.persisted) comeBack(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && isIdle()) lock(); });
setInterval(() => { if (isIdle()) lock(); tell(); }, LOOK_MS);

// A page that loads itself again says nothing of somebody being there; one that somebody went to does.
const type = performance.getEntriesByType("navigation")[0]?.type;
if (type !== "reload" || !localStorage.getItem(SEEN)) see();
if (type === "back_forward") comeBack();
else tabs.postMessage("open");
