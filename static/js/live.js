// The stream of the page: what changed is handed to the page; the bar says how old it is.
// The browser's own reconnection forgets its place after an error answer: this module opens each stream itself, at ?last=.

const SILENCE_MS = 12_000;
const HIDDEN_MS = 30_000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const RELOAD_EVERY_MS = 2_000;

const page = document.querySelector("main[data-live]");
const dialog = document.getElementById("dialogue");
const sign = document.getElementById("connexion");
const loadedAt = Date.now();

let source = null;
let last = page.dataset.position;
let dataAt = page.dataset.at;
let ahead = Date.parse(dataAt) - Date.now();
let beatAt = Date.now();
let heardAt = Date.now();
let lookedAt = Date.now();
let hasBeaten = false;
let connected = false;
let attempts = 0;
let ended = false;
let locked = false;
let pending = null;
let retryTimer;
let hiddenTimer;

function open() {
  close();
  if (ended || locked || "broken" in document.documentElement.dataset) return;
  const address = new URL(page.dataset.live, location.href);
  address.searchParams.set("last", last);
  heardAt = Date.now();
  source = new EventSource(address);
  source.addEventListener("open", () => { connected = true; });
  source.addEventListener("error", retry);
  source.addEventListener("beat", (event) => keepTime(JSON.parse(event.data), event));
  source.addEventListener("reset", startAgain);
  for (const name of ["card", "unit", "alarm"]) source.addEventListener(name, receive);
}

function close() {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
}

async function retry() {
  const refused = source?.readyState === EventSource.CLOSED;
  connected = false;
  close();
  if (refused && await isTurnedAway()) return;
  const wait = RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)];
  attempts += 1;
  clearTimeout(retryTimer);
  retryTimer = setTimeout(open, wait * (0.5 + Math.random()));
  show();
}

// An EventSource hides the status of a refusal: ask once more to learn it, but never for ever.
async function isTurnedAway() {
  const asking = new AbortController();
  setTimeout(() => asking.abort(), SILENCE_MS);
  try {
    const { status } = await fetch(page.dataset.live, { signal: asking.signal, headers: { Accept: "text/event-stream" } });
    if (status === 401) turnAway();
    if (status === 403) write("denied");
    ended = status === 401 || status === 403;
  } catch {
    return false;
  } finally {
    asking.abort();
  }
  return ended;
}

// A locked session has no stream either: the cover knows, and keeps the page for the one who comes back.
function turnAway() {
  const leave = () => whenDialogCloses(logIn);
  const event = new CustomEvent("amh:turned-away", { detail: leave, cancelable: true });
  if (document.dispatchEvent(event)) leave();
}

// A stale beat is the server alive with its database away: the line holds, the data on screen grow old.
function keepTime({ at, position, stale }, event) {
  attempts = 0;
  heardAt = Date.now();
  if (!stale) beatAt = heardAt;
  hasBeaten = true;
  dataAt = at;
  ahead = Date.parse(at) - heardAt;
  last = event.lastEventId || String(position);
  show();
  document.dispatchEvent(new CustomEvent("amh:beat", { detail: { at, stale } }));
}

function receive(event) {
  heardAt = Date.now();
  if (event.lastEventId) last = event.lastEventId;
  document.dispatchEvent(new CustomEvent("amh:parts", { detail: event.data }));
}

function startAgain() {
  close();
  ended = true;
  whenDialogCloses(reload);
  warn();
}

// What is typed may still be sent; the page shows beds that may be there no longer, and says so.
function warn() {
  if (pending === reload) dialog.querySelector("[data-reset-note]")?.removeAttribute("hidden");
}

document.addEventListener("htmx:afterSwap", ({ detail }) => { if (detail.target === dialog) warn(); });

function logIn() {
  location.assign(`${page.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

// A deployment resets every screen at once: each waits a moment of its own, and none reloads in a loop.
function reload() {
  const rest = Math.max(0, loadedAt + RELOAD_EVERY_MS - Date.now());
  setTimeout(() => document.dispatchEvent(new CustomEvent("amh:reload")), rest + Math.random() * 1000);
}

// The page never goes away under somebody who is typing.
function whenDialogCloses(leave) {
  if (dialog?.open) pending = leave;
  else leave();
}

document.addEventListener("amh:dialog-closed", () => pending?.());

function show() {
  if (sign.dataset.state === "denied") return;
  if (Date.now() - beatAt < SILENCE_MS) return write(hasBeaten ? "live" : "waiting");
  const mayCome = connected || attempts < 2;
  write(mayCome && navigator.onLine ? "stale" : "offline");
}

function write(state) {
  const text = sign.dataset[state].replace("{time}", timeOf(dataAt));
  const words = sign.querySelector("span");
  if (words.textContent !== text) words.textContent = text;
  if (sign.dataset.state === state) return;
  sign.dataset.state = state;
  const use = sign.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${sign.dataset[`${state}Icon`]}`));
}

// Today is the server's: the clock of the desk may be wrong by hours.
function timeOf(at) {
  const { lang, dataset: { timeZone } } = document.documentElement;
  const day = (date) => date.toLocaleDateString(lang, { timeZone });
  const moment = new Date(at);
  const today = day(moment) === day(new Date(Date.now() + ahead));
  const date = today ? {} : { weekday: "short", day: "numeric", month: "short" };
  return moment.toLocaleString(lang, { ...date, hour: "2-digit", minute: "2-digit", timeZone });
}

// Silence on an open stream is a broken one: somewhere between here and there, a line hangs.
function watch() {
  if (hasJumped()) beginAgain();
  show();
  if (source && Date.now() - heardAt > SILENCE_MS) retry();
}

// A night asleep, or a clock put right: how long the line has been silent is not known any more.
function hasJumped() {
  const step = Date.now() - lookedAt;
  lookedAt += step;
  return !document.hidden && (step < 0 || step > SILENCE_MS);
}

function beginAgain() {
  beatAt = 0;
  attempts = 0;
  if (source) open();
}

function wake() {
  clearTimeout(hiddenTimer);
  show();
  if (!source) { attempts = 0; open(); }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenTimer = setTimeout(close, HIDDEN_MS);
  else wake();
});
window.addEventListener("online", wake);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
document.addEventListener("amh:locked", () => { locked = true; close(); });
document.addEventListener("amh:unlocked", () => { locked = false; ended = false; wake(); });
setInterval(watch, 1000);
open();
