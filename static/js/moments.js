// Another moment of the board: slide to it, step to it, or play an hour in a minute. Without this module the same links
// and forms load a page each time; with it the film of what changes comes to the page that is there.

const bar = document.getElementById("moments");
const slider = bar.querySelector("[data-slider]");
const knob = slider.querySelector("input");
const marks = slider.querySelector("ol");
const label = bar.querySelector("[data-label]");
const field = bar.querySelector("#moment");
const refusal = bar.querySelector("[data-refusal]");
const play = bar.querySelector("[data-play]");
const opener = document.querySelector("[data-moments]");
const heading = document.querySelector(".bar h1");

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SPAN = 2 * DAY;
const AHEAD = 10;
const TICK_MS = 1000;
const PAUSE_AFTER_KEY_MS = 250;
const PLAYING = "#lecture";
const WORD_PX = 80;

const film = bar.dataset.film;
const now = Number(bar.dataset.now);
let shown = { text: bar.dataset.text, instant: Number(bar.dataset.instant) };
let position = bar.dataset.position;
let middle = shown.instant;
let asking = null;
let reel = null;
let turn = 0;
let steps = [];
let keyTimer;

// Moments on the clock of the site, as addresses and people say them.
const { lang, dataset: { timeZone } } = document.documentElement;
const wall = (at) => new Date(at).toLocaleString("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).replace(" ", "T");
const isTwofold = (at) => wall(at - HOUR) === wall(at) || wall(at + HOUR) === wall(at);
const named = (at) => (isTwofold(at) ? `${new Date(at).toISOString().slice(0, 16)}Z` : wall(at));
const dayOf = (at, form) => new Date(at).toLocaleDateString(lang, { timeZone, ...form });

function words(at) {
  const clock = wall(at).slice(11);
  const today = wall(at).slice(0, 10) === wall(now).slice(0, 10);
  return today ? clock : `${dayOf(at, { weekday: "short", day: "numeric", month: "short" })} ${clock}`;
}

function address(text) {
  const url = new URL(location.href);
  url.searchParams.set("a", text);
  url.hash = "";
  return url;
}

// A film is asked for from what is shown; only the last one asked for counts.
async function ask(from, to, options = {}) {
  asking?.abort();
  asking = new AbortController();
  const url = new URL(film, location.href);
  for (const [name, value] of Object.entries({ de: from, a: to, position, ...options })) url.searchParams.set(name, value);
  const headers = { "HX-Request": "true", ...(options.pas ? { "AMH-Background": "1" } : {}) };
  const answer = await fetch(url, { signal: asking.signal, headers });
  const said = await answer.json();
  if (answer.ok) position = said.position;
  return { ok: answer.ok, ...said };
}

// Where the film does not lead, the page itself does: too far, beds that came or went, a session that is over.
async function go(text) {
  stop();
  if (!film) return location.assign(address(text));
  const mine = ++turn;
  bar.setAttribute("aria-busy", "true");
  try {
    const said = await ask(shown.text, text);
    if (!said.ok && said.code !== "too_long") return refuse(said.sentence);
    if (!said.ok || said.frames.some((frame) => frame.reset)) return location.assign(address(text));
    hold(said.bar.instant);
    for (const frame of said.frames) show(frame);
    settle(said.bar);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address(text));
  } finally {
    if (mine === turn) rest();
  }
}

// Steps pressed while the film of another one is awaited follow it, each from where the one before has led.
function rest() {
  bar.removeAttribute("aria-busy");
  const way = steps.shift();
  if (way) follow(way);
}

function follow(way) {
  go(new URL(way.href).searchParams.get("a"));
}

function show(frame) {
  document.dispatchEvent(new CustomEvent("amh:parts", { detail: frame.html }));
}

function hold(at) {
  document.dispatchEvent(new CustomEvent("amh:moment", { detail: at }));
}

