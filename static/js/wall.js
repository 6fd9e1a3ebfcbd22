// The wall screen: pages that turn by themselves, the hour of the server, and in red how old what it shows is.

const TICK_MS = 1000;
const OLD_MS = 60_000;
const PRESENT_MS = 60_000;
const SLIP_MS = 60_000;
const MARGIN = 8;
const REMEMBERED = "amh.wall.page";
const WIDE = matchMedia("(min-width: 48em)");
const STEPS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };

const root = document.documentElement;
const main = document.querySelector("main");
const plan = document.getElementById("plan");
const counter = document.getElementById("pages");
const hour = document.getElementById("heure");
const age = document.getElementById("age");

let pages = [];
let current = Number(sessionStorage.getItem(REMEMBERED) ?? 0);
let seconds = Number(plan.dataset.pageSeconds);
let held = false;
let turnAt = 0;
let presentAt = performance.now() + PRESENT_MS;
let drawing = 0;

// The clock of the screen may be wrong; how long something lasts it still knows. A beat is never ahead of the server.
let ahead = Date.parse(main.dataset.at) - performance.now();
let dataAt = Date.parse(main.dataset.at);
let heardAt = Date.now();

const boxOf = (element) => element.getBoundingClientRect();
const units = () => [...plan.querySelectorAll(".unit")];
const cards = (unit) => [...unit.querySelectorAll(".card")];

function rowsOf(unit) {
  const rows = [];
  for (const card of cards(unit)) {
    const { top, bottom } = boxOf(card);
    const row = rows.at(-1);
    if (row && top < row.bottom) {
      row.cards.push(card);
      row.bottom = Math.max(row.bottom, bottom);
    } else rows.push({ top, bottom, cards: [card] });
  }
  return rows;
}

// How tall a unit is with some of its rows: its head comes again on every page.
function measure(unit) {
  const box = boxOf(unit);
  const rows = rowsOf(unit);
  const around = rows.length ? box.height - (rows.at(-1).bottom - rows[0].top) : box.height;
  return { unit, rows, tall: (from, to) => around + (rows[from] ? rows[to - 1].bottom - rows[from].top : 0) };
}

// A unit that does not fit whole into what is left begins a page, or goes on over the next ones: no page stays half empty.
function paginate(room) {
  const found = [[]];
  let left = room;
  const gap = parseFloat(getComputedStyle(plan).rowGap) || 0;
  for (const { unit, rows, tall } of units().map(measure)) {
    let from = 0;
    do {
      let to = rows.length;
      const tight = left < room / 2 || tall(from, from + 1) > left;
      if (tall(from, to) > left && tight && found.at(-1).length) {
        found.push([]);
        left = room;
      }
      while (to > from + 1 && tall(from, to) > left) to -= 1;
      found.at(-1).push({ unit, cards: rows.slice(from, to).flatMap((row) => row.cards) });
      left -= tall(from, to) + gap;
      from = to;
    } while (from < rows.length);
  }
  return found;
}

function layOut() {
  drawing = 0;
  for (const hidden of plan.querySelectorAll(".elsewhere")) hidden.classList.remove("elsewhere");
  const whole = [units().map((unit) => ({ unit, cards: cards(unit) }))];
  pages = WIDE.matches ? paginate(root.clientHeight - plan.offsetTop - MARGIN) : whole;
  show(Math.min(current, pages.length - 1));
}

// Many changes at once are one drawing.
function layOutSoon() {
  drawing ||= requestAnimationFrame(layOut);
}

function show(number) {
  current = (number + pages.length) % pages.length;
  const there = new Set(pages[current].flatMap(({ unit, cards: some }) => [unit, ...some]));
  for (const one of plan.querySelectorAll(".unit, .card")) one.classList.toggle("elsewhere", !there.has(one));
  sessionStorage.setItem(REMEMBERED, current);
  count();
}

function count() {
  counter.hidden = pages.length < 2;
  const words = counter.dataset.words.replace("{n}", current + 1).replace("{total}", pages.length);
  counter.textContent = held ? `${words} · ${counter.dataset.held}` : words;
}

function turn(step) {
  turnAt = performance.now() + seconds * 1000;
  if (pages.length > 1) show(current + step);
}

function hold() {
  held = !held;
  turnAt = performance.now() + seconds * 1000;
  count();
}

document.addEventListener("amh:key", (event) => {
  if (event.detail === " ") hold();
  else if (STEPS[event.detail] && pages.length > 1) turn(STEPS[event.detail]);
  else return;
  event.preventDefault();
});

document.addEventListener("amh:replaced", ({ detail: { element, old } }) => {
  element.classList.toggle("elsewhere", old.classList.contains("elsewhere"));
  layOutSoon();
});

document.addEventListener("amh:beat", ({ detail: { at, stale } }) => {
  if (stale) return;
  dataAt = Date.parse(at);
  heardAt = Date.now();
  const seen = dataAt - performance.now();
  if (seen > ahead || ahead - seen > SLIP_MS) ahead = seen;
});

function tellHour() {
  const { lang, dataset: { timeZone } } = root;
  const now = new Date(ahead + performance.now());
  hour.textContent = now.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone });
  hour.dateTime = now.toISOString();
}

// A screen that slept counts the night by its own clock, which went on.
function tellAge() {
  const old = Math.max(ahead + performance.now() - dataAt, Date.now() - heardAt);
  const words = old > OLD_MS ? age.dataset.words.replace("{age}", lasting(Math.floor(old / 60_000))) : "";
  if (age.textContent === words) return;
  const room = age.textContent === "" || words === "";
  age.textContent = words;
  if (room) layOutSoon();
}

function lasting(minutes) {
  if (minutes < 60) return age.dataset.minutes.replace("{minutes}", minutes);
  const rest = String(minutes % 60).padStart(2, "0");
  return age.dataset.hours.replace("{hours}", Math.floor(minutes / 60)).replace("{minutes}", rest);
}

// The screen says that it is on, and hears how it is set now. A try that fails is made again at the next turn.
async function tellPresence() {
  presentAt = performance.now() + PRESENT_MS;
  try {
    const limit = AbortSignal.timeout(PRESENT_MS);
    const answer = await fetch(plan.dataset.present, { headers: { "AMH-Background": "1" }, redirect: "error", signal: limit });
    if (answer.ok) obey(await answer.json());
  } catch {
    // the network or the server is away: the bar says so
  }
}

function obey({ theme, page_seconds: paused }) {
  seconds = paused;
  root.dataset.theme = theme;
  const media = { dark: "all", light: "not all" }[theme] ?? "(prefers-color-scheme: dark)";
  document.querySelector("link[data-dark]").media = media;
}

function tick() {
  const now = performance.now();
  if (hour) {
    tellHour();
    tellAge();
  }
  if (plan.dataset.present && now >= presentAt) tellPresence();
  if (!held && now >= turnAt) turn(1);
}

layOut();
turnAt = performance.now() + seconds * 1000;
window.addEventListener("resize", layOutSoon);
document.fonts?.ready.then(layOutSoon);
setInterval(tick, TICK_MS);