function refuse(sentence) {
  refusal.textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

// The page says everywhere what it shows: heading, field, links to other moments, and those that keep this one.
function settle(said) {
  const before = shown.text;
  shown = { text: said.text, instant: said.instant };
  refusal.textContent = "";
  field.removeAttribute("aria-invalid");
  field.value = said.value;
  for (const [key, url] of Object.entries(said.ways)) bar.querySelector(`[data-way="${key}"]`)?.setAttribute("href", url);
  for (const note of bar.querySelectorAll("[data-note]")) note.remove();
  keepMoment(before, said.text);
  write(said.label, said.heading);
  bar.querySelector("[data-said]").textContent = said.heading;
  if (Math.abs(shown.instant - middle) > DAY) centre();
  place();
}

function keepMoment(before, text) {
  for (const link of document.querySelectorAll("main a[href]:not([data-way])")) {
    const url = new URL(link.href);
    if (url.searchParams.get("a") !== before) continue;
    url.searchParams.set("a", text);
    link.href = url.pathname + url.search;
  }
  for (const kept of document.querySelectorAll('main input[type="hidden"][name="a"]')) kept.value = text;
  history.replaceState(history.state, "", address(text));
}

function write(moment, title) {
  label.textContent = moment;
  if (title) heading.textContent = title;
}

// The slider: a day before and a day after, with its midnights and now, whose word no other one covers.
function centre() {
  middle = shown.instant;
  marks.replaceChildren(...[...midnights(), [now, bar.dataset.nowWord, "now"]].map(mark).filter(Boolean));
}

function midnights() {
  const found = [];
  const covered = (SPAN * WORD_PX) / window.innerWidth;
  for (let at = middle - DAY; at <= middle + DAY; at += 15 * MINUTE) {
    const minute = Math.floor(at / (15 * MINUTE)) * 15 * MINUTE;
    if (!wall(minute).endsWith("T00:00")) continue;
    const word = Math.abs(minute - now) < covered ? "" : dayOf(minute, { weekday: "short", day: "numeric" });
    found.push([minute, word, "day"]);
  }
  return found;
}

function mark([at, word, kind]) {
  const share = (at - middle + DAY) / SPAN;
  if (share < 0 || share > 1) return null;
  const item = document.createElement("li");
  item.textContent = word;
  item.dataset.kind = kind;
  item.style.insetInlineStart = `calc(var(--knob) / 2 + ${share} * (100% - var(--knob)))`;
  return item;
}

function place() {
  knob.value = (shown.instant - middle) / MINUTE;
  speak(shown.instant);
}

function speak(at) {
  const word = at === now ? `${words(at)}, ${bar.dataset.nowWord}` : words(at);
  knob.setAttribute("aria-valuetext", word);
}

const slid = () => middle + Number(knob.value) * MINUTE;

knob.addEventListener("input", () => {
  stop();
  steps = [];
  write(words(slid()));
  speak(slid());
  clearTimeout(keyTimer);
});
knob.addEventListener("change", () => {
  clearTimeout(keyTimer);
  keyTimer = setTimeout(() => go(named(slid())), PAUSE_AFTER_KEY_MS);
});

// Playing: a minute of the ward each second. What comes is asked for before it is needed.
function start() {
  reel = { end: { ...shown }, frames: [], isAsking: false, timer: setInterval(tick, TICK_MS) };
  play.setAttribute("aria-pressed", "true");
  askAhead(reel);
}

function stop() {
  if (!reel) return;
  clearInterval(reel.timer);
  reel = null;
  play.setAttribute("aria-pressed", "false");
}

function pause() {
  if (!reel) return;
  stop();
  go(shown.text);
}

async function askAhead(running) {
  running.isAsking = true;
  try {
    const said = await ask(running.end.text, named(running.end.instant + AHEAD * MINUTE), { pas: "minute" });
    if (running !== reel) return;
    if (!said.ok) return pause();
    running.frames.push(...said.frames);
    running.end = { text: said.bar.text, instant: said.bar.instant };
  } catch {
    if (running === reel) pause();
  } finally {
    running.isAsking = false;
  }
}

function tick() {
  const next = shown.instant + MINUTE;
  if (!reel.isAsking && reel.end.instant - next < (AHEAD / 2) * MINUTE) askAhead(reel);
  if (next > reel.end.instant) return;
  hold(next);
  while (reel.frames.length && reel.frames[0].at <= next) {
    const frame = reel.frames.shift();
    if (frame.reset) return location.replace(Object.assign(address(named(next)), { hash: PLAYING }));
    show(frame);
  }
  const before = shown.text;
  shown = { text: named(next), instant: next };
  keepMoment(before, shown.text);
  write(words(next), heading.textContent.replace(label.textContent, words(next)));
  field.value = wall(next);
  if (Math.abs(next - middle) > DAY) centre();
  place();
}

play.addEventListener("click", () => {
  if (reel) return pause();
  if (film) return start();
  location.assign(Object.assign(address(shown.text), { hash: PLAYING }));
});
document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });
document.addEventListener("amh:locked", stop);

for (const way of bar.querySelectorAll(".ways a")) {
  way.addEventListener("click", (event) => {
    if (!film || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (bar.hasAttribute("aria-busy")) steps.push(way);
    else follow(way);
  });
}
bar.querySelector("[data-moment]").addEventListener("submit", (event) => {
  if (!film) return;
  event.preventDefault();
  go(field.value);
});
opener?.addEventListener("click", (event) => {
  event.preventDefault();
  bar.hidden = !bar.hidden;
  opener.setAttribute("aria-expanded", String(!bar.hidden));
  if (!bar.hidden) field.focus();
});

opener?.setAttribute("role", "button");
opener?.setAttribute("aria-expanded", "false");
slider.hidden = false;
play.hidden = false;
centre();
place();
if (film && location.hash === PLAYING) start();
